"""The text report of an exploration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.explore.deviations import sentence
from concordat.explore.findings import trigger_text
from concordat.printable import terminal_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.explore.exploration import Exploration
    from concordat.explore.findings import ExplorationFinding
    from concordat.explore.parity_ledger import ParityLedger

__all__ = ["text_report"]

_MAX_CALL: Final = 200
_MAX_HARNESS_ERRORS: Final = 3


def text_report(result: Exploration, ledger: ParityLedger) -> Iterator[str]:
    """Yield the lines of a report: new findings in full, a line for each known class, then the summary.

    Every line is safe for a terminal and a log, whatever text a client or its adapter wrote.
    """
    return map(terminal_entry, _lines(result, ledger))


def _lines(result: Exploration, ledger: ParityLedger) -> Iterator[str]:
    for number, finding in enumerate(result.findings, 1):
        yield from _finding_lines(finding, number)
        yield ""
    if result.known:
        yield "known, see contracts/parity.yaml:"
        for name, counts in sorted(result.known.items()):
            met = ", ".join(f"{client} {count}" for client, count in counts.items())
            yield f"  {ledger.by_id[name].verdict:<8}  {name}: {met}"
        yield ""
    yield from _summary(result)


def _summary(result: Exploration) -> Iterator[str]:
    seconds = sum(result.seconds)
    rate = result.examples / result.seconds[0] if result.seconds[0] else 0.0
    yield (
        f"{result.api}, {_count(result.operations, 'operation')}, {', '.join(result.clients)}, seed {result.seed}: "
        f"{_count(result.examples, 'example')} in {result.seconds[0]:.1f} s ({rate:.0f} a second), "
        f"{_count(result.calls, 'call')}, {seconds:.1f} s in all"
    )
    ended = "interrupted; " if result.interrupted else ""
    classes = f", {len(result.known)} known class{'' if len(result.known) == 1 else 'es'}" if result.known else ""
    yield f"{ended}{_count(len(result.findings), 'new finding')}{classes}"
    for line in result.harness_errors[:_MAX_HARNESS_ERRORS]:
        yield f"harness: {line}"
    if len(result.harness_errors) > _MAX_HARNESS_ERRORS:
        yield f"harness: {len(result.harness_errors) - _MAX_HARNESS_ERRORS} more of these"


def _finding_lines(finding: ExplorationFinding, number: int) -> Iterator[str]:
    """Yield the lines that a person needs to judge a finding."""
    operation, check, pointer, clients = finding.signature
    yield f"{number}. {operation}  {check}{' ' + pointer if pointer else ''}  {clients}"
    yield f"   {sentence(finding.deviation)}{trigger_text(finding.triggers)}"
    yield f"   call: {_call(finding)}"
    yield f"   answer: {_answer(finding)}"
    for line in finding.difference:
        yield f"     {line}"
    others = [
        f"{', '.join(one.clients)}: {sentence(one.deviations[0])}"
        for one in finding.groups
        if not one.conforming and not set(one.clients) & set(finding.clients)
    ]
    agree = "no client agrees with the contract"
    if finding.conforming:
        agree = f"{' and '.join(finding.conforming)} and the contract agree"
    yield "   " + "; ".join([agree, *others])
    met = ", ".join(f"{name} {count}" for name, count in finding.operations.items())
    yield f"   met in: {met}" + ("" if finding.shrunk else " (not made smaller: interrupted)")
    if finding.known:
        yield "   known: " + ", ".join(f"{name} for {client}" for client, name in finding.known.items())
    if finding.file is not None:
        yield f"   case: {finding.file}"
        if finding.replays is False:
            yield "   alone, its case does not tell the clients apart: it depends on the calls before it"
        for client in finding.new:
            yield f"   replay: concordat run {finding.file} --client {client.partition('#')[0]}"


def _call(finding: ExplorationFinding) -> str:
    arguments = ", ".join(f"{name}: {_json(value)}" for name, value in finding.scenario.arguments.items())
    return _cut(f"{finding.scenario.operation}({arguments})")


def _answer(finding: ExplorationFinding) -> str:
    answer = finding.scenario.answer
    if answer.json is not msgspec.UNSET:
        body = " " + _json(answer.json)
    else:
        body = "" if answer.text is None else f" {answer.text!r}"
    return _cut(f"{answer.status}{body}")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8", "replace")


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CALL else text[: _MAX_CALL - 3] + "..."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
