"""The expected request of a call, built from the contract and the arguments, or read from the case.

Sources: the path template and parameters of the contract; RFC 3986 for segments. A query parameter that the caller did
not pass may be sent with the contract's default, because the server reads both alike (OpenAPI 3.1, schema `default`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.compare.decimals import number_text
from concordat.compare.tagged import Tag, read_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import RequestExpectation
    from concordat.contract import Operation

__all__ = ["ExpectedRequest", "as_text", "derived", "from_case"]

_PARAMETER = re.compile(r"\{([^}]+)\}")


class ExpectedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One expected request. A part that is None or UNSET is not judged.

    `tolerated` are query parameters that may be there with exactly that text. `literal`: `body` holds no matchers.
    `no_body`: the request must not have a body.
    """

    method: str | None = None
    path: list[Any] | None = None
    query: dict[str, Any] | None = None
    query_mode: str = "exact"
    tolerated: dict[str, str] = {}
    headers: dict[str, Any] | None = None
    body: Any = msgspec.UNSET
    body_mode: str = "exact"
    literal: bool = False
    no_body: bool = False
    body_text: Any = msgspec.UNSET


def as_text(value: Any) -> str:
    """Return the text of a scalar in a path or a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int):
        return number_text(value)
    return "" if value is None else str(value)


def derived(operation: Operation, arguments: Mapping[str, Any]) -> ExpectedRequest:
    """Return the request that the contract defines for these arguments (wire names, tags of the protocol)."""
    given = read_tags(arguments)
    given = {} if isinstance(given, Tag) else given
    path: list[Any] = []
    for segment in operation.path.split("/")[1:]:
        found = _PARAMETER.fullmatch(segment)
        path.append(as_text(given.get(found[1])) if found else segment)
    query: dict[str, Any] = {}
    tolerated: dict[str, str] = {}
    headers: dict[str, Any] = {}
    for parameter in operation.parameters:
        value = given.get(parameter.name)
        if parameter.location == "query":
            if value is not None:
                query[parameter.name] = value
            elif parameter.default is not None:
                tolerated[parameter.name] = as_text(parameter.default)
        elif parameter.location == "header" and value is not None:
            headers[parameter.name] = value
    passed = "body" in given
    return ExpectedRequest(
        method=operation.method.upper(),
        path=path,
        query=query,
        tolerated=tolerated,
        headers=headers or None,
        body=given["body"] if passed else msgspec.UNSET,
        literal=True,
        no_body=not passed,
    )


def from_case(expectation: RequestExpectation, own: ExpectedRequest | None) -> ExpectedRequest:
    """Return the request that an entry of a case describes.

    An entry without `method` and `path` is the call's own request: its other parts are derived. An entry with one of
    them judges only the parts that it names.
    """
    base = own if own is not None and expectation.method is None and expectation.path is None else ExpectedRequest()
    changes: dict[str, Any] = {}
    for name in ("method", "path", "headers"):
        value = getattr(expectation, name)
        if value is not None:
            changes[name] = value
    if expectation.query is not None:
        changes.update(query=expectation.query, query_mode="exact", tolerated={})
    elif expectation.query_has is not None:
        changes.update(query=expectation.query_has, query_mode="has", tolerated={})
    if expectation.body is not msgspec.UNSET:
        changes.update(body=expectation.body, body_mode="exact", literal=False, no_body=False)
    elif expectation.body_has is not msgspec.UNSET:
        changes.update(body=expectation.body_has, body_mode="has", literal=False, no_body=False)
    if expectation.body_text is not msgspec.UNSET:
        changes["body_text"] = expectation.body_text
        if expectation.body is msgspec.UNSET and expectation.body_has is msgspec.UNSET:
            changes.update(body=msgspec.UNSET, no_body=False)
    return msgspec.structs.replace(base, **changes)
