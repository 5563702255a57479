"""List operations: filter, order and page of records, and the envelope of a page (domain 2.2, 3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from concordat.sandbox.codat.errors import ServiceRefusal
from concordat.sandbox.codat.fields import FieldTable, FieldType, values_at
from concordat.sandbox.codat.query import MalformedQuery, comparable, parse_query
from concordat.sandbox.core.context import json_answer, json_text_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.http1.answer import Answer
    from concordat.sandbox.codat.context import CodatRequest
    from concordat.values import Json, JsonObject, Pairs

__all__ = [
    "DEFAULT_SIZE",
    "LARGEST_REPORTED",
    "LARGEST_SIZE",
    "PageOutOfRange",
    "PageRequest",
    "UnknownOrderField",
    "answer_page",
    "envelope",
    "envelope_text",
    "links",
    "listing",
    "order",
    "page_of",
]

DEFAULT_SIZE = 100
LARGEST_SIZE = 5000
"""The largest page size that a request may ask for."""
LARGEST_REPORTED = 2000
"""The largest page size of an answer: the contract's maximum of `pageSize` in the envelope."""

_LAST_INT32 = 2**31 - 1
_SAFE_IN_QUERY = "!$'()*,;:@/?-._~"
"""What RFC 3986 allows in a query, without `&`, `=` and `+`, which a form would read as its own."""

RecordT = TypeVar("RecordT", bound="Mapping[str, Any]")


class UnknownOrderField(ValueError):  # noqa: N818 - reads as a condition in `except` clauses
    """An `orderBy` that names no property of the records; `field` is the name without its minus sign."""

    def __init__(self, field: str, record: str) -> None:
        super().__init__(f"Could not resolve property {field} on {record}")
        self.field = field
        self.message = str(self)


class PageOutOfRange(ValueError):  # noqa: N818 - reads as a condition in `except` clauses
    """A `page` or `pageSize` outside the contract's bounds; `parameter` is its name."""

    def __init__(self, parameter: str, largest: int) -> None:
        super().__init__(f"{parameter} must be a whole number from 1 to {largest}")
        self.parameter = parameter
        self.message = str(self)


class PageRequest(msgspec.Struct, frozen=True):
    """Which page is asked for: `page` from 1, `size` in records."""

    page: int = 1
    size: int = DEFAULT_SIZE

    @classmethod
    def read(cls, query: Pairs) -> PageRequest:
        """Read `page` and `pageSize` from decoded query pairs; of repeats the last counts.

        A size above 2,000 becomes 2,000, so that the answer can keep the contract. Raises PageOutOfRange for a number
        outside the request's own bounds, or for no number at all.
        """
        given = dict(query)
        page = _number(given.get("page", "1"), "page", _LAST_INT32)
        size = _number(given.get("pageSize", str(DEFAULT_SIZE)), "pageSize", LARGEST_SIZE)
        return cls(page, min(size, LARGEST_REPORTED))

    @property
    def start(self) -> int:
        """How many records come before this page."""
        return (self.page - 1) * self.size

    def take(self, records: Sequence[RecordT]) -> list[RecordT]:
        """Return the records of this page, of all that match; none beyond the end."""
        return list(records[self.start : self.start + self.size])


def _number(text: str, parameter: str, largest: int) -> int:
    digits = text.isascii() and text.isdigit() and len(text.lstrip("0")) <= len(str(largest))
    number = int(text.lstrip("0") or "0") if digits else 0
    if not 1 <= number <= largest:
        raise PageOutOfRange(parameter, largest)
    return number


