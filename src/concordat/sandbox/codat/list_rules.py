"""The rules of the APIs' list operations: pages and links (domain 2.2), filters and orders (domain 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.sandbox.codat.fields import (
    COMPANY_FIELDS,
    CONNECTION_FIELDS,
    CUSTOMER_FIELDS,
    PULL_FIELDS,
    PUSH_FIELDS,
    FieldTable,
)
from concordat.sandbox.codat.query import LIMIT
from concordat.sandbox.core.list_rules import ListRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.sandbox.core.list_rules import ValueKind

__all__ = ["LIST_RULES"]

_TABLES = {
    "customers.list": CUSTOMER_FIELDS,
    "companies.list": COMPANY_FIELDS,
    "connections.list": CONNECTION_FIELDS,
    "pullOperations.list": PULL_FIELDS,
    "pushOperations.list": PUSH_FIELDS,
}


def _kinds(table: FieldTable) -> Mapping[str, ValueKind]:
    return {path: kind.value for path, kind in table.items()}


LIST_RULES = ListRules(
    page_parameter="page",
    size_parameter="pageSize",
    query_parameter="query",
    order_parameter="orderBy",
    results="results",
    total="totalResults",
    number="pageNumber",
    size="pageSize",
    links="_links",
    target="href",
    steps={"current": 0, "next": 1, "previous": -1},
    signs={"equal": "=", "unequal": "!=", "contains": "~", "greater": ">", "less": "<"},
    comparators={
        "string": ("equal", "unequal", "contains"),
        "enum": ("equal", "unequal"),
        "boolean": ("equal", "unequal"),
        "number": ("equal", "unequal", "greater", "less"),
        "date": ("greater", "less"),
    },
    junction="&&",
    # no source describes quotes or escapes
    reserved="&|{}=!~<>\"'\\",
    longest_query=LIMIT - 1,
    descending="-",
    properties={operation: _kinds(table) for operation, table in _TABLES.items()},
)
