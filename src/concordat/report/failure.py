"""The explanation of a red result: expected and observed values, exchanges, and the command that reruns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Verdict
from concordat.printable import terminal_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks import Check
    from concordat.runner.result import ExchangeView, MessageView, Result

__all__ = ["failure_headline", "failure_text"]

_WIDTH = 400
_BODY = 1200


def failure_headline(result: Result) -> str:
    """Return one line that names the first red check, or the reason, and the number of further red checks."""
    red = [check for check in result.checks if check.verdict.red]
    if not red:
        return terminal_entry(result.reason or str(result.verdict))
    further = f", and {len(red) - 1} more" if len(red) > 1 else ""
    return terminal_entry(_check_head(red[0]) + further)


def failure_text(result: Result, agreeing: Sequence[str] = (), *, wire: bool = True) -> str:
    """Return the explanation of one red result: several lines without colour, safe for a terminal and a log.

    `agreeing` are the other clients with the same canonical requests and outcome. Without `wire`, exchanges and
    outcomes are omitted.
    """
    lines = _head_lines(result)
    for check in result.checks:
        if check.verdict.red or check.verdict is Verdict.BLOCKED:
            lines += ["", *_check_lines(check)]
    shown = {check.exchange for check in result.checks if check.verdict.red and check.exchange is not None}
    for exchange in result.exchanges if wire else ():
        if not shown or exchange.number in shown:
            lines += ["", *_exchange_lines(exchange)]
    if not result.exchanges:
        lines += ["", "  no request reached the wire"]
    if result.outcomes and wire:
        lines += ["", "  outcomes:", *(f"    {_json(outcome)}" for outcome in result.outcomes)]
    if agreeing:
        lines += ["", f"  same result from: {', '.join(agreeing)}"]
    lines += ["", f"  run it alone: {result.command}"]
    return "\n".join(map(terminal_entry, lines))


def _head_lines(result: Result) -> list[str]:
    lines = [f"{result.key} with {result.client}: {result.verdict}", f"  {result.title}"]
    facts = {
        "why": result.why,
        "source": f"{', '.join(result.source)}  ({result.level})" if result.source else "",
        "case": result.path,
        "reason": result.reason,
        "history": result.history,
        "rerun": _rerun(result),
    }
    return lines + [f"  {name}: {text}" for name, text in facts.items() if text]


def _rerun(result: Result) -> str | None:
    """Return the verdict of the result's rerun, None without one."""
    second = result.rerun
    if second is None:
        return None
    failed = ", ".join(check.id for check in second.checks if check.verdict.red)
    verdict = f"{second.verdict}{f' ({failed})' if failed else ''}"
    return f"{verdict}: flaky" if result.flaky else f"{verdict}, as before"


def _check_lines(check: Check) -> list[str]:
    if check.verdict is Verdict.BLOCKED:
        return [f"  {check.id}: blocked, {check.message or 'an earlier check failed'}"]
    lines = [f"  {_check_head(check)}"]
    if check.message:
        lines.append(f"    {check.message}")
    if check.verdict is Verdict.UNEXPECTED_PASS:
        lines.append(
            f"    the ledger's cause `{check.cause}` no longer holds: remove its entry, or correct its versions"
        )
        return lines
    lines.append(f"    expected (case):   {_json(check.expected)}")
    lines.append(f"    observed (client): {_json(check.observed)}")
    return lines


def _check_head(check: Check) -> str:
    return f"{check.id}: {check.verdict}" + (f" at {check.pointer}" if check.pointer else "")


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