def order(
    records: Sequence[RecordT],
    order_by: str | None,
    fields: Mapping[str, FieldType],
) -> list[RecordT]:
    """Return the records by one property, `-property` for descending; None keeps the order they have.

    Records without the property, or with null, come last either way; ties keep the order they have.
    Raises UnknownOrderField.
    """
    if order_by is None:
        return list(records)
    name = order_by.removeprefix("-")
    kind = fields.get(name)
    if kind is None:
        raise UnknownOrderField(name, fields.record if isinstance(fields, FieldTable) else "Dataset")
    path = tuple(name.split("."))
    keyed: list[tuple[Any, RecordT]] = []
    rest: list[RecordT] = []
    for record in records:
        key = next((comparable(value, kind) for value in values_at(record, path)), None)
        if key is None:
            rest.append(record)
        else:
            keyed.append((key, record))
    keyed.sort(key=lambda pair: pair[0], reverse=order_by.startswith("-"))
    return [record for _, record in keyed] + rest


def envelope(
    results: Sequence[JsonObject],
    request: PageRequest,
    total: int,
    path: str,
    query: Pairs,
) -> dict[str, Json]:
    """Return the page that holds `results`, the slice already taken, of `total` matching records.

    `path` is the request's path as sent, `query` its decoded pairs. Links are relative to the server: `self` is the
    path, the others carry `page`, `pageSize` and every other pair of the request. `next` and `previous` stand only
    where such a page exists; from beyond the end, `previous` is the last page.
    """
    return {"results": list(results)} | _about(request, total, path, query)


def envelope_text(results: bytes, request: PageRequest, total: int, path: str, query: Pairs) -> bytes:
    """Return `envelope` as JSON text; `results` are the records as JSON text, with commas between them."""
    about = msgspec.json.encode(_about(request, total, path, query))
    return b"".join((b'{"results":[', results, b"],", about[1:]))


def _about(request: PageRequest, total: int, path: str, query: Pairs) -> dict[str, Json]:
    """Return all of a page but its records."""
    return {
        "pageNumber": request.page,
        "pageSize": request.size,
        "totalResults": total,
        "_links": links(request, total, path, query),
    }


def links(request: PageRequest, total: int, path: str, query: Pairs) -> dict[str, Json]:
    """Return the `_links` of a page; see `envelope`."""
    kept = [pair for pair in query if pair[0] not in {"page", "pageSize"}]
    others = "".join([f"&{_escape(name)}={_escape(value)}" for name, value in kept]) if kept else ""

    def page(number: int) -> dict[str, Json]:
        return {"href": f"{path}?page={number}&pageSize={request.size}{others}"}

    last = max(1, -(-total // request.size))
    shown: dict[str, Json] = {"self": {"href": path}, "current": page(request.page)}
    if request.page < last:
        shown["next"] = page(request.page + 1)
    if request.page > 1:
        shown["previous"] = page(min(request.page - 1, last))
    return shown


def _escape(text: str) -> str:
    return quote(text, safe=_SAFE_IN_QUERY, errors="replace")


def page_of(request: CodatRequest, service: str) -> PageRequest:
    """Return which page is asked for; refuses one out of range with 400."""
    try:
        return PageRequest.read(request.query)
    except PageOutOfRange as error:
        raise ServiceRefusal(400, error.message, service=service) from None


def answer_page(request: CodatRequest, results: bytes, page: PageRequest, total: int) -> Answer:
    """Return the page that holds `results` (records as JSON text, with commas between them) of `total`."""
    return json_text_answer(envelope_text(results, page, total, request.path, request.query))


def listing(
    request: CodatRequest, records: Sequence[Mapping[str, Any]], fields: Mapping[str, FieldType], service: str
) -> Answer:
    """Answer a list operation over decoded records, in the order they are kept unless `orderBy` says otherwise."""
    page = page_of(request, service)
    text = request.parameter("query")
    try:
        if text:
            matches = parse_query(text, fields).matches
            records = [record for record in records if matches(record)]
        ordered = order(records, request.parameter("orderBy") or None, fields)
    except MalformedQuery as error:
        raise ServiceRefusal(400, f"Error parsing query - {error.message}", service=service) from None
    except UnknownOrderField as error:
        raise ServiceRefusal(400, f"Error parsing order - {error.message}", service=service) from None
    return json_answer(envelope(page.take(ordered), page, len(ordered), request.path, request.query))
