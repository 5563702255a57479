"""What every list operation does: filter, order, page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox.errors import Refusal
from concordat.sandbox.paging import PageOutOfRange, PageRequest, UnknownOrderField, envelope, envelope_text, order
from concordat.sandbox.query import MalformedQuery, parse_query
from concordat.sandbox.scene import json_answer, text_answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.http1.answer import Answer
    from concordat.sandbox.fields import FieldType
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["answer_page", "listing", "page_of"]


def page_of(ask: HandlerRequest, service: str) -> PageRequest:
    """Return which page is asked for; refuses one out of range with 400."""
    try:
        return PageRequest.read(ask.query)
    except PageOutOfRange as error:
        raise Refusal(400, error.message, service=service) from None


def answer_page(ask: HandlerRequest, results: bytes, page: PageRequest, total: int) -> Answer:
    """Return the page that holds `results` (records as JSON text, with commas between them) of `total`."""
    return text_answer(envelope_text(results, page, total, ask.path, ask.query))


def listing(
    ask: HandlerRequest, records: Sequence[Mapping[str, Any]], fields: Mapping[str, FieldType], service: str
) -> Answer:
    """Answer a list operation over decoded records, in the order they are kept unless `orderBy` says otherwise."""
    page = page_of(ask, service)
    text = ask.parameter("query")
    try:
        if text:
            matches = parse_query(text, fields).matches
            records = [record for record in records if matches(record)]
        ordered = order(records, ask.parameter("orderBy") or None, fields)
    except MalformedQuery as error:
        raise Refusal(400, f"Error parsing query - {error.message}", service=service) from None
    except UnknownOrderField as error:
        raise Refusal(400, f"Error parsing order - {error.message}", service=service) from None
    return json_answer(envelope(page.take(ordered), page, len(ordered), ask.path, ask.query))
