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

_DESTROYING = {("DELETE", "/companies/{companyId}"), ("DELETE", "/companies/{companyId}/connections/{connectionId}")}
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
    "/companies": "name",
    "/companies/{companyId}/connections": "-created",
    "/companies/{companyId}/data/history": "-requested",
    "/companies/{companyId}/push": "requestedOnUtc",
    "/companies/{companyId}/data/customers": "-modifiedDate",
}
_COMPANY_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.,?!\s]+")


_KNOWN: dict[str, str] = json.loads(os.environ["CONCORDAT_SANDBOX_KNOWN"])
"""Arguments by name and the ids that they have in the sandbox under test; the test sets it."""


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text.lower()
    except ValueError:
        return False


@schemathesis.hook
def map_path_parameters(context: HookContext, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Let most valid ids be those of records that exist; what destroys keeps its own, so that they go on existing."""
    operation = context.operation
    if not path_parameters or operation is None or (operation.method.upper(), operation.path) in _DESTROYING:
        return path_parameters
    for name, value in path_parameters.items():
        valid = _is_uuid(value) if name != "customerId" else isinstance(value, str)
        if name in _KNOWN and valid and sum(map(ord, str(value))) % 4:
            path_parameters[name] = _KNOWN[name]
    return path_parameters


@schemathesis.hook
def map_query(context: HookContext, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """Write `query` and `orderBy` in the query language, which the contract's `string` does not tell of.

    docs/undefined-behaviour.md#query-language and #order-by: other texts are refused with 400.
    """
    if not query or context.operation is None:
        return query
    path = context.operation.path
    if isinstance(query.get("query"), str) and path in _QUERIES:
        query["query"] = _QUERIES[path][len(query["query"]) % len(_QUERIES[path])]
    if isinstance(query.get("orderBy"), str) and path in _ORDERS:
        query["orderBy"] = _ORDERS[path]
    return query


@schemathesis.hook
def filter_case(context: HookContext, case: Case) -> bool:
    """Leave out what the contract allows or refuses otherwise than the documented behaviour.

    docs/undefined-behaviour.md#write-without-body: a body that the contract calls optional is needed all the same by
    the operations that cannot do without its name or key. #company-name: forbidden characters of a company's name are
    stripped, not refused.
    """
    path, method = context.operation.path if context.operation else case.path, case.method.upper()
    body = case.body
    if path == "/companies/{companyId}/connections" and method == "POST":
        return isinstance(body, dict) and "platformKey" in body
    if path in {"/companies", "/companies/{companyId}"} and method in {"POST", "PUT", "PATCH"}:
        name = body.get("name") if isinstance(body, dict) else None
        if isinstance(name, str) and name and _COMPANY_NAME.fullmatch(name) is None:
            return False
        return method == "PATCH" or isinstance(body, dict)
    return True
