"""What schemathesis must know beyond the contracts to reach the sandbox's own behaviour.

Each narrowing names the entry of docs/undefined-behaviour.md that decides the behaviour; no check is disabled.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import schemathesis

if TYPE_CHECKING:
    from schemathesis import Case, HookContext

_OWN = {
    ("DELETE", "/companies/{companyId}"): ("companyId", "doomed company"),
    ("DELETE", "/companies/{companyId}/connections/{connectionId}"): ("connectionId", "doomed connection"),
    ("PATCH", "/companies/{companyId}/connections/{connectionId}"): ("connectionId", "changed connection"),
}
"""What destroys or disables a record is given one of its own, so that the others go on existing."""
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
_COMPANY_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.,?!\s]+")


_KNOWN: dict[str, str] = json.loads(os.environ["CONCORDAT_SANDBOX_KNOWN"])
"""Arguments by name and the ids that they have in the sandbox under test; the test sets it."""


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text.lower()
    except ValueError:
        return False


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Ask for what exists, in words that the sandbox knows, wherever a generated value is valid anyway.

    docs/undefined-behaviour.md#query-language, #order-by and #platform-key: texts that the contract's `string` allows
    and the sandbox does not know are refused, with 400 and 404.
    """
    del context, kwargs
    path, method = case.operation.path, case.method.upper()
    linked = case.meta is not None and case.meta.phase.name == "stateful"
    if not linked:
        own = dict([_OWN[method, path]]) if (method, path) in _OWN else {}
        case.path_parameters = {
            name: _existing(name, own.get(name, name), value) for name, value in (case.path_parameters or {}).items()
        }
    if isinstance(case.query, dict):
        for name, words in (("query", _QUERIES.get(path)), ("orderBy", _ORDERS.get(path))):
            value = case.query.get(name)
            if words and isinstance(value, str):
                case.query[name] = words[len(value) % len(words)]
    if path == _CONNECTIONS and isinstance(case.body, dict) and _PLATFORM.fullmatch(str(case.body.get("platformKey"))):
        case.body["platformKey"] = "gbol"


def _existing(parameter: str, name: str, value: object) -> object:
    """Return the id known as `name` instead of most valid ones, and instead of one that something else needs."""
    valid = _is_uuid(value) if parameter != "customerId" else isinstance(value, str) and value
    if not valid or name not in _KNOWN:
        return value
    taken = name != parameter and value in _KNOWN.values()
    return _KNOWN[name] if taken or sum(map(ord, str(value))) % 4 else value


@schemathesis.hook
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
