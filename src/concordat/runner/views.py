"""Exchanges and outcomes for reports: bodies as text where they are text, and without secrets."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import ClientSettings
from concordat.compare.values import clean
from concordat.runner.result import CallView, ExchangeView, MessageView, WriteView

if TYPE_CHECKING:
    from concordat.checks.model import StepTrace
    from concordat.clients.protocol import Outcome
    from concordat.http1.exchange import Exchange
    from concordat.tap import Scrubber, Written
    from concordat.values import Pairs

__all__ = ["call_view", "exchange_view", "outcome_view", "settings_view", "write_view"]

TEXT_SHOWN = 64 * 1024
"""Maximal length of one text in an outcome, in characters."""
_DEFAULT = ClientSettings()


def exchange_view(exchange: Exchange, step: str | None, scrubber: Scrubber | None) -> ExchangeView:
    """Return one exchange for the report, scrubbed if the target has secrets."""
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
    """Return an outcome as a JSON value, with long texts shortened, scrubbed if the target has secrets."""
    plain = _plain(outcome)
    return plain if scrubber is None else scrubber.value(plain)


def write_view(write: Written, scrubber: Scrubber | None) -> WriteView:
    """Return one write to a live target, scrubbed if the target has secrets."""
    request, ids = write.request, {name: clean(value) for name, value in write.ids.items()}
    if scrubber is not None:
        request, ids = scrubber.text(request), {name: scrubber.text(value) for name, value in ids.items()}
    return WriteView(request=request, status=write.status, ids=ids)


def call_view(step: StepTrace, scrubber: Scrubber | None) -> CallView:
    """Return the call of a step, with long texts shortened, scrubbed if the target has secrets."""
    plain = _plain(step.call.with_)
    arguments = plain if scrubber is None else scrubber.value(plain)
    return CallView(step=step.label, operation=step.call.call, arguments=arguments)


def settings_view(settings: ClientSettings, scrubber: Scrubber | None) -> dict[str, Any]:
    """Return the client settings of a case that differ from the default."""
    if settings == _DEFAULT:
        return {}
    plain: dict[str, Any] = msgspec.to_builtins(settings)  # the model omits defaults
    return plain if scrubber is None else {key: scrubber.value(value) for key, value in plain.items()}


def _plain(value: Any) -> Any:
    plain = msgspec.to_builtins(value)
    # A short document contains no long text: only few outcomes need the walk.
    return plain if len(msgspec.json.encode(plain)) <= TEXT_SHOWN else _shortened(plain)


def _shortened(value: Any) -> Any:
    """Return a JSON value with long texts (a file in base64) replaced by their beginning, length and digest."""
    if isinstance(value, str) and len(value) > TEXT_SHOWN:
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{value[:100]}... ({len(value)} characters, SHA-256 {digest})"
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return value


def _message(line: str, headers: Pairs, body: bytes) -> MessageView:
    text, encoded = None, None
    if body:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            encoded = _base64(body)
    return MessageView(line=line, headers=headers, body=text, body_base64=encoded)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
