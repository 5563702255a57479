"""The answers that a step's client was sent, as the JSON or the bytes that they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.checks.field_retention import NOTHING
from concordat.checks.requests import own_exchanges
from concordat.compare.canonical import read_json
from concordat.http1.coding import decoded

if TYPE_CHECKING:
    from concordat.checks.model import StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["answer_body", "answer_json", "last_answer"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def last_answer(step: StepTrace | None) -> Any:
    """Return the JSON of the last answer to the step; `NOTHING` when there is none to read."""
    exchanges = own_exchanges(step) if step is not None else ()
    return answer_json(exchanges[-1]) if exchanges else NOTHING


def answer_json(exchange: Exchange) -> Any:
    """Return the JSON of one answer; `NOTHING` when it has no body, or one that is not JSON."""
    body = answer_body(exchange)
    if body is None:
        return NOTHING
    try:
        return msgspec.json.decode(body.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, RecursionError):
        return _written(body)


def _written(body: bytes) -> Any:
    """Return JSON that the fast reader refuses, such as a number beyond what a double holds; else `NOTHING`."""
    try:
        return read_json(body.removeprefix(_BYTE_ORDER_MARK))
    except ValueError:
        return NOTHING


def answer_body(exchange: Exchange) -> bytes | None:
    """Return the body of one answer without its content coding; None without an answer."""
    response = exchange.response
    return None if response is None else decoded(response.headers, response.body)
