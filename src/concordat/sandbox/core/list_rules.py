"""The rules of an API's list operations: how a request names a page, a filter and an order, and how a page is built.

A plug-in declares them. Tests of an API's answers read them to write requests, and to know what a page says of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

__all__ = ["Comparator", "ListRules", "ValueKind"]

ValueKind = Literal["string", "enum", "number", "date", "boolean"]
Comparator = Literal["equal", "unequal", "contains", "greater", "less"]


class ListRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that the list operations of one API have in common.

    `page_parameter`, `size_parameter`, `query_parameter` and `order_parameter` are query parameters; a page number
    begins with 1. `results`, `total`, `number`, `size` and `links` are members of a page. `steps` maps each link that
    leads to a page to the distance of that page; the link is present only if the page exists. `target` is the member of
    a link with its URL.

    A condition is `property SIGN value`, without blanks; `signs` has the sign of each comparator, and `junction` joins
    conditions that must all hold. No value in a condition may contain a character of `reserved`. `descending` precedes
    the property of a descending order. `properties` maps each list operation to the properties that a filter or an
    order may name, as dotted paths with their kinds.
    """

    page_parameter: str
    size_parameter: str
    query_parameter: str
    order_parameter: str
    results: str
    total: str
    number: str
    size: str
    links: str
    target: str
    steps: Mapping[str, int]
    signs: Mapping[Comparator, str]
    comparators: Mapping[ValueKind, tuple[Comparator, ...]]
    junction: str
    reserved: str
    longest_query: int
    descending: str
    properties: Mapping[str, Mapping[str, ValueKind]]
