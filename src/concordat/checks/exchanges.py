"""The exchanges of a step: which of them belong to it, and the answers that its client received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.compare.canonical import read_json
from concordat.contract.operation import SAFE
from concordat.http1.coding import decoded
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import StepTrace
    from concordat.http1.exchange import Exchange

__all__ = [
    "answer_body",
    "answer_json",
    "answered_well",
    "last_answer",
    "own_exchanges",
    "request_line",
    "without_repeated_writes",
]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SUCCESS = range(200, 300)


def own_exchanges(step: StepTrace) -> tuple[Exchange, ...]:
    """Return the exchanges that belong to the step; the report names stragglers elsewhere."""
    return tuple(exchange for exchange in step.exchanges if not exchange.straggler)


def without_repeated_writes(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """Return the exchanges with each write that is sent again, byte for byte, counted once.

    The check `write-safety` judges a repeated write, by how often it is accepted (RFC 9110, 9.2.2).
    """
    kept: list[Exchange] = []
    writes: set[tuple[str, str, bytes]] = set()
    for exchange in exchanges:
        request = exchange.request
        if request is not None and request.method.upper() not in SAFE:
            key = (request.method, request.target, request.body)
            if key in writes:
                continue
            writes.add(key)
        kept.append(exchange)
    return tuple(kept)


def request_line(exchange: Exchange) -> str:
    """Return method and target of the request for people."""
    return "(not HTTP)" if exchange.request is None else f"{exchange.request.method} {exchange.request.target}"


def answered_well(exchange: Exchange | None) -> bool:
    """Return whether a whole response of the 2xx class reached the client."""
    return (
        exchange is not None
        and exchange.ending is Ending.COMPLETE
        and exchange.response is not None
        and exchange.response.status in _SUCCESS
    )


def last_answer(step: StepTrace | None) -> Any:
    """Return the JSON of the last answer to the step, UNSET when it has none."""
    exchanges = own_exchanges(step) if step is not None else ()
    return answer_json(exchanges[-1]) if exchanges else msgspec.UNSET


def answer_json(exchange: Exchange) -> Any:
    """Return the JSON of one answer, UNSET when its body is absent or not JSON."""
    body = answer_body(exchange)
    if body is None:
        return msgspec.UNSET
    text = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _as_written(text)


def _as_written(text: bytes) -> Any:
    """Return JSON that the fast reader refuses, such as a number beyond what a double holds; else UNSET."""
    try:
        return read_json(text)
    except ValueError:
        return msgspec.UNSET


def answer_body(exchange: Exchange) -> bytes | None:
    """Return the body of one answer without its content coding, None without an answer."""
    response = exchange.response
    return None if response is None else decoded(response.headers, response.body)
