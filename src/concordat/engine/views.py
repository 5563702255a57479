"""Exchanges and outcomes as reports show them: text where it is text, and no secret in it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.engine.result import ExchangeView, MessageView

if TYPE_CHECKING:
    from concordat.clients.protocol import Outcome
    from concordat.tap import Scrubber
    from concordat.values import Pairs
    from concordat.wire.exchange import Exchange

__all__ = ["exchange_view", "outcome_view"]

BODY_SHOWN = 64 * 1024
"""Bytes of a body that a report carries inline; the rest is left out, and said to be."""


def exchange_view(exchange: Exchange, step: str | None, scrubber: Scrubber | None) -> ExchangeView:
    """Return one exchange for people; without a scrubber (the sandbox has no secrets) it is shown as it was."""
    if scrubber is not None:
        exchange = scrubber.exchange(exchange)
    request, response = exchange.request, exchange.response
    problems = [f"request {p.where} {p.pointer}: {p.message}" for p in exchange.request_problems]
    problems += [f"response {p.where} {p.pointer}: {p.message}" for p in exchange.response_problems]
    return ExchangeView(
        number=exchange.number,
        step=step,
        operation=exchange.operation,
        started=round(exchange.started, 4),
        finished=None if exchange.finished is None else round(exchange.finished, 4),
        ending=str(exchange.ending),
        request=None
        if request is None
        else _message(f"{request.method} {request.target} HTTP/1.1", request.headers, request.body),
        unparsable_base64=None if exchange.unparsable is None else _base64(exchange.unparsable),
        response=None if response is None else _message(f"HTTP/1.1 {response.status}", response.headers, response.body),
        problems=tuple(problems),
        faults=exchange.faults,
        straggler=exchange.straggler,
    )


def outcome_view(outcome: Outcome, scrubber: Scrubber | None) -> Any:
    """Return an outcome as a JSON value, scrubbed where there are secrets."""
    plain = msgspec.to_builtins(outcome)
    return plain if scrubber is None else scrubber.value(plain)


def _message(line: str, headers: Pairs, body: bytes) -> MessageView:
    text, encoded = None, None
    if len(body) > BODY_SHOWN:
        text = f"({len(body)} bytes, not shown)"
    elif body:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            encoded = _base64(body)
    return MessageView(line=line, headers=headers, body=text, body_base64=encoded)


def _base64(data: bytes) -> str:
    return base64.b64encode(data[:BODY_SHOWN]).decode("ascii")
