"""Generation hooks: schemathesis's generated requests get the ids and query words that the target has.

Without them hardly any request would pass the API's own validation. Each narrowing names the entry of
docs/undefined-behaviour.md that decides the behaviour; no check is disabled. An import registers the hooks, because
`hooks` of contracts/schemathesis.toml names this module.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

import schemathesis

from concordat.contract_tests.discovery import known_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemathesis import Case, HookContext, Response

__all__ = ["HOOKS", "OWN_RECORDS", "after_call", "before_call", "filter_case"]

OWN_RECORDS = {
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
"""The records of operations that delete or disable one, so that the other records stay, and the company in which
connections are created, so that the others do not accumulate connections to refresh. Only
contracts/schemathesis.world.yaml has records with these ids."""

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
_ORDER_BYS = {
    "/companies": ("name",),
    "/companies/{companyId}/connections": ("-created",),
    "/companies/{companyId}/data/history": ("-requested",),
    "/companies/{companyId}/push": ("requestedOnUtc",),
    "/companies/{companyId}/data/customers": ("-modifiedDate",),
}
_CONNECTIONS = "/companies/{companyId}/connections"
_PLATFORM_KEY_PATTERN = re.compile(r"[a-z]{4}")
_PLATFORM_KEY = "gbol"
_COMPANY_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.,?!\s]+")
_UNKNOWN_ID_EVERY = 4
"""One generated id out of this number stays, for requests of records that do not exist."""
_ID_KEYS = ("id", "pushOperationKey")
_FIRST_REFUSAL = 400
_answered_ids: set[str] = set()


def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Replace most valid generated values by existing ids and by queries, orders and platform keys that the API knows.

    docs/undefined-behaviour.md#query-language, #order-by and #platform-key: the sandbox refuses other texts with 400 or
    404, although the contract's `string` allows them.
    """
    del context, kwargs
    path, method = case.operation.path, case.method.upper()
    # a linked operation has just answered with this id, so the request keeps it
    linked = _answered_ids if case.meta is not None and case.meta.phase.name == "stateful" else ()
    if case.path_parameters:
        known = known_at(case.operation.base_url or "", case.operation.schema.config.headers_for())
        own = dict([OWN_RECORDS[method, path]]) if (method, path) in OWN_RECORDS else {}
        case.path_parameters = {
            name: value
            if value in linked and not (name in own and value in known.values())
            else _existing(name, value, known, own.get(name))
            for name, value in case.path_parameters.items()
        }
    if isinstance(case.query, dict):
        for name, words in (("query", _QUERIES.get(path)), ("orderBy", _ORDER_BYS.get(path))):
            value = case.query.get(name)
            if words and isinstance(value, str):
                case.query[name] = words[len(value) % len(words)]
    if (
        path == _CONNECTIONS
        and isinstance(case.body, dict)
        and _PLATFORM_KEY_PATTERN.fullmatch(str(case.body.get("platformKey")))
    ):
        case.body["platformKey"] = _PLATFORM_KEY


def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Record the ids in the answer."""
    del context, case
    if response.status_code < _FIRST_REFUSAL and "json" in "".join(response.headers.get("content-type", [])):
        with suppress(ValueError):
            _answered_ids.update(_ids(response.json()))


def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Return False for a request on which the contract and the documented behaviour differ.

    docs/undefined-behaviour.md#write-without-body: the operations that need the body's name or key need a body, though
    the contract calls it optional. #company-name: forbidden characters in a company's name are stripped, not refused.
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
    """Return an existing id for most valid ones, and the operation's own record for one that other requests need."""
    valid = _is_uuid(value) if parameter != "customerId" else isinstance(value, str) and value
    if not valid or parameter not in known:
        return value
    taken = own is not None and value in known.values()
    return (own or known[parameter]) if taken or sum(map(ord, str(value))) % _UNKNOWN_ID_EVERY else value


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

for _hook in HOOKS:
    schemathesis.hook(_hook)
