"""A red result in words: labelled sides, the exchange, who agrees, and the command that runs just it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Verdict
from concordat.printable import terminal_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks import Check
    from concordat.runner.result import ExchangeView, MessageView, Result

__all__ = ["failure_text"]

_WIDTH = 400
_BODY = 1200


def failure_text(result: Result, agreeing: Sequence[str] = ()) -> str:
    """Return the explanation of one red result, several lines, no colour, fit for a terminal and a log.

    `agreeing` are the other clients whose canonical requests and outcome are the same.
    """
    lines = _head_lines(result)
    for check in result.checks:
        if check.verdict.red or check.verdict is Verdict.BLOCKED:
            lines += ["", *_check_lines(check)]
    shown = {check.exchange for check in result.checks if check.verdict.red and check.exchange is not None}
    for exchange in result.exchanges:
        if not shown or exchange.number in shown:
            lines += ["", *_exchange_lines(exchange)]
    if not result.exchanges:
        lines += ["", "  no request reached the wire"]
    if result.outcomes:
        lines += ["", "  what the client showed:", *(f"    {_json(outcome)}" for outcome in result.outcomes)]
    if agreeing:
        lines += ["", f"  the same from: {', '.join(agreeing)}"]
    lines += ["", f"  run it alone: {result.rerun}"]
    return "\n".join(map(terminal_entry, lines))


def _head_lines(result: Result) -> list[str]:
    lines = [f"{result.key} with {result.client}: {result.verdict}", f"  {result.title}"]
    known = {
        "why": result.why,
        "source": f"{', '.join(result.source)}  ({result.level})" if result.source else "",
        "case": result.path,
        "reason": result.reason,
        "history": result.history,
        "played again": _second(result),
    }
    return lines + [f"  {name}: {text}" for name, text in known.items() if text]


def _second(result: Result) -> str | None:
    """What a second look at it came to."""
    again = result.again
    if again is None:
        return None
    failed = ", ".join(check.id for check in again.checks if check.verdict.red)
    told = f"{again.verdict}{f' ({failed})' if failed else ''}"
    return f"{told}: it is flaky" if result.flaky else f"{told}, as before"


def _check_lines(check: Check) -> list[str]:
    if check.verdict is Verdict.BLOCKED:
        return [f"  {check.id}: blocked, {check.message or 'a check before it failed'}"]
    where = f" at {check.pointer}" if check.pointer else ""
    lines = [f"  {check.id}: {check.verdict}{where}"]
    if check.message:
        lines.append(f"    {check.message}")
    if check.verdict is Verdict.UNEXPECTED_PASS:
        lines.append(
            f"    the ledger's cause `{check.cause}` no longer holds: take its entry out, or mend its versions"
        )
        return lines
    lines.append(f"    expected (case):   {_json(check.expected)}")
    lines.append(f"    observed (client): {_json(check.observed)}")
    return lines


def _exchange_lines(exchange: ExchangeView) -> list[str]:
    lines = [
        f"  exchange {exchange.number} ({exchange.operation or 'no operation of the contract'}, {exchange.ending}):"
    ]
    if exchange.request is not None:
        lines += _message_lines(">", exchange.request)
    if exchange.unparsable_base64 is not None:
        lines.append(f"    > not HTTP, base64: {exchange.unparsable_base64[:_WIDTH]}")
    if exchange.response is not None:
        lines += _message_lines("<", exchange.response)
    lines += [f"    ! {problem}" for problem in exchange.problems]
    return lines


def _message_lines(mark: str, message: MessageView) -> list[str]:
    lines = [f"    {mark} {message.line}"]
    lines += [f"    {mark} {name}: {value}" for name, value in message.headers]
    body = message.body if message.body is not None else message.body_base64
    if body:
        lines.append(f"    {mark}")
        lines.append(f"    {mark} {body if len(body) <= _BODY else body[:_BODY] + ' ...'}")
    return lines


def _json(value: object) -> str:
    text = msgspec.json.encode(value).decode("utf-8")
    return text if len(text) <= _WIDTH else text[:_WIDTH] + " ..."
