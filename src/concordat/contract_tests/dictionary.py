"""What generated requests must know beyond the contracts to reach an API's own behaviour: its ids and its words.

Each narrowing names the entry of docs/undefined-behaviour.md that decides the behaviour; no check is disabled.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from concordat.contract_tests.discovery import known_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemathesis import Case, HookContext, Response

__all__ = ["HOOKS", "OWN", "after_call", "before_call", "filter_case"]

OWN = {
    ("POST", "/companies/{companyId}/connections"): ("companyId", "d00d0004-0000-4000-8000-000000000000"),
    ("DELETE", "/companies/{companyId}"): ("companyId", "d00d0001-0000-4000-8000-000000000000"),
    ("DELETE", "/companies/{companyId}/connections/{connectionId}"): (
        "connectionId",
        "d00d0002-0000-4000-8000-000000000000",
    ),
    ("PATCH", "/companies/{companyId}/connections/{connectionId}"): (
        "connectionId",
        "d00d0003-0000-4000-8000-000000000000",
    ),
}
"""What destroys or disables a record is given one of its own, so that the others go on existing, and what makes
connections a company of its own, so that there are not ever more to refresh. They are those of
contracts/schemathesis.world.yaml; nowhere else does a record have such an id."""

_QUERIES = {
    "/companies": ("name~a", "created>2020-01-01", "dataConnections.status=PendingAuth"),
    "/companies/{companyId}/connections": ("status!=Linked", "sourceType=Accounting||id~0"),
    "/companies/{companyId}/data/history": ("status!=Complete&&status!=NotSupported", "progress>=0"),
    "/companies/{companyId}/push": ("status=Success", "{statusCode>200||statusCode<100}&&dataType=customers"),
    "/companies/{companyId}/data/customers": (
        "metadata.isDeleted!=true",
        "customerName ~ a",
        "modifiedDate>2022-08-23",
    ),
}
_ORDERS = {
    "/companies": ("name",),
    "/companies/{companyId}/connections": ("-created",),
    "/companies/{companyId}/data/history": ("-requested",),
    "/companies/{companyId}/push": ("requestedOnUtc",),
    "/companies/{companyId}/data/customers": ("-modifiedDate",),
}
_CONNECTIONS = "/companies/{companyId}/connections"
_PLATFORM = re.compile(r"[a-z]{4}")
_PLATFORM_KEY = "gbol"
_COMPANY_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.,?!\s]+")
_MOST = 4
"""One id in so many stays the generated one, which nothing has."""
_ID_KEYS = ("id", "pushOperationKey")
_REFUSED = 400
_shown: set[str] = set()


def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Ask for what exists, in words that the API knows, wherever a generated value is valid anyway.

    docs/undefined-behaviour.md#query-language, #order-by and #platform-key: texts that the contract's `string` allows
    and the sandbox does not know are refused, with 400 and 404.
    """
    del context, kwargs
    path, method = case.operation.path, case.method.upper()
    # an id that a linked operation has just shown stays what it is
    linked = _shown if case.meta is not None and case.meta.phase.name == "stateful" else ()
    if case.path_parameters:
        known = known_at(case.operation.base_url or "", case.operation.schema.config.headers_for())
        own = dict([OWN[method, path]]) if (method, path) in OWN else {}
        case.path_parameters = {
            name: value
            if value in linked and not (name in own and value in known.values())
            else _existing(name, value, known, own.get(name))
            for name, value in case.path_parameters.items()
        }
    if isinstance(case.query, dict):
        for name, words in (("query", _QUERIES.get(path)), ("orderBy", _ORDERS.get(path))):
            value = case.query.get(name)
            if words and isinstance(value, str):
                case.query[name] = words[len(value) % len(words)]
    if path == _CONNECTIONS and isinstance(case.body, dict) and _PLATFORM.fullmatch(str(case.body.get("platformKey"))):
        case.body["platformKey"] = _PLATFORM_KEY


def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Remember the ids that the target shows."""
    del context, case
    if response.status_code < _REFUSED and "json" in "".join(response.headers.get("content-type", [])):
        with suppress(ValueError):
            _shown.update(_ids(response.json()))


def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Leave out what the contract allows or refuses otherwise than the documented behaviour.

    docs/undefined-behaviour.md#write-without-body: a body that the contract calls optional is needed all the same by
    the operations that cannot do without its name or key. #company-name: forbidden characters of a company's name are
    stripped, not refused.
    """
    path, method = context.operation.path if context.operation else case.path, case.method.upper()
    body = case.body
    if path == _CONNECTIONS and method == "POST":
        return isinstance(body, dict) and "platformKey" in body
    if path in {"/companies", "/companies/{companyId}"} and method in {"POST", "PUT", "PATCH"}:
        name = body.get("name") if isinstance(body, dict) else None
        if isinstance(name, str) and name and _COMPANY_NAME.fullmatch(name) is None:
            return False
        return method == "PATCH" or isinstance(body, dict)
    return True


def _existing(parameter: str, value: object, known: Mapping[str, str], own: str | None) -> object:
    """Return an id that exists instead of most valid ones; one of its own instead of one that something else needs."""
    valid = _is_uuid(value) if parameter != "customerId" else isinstance(value, str) and value
    if not valid or parameter not in known:
        return value
    taken = own is not None and value in known.values()
    return (own or known[parameter]) if taken or sum(map(ord, str(value))) % _MOST else value


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, dict):
        yield from (value[key] for key in _ID_KEYS if isinstance(value.get(key), str))
        for item in value.values():
            yield from _ids(item)


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text.lower()
    except ValueError:
        return False


HOOKS = (before_call, after_call, filter_case)
