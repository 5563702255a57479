"""Lint of cases and ledgers with the contracts, the documentation and the whole catalogue."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.call_rules import CallLint
from concordat.catalogue.matcher_syntax import matcher_flaws
from concordat.catalogue.references import names_used
from concordat.catalogue.rules import placed_calls
from concordat.catalogue.sources import load_anchors, source_flaws
from concordat.contract import load_contracts
from concordat.errors import Finding, Flaw, LedgerError, did_you_mean, sort_findings
from concordat.ledger.model import LEDGER_SUFFIX, load_ledger, read_ledger
from concordat.lint.answers import AnswerLint, accepted_flaws
from concordat.lint.effect import effect_flaws, table_flaws
from concordat.lint.ledger import lint_ledger
from concordat.resources import search

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from concordat.catalogue.catalogue import Catalogue
    from concordat.catalogue.model import Call, Case
    from concordat.catalogue.sources import Anchors
    from concordat.contract import Contract

__all__ = ["lint", "lint_cases", "lint_ledgers"]

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*)+")
_LEAST_WORDS = 4
_EMPTY = re.compile(r"\W*(?:to-?do|tbd|fixme|xxx+|why|because|n/?a)?\W*", re.IGNORECASE)


def lint(
    catalogue: Catalogue,
    contracts: Mapping[str, Contract] | None = None,
    *,
    bound: Callable[[Case], Collection[str] | None] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of the catalogue and of all ledgers, by place. `bound` as in `lint_cases`."""
    found = [*lint_cases(catalogue, contracts, bound=bound), *lint_ledgers(catalogue)]
    return sort_findings(found)


def lint_cases(
    catalogue: Catalogue,
    contracts: Mapping[str, Contract] | None = None,
    *,
    anchors: Anchors | None = None,
    bound: Callable[[Case], Collection[str] | None] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of the cases.

    `contracts` and `anchors` default to those of the project and the package. `bound` returns the names that a case's
    world binds (`company`), or None for an invalid world; without `bound`, only a run finds unknown names.
    """
    known = load_contracts() if contracts is None else contracts
    calls = CallLint(known)
    answers = AnswerLint(known)
    anchors = load_anchors() if anchors is None else anchors
    reasons: dict[str, Case] = {}
    findings: list[Finding] = []
    for case in catalogue.cases:
        flaws = [
            *_texts(case, reasons),
            *source_flaws(case, known, anchors),
            *calls.flaws(case),
            *_matchers(case),
            *_names(case, bound),
            *effect_flaws(case),
            *answers.flaws(case),
            *accepted_flaws(case, known),
        ]
        findings.extend(Finding(catalogue.locate(case, flaw.pointer), flaw.message, flaw.hint) for flaw in flaws)
    for _, group in groupby(catalogue.cases, key=lambda case: case.id):
        rows = list(group)
        whole = table_flaws(rows, bound=bound, invalid=lambda row: (calls.invalid(row), answers.invalid(row)))
        flaws = [*whole, *_unused(rows)]
        findings.extend(Finding(catalogue.locate(rows[0], flaw.pointer), flaw.message, flaw.hint) for flaw in flaws)
    return sort_findings(findings)


def lint_ledgers(catalogue: Catalogue, today: dt.date | None = None) -> tuple[Finding, ...]:
    """Return the findings of the ledgers beside the manifests. A user's ledger hides the built-in one."""
    day = today or dt.datetime.now(tz=dt.UTC).date()
    findings: list[Finding] = []
    seen: set[str] = set()
    for folder in search("clients"):
        for path in sorted(folder.glob("*" + LEDGER_SUFFIX)):
            name = path.name.removesuffix(LEDGER_SUFFIX)
            if name in seen:
                continue
            seen.add(name)
            try:
                ledger = load_ledger(name) if search("clients", path.name)[0] == path else read_ledger(path)
            except LedgerError as error:
                findings.extend(error.findings)
            else:
                findings.extend(lint_ledger(ledger, catalogue, today=day, path=path))
    return sort_findings(findings)


def _texts(case: Case, reasons: dict[str, Case]) -> Iterator[Flaw]:
    if not _ID.fullmatch(case.id):
        yield Flaw(
            "/id",
            f"`{case.id}` is not a valid id",
            "write `area.what-happens`: words joined by dashes, parts joined by dots",
        )
    if _EMPTY.fullmatch(case.why) or len(case.why.split()) < _LEAST_WORDS:
        yield Flaw("/why", "`why` gives no reason", "state the effect of a wrong client on its caller")
    if " ".join(case.why.lower().split()) == " ".join(case.title.lower().split()):
        yield Flaw("/why", "`why` repeats the title", "state the effect of a wrong client on its caller")
    reason = " ".join(case.why.lower().split())
    first = reasons.setdefault(reason, case)
    if first.id != case.id:
        yield Flaw(
            "/why", f"`why` is a copy of the one of `{first.id}`", "state the difference, or make the case a row"
        )


def _matchers(case: Case) -> Iterator[Flaw]:
    for pointer, value in _expectations(case):
        if value is not msgspec.UNSET and value is not None:
            yield from matcher_flaws(value, pointer)


def _expectations(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield (pointer, value) for every value that may contain matchers."""
    for name, value in (case.state or {}).items():
        yield f"/state/{name}", value
    for here, call in placed_calls(case):
        expect = call.expect
        yield here + "/expect/attempts", expect.attempts
        if call.repeat is not None:
            yield here + "/repeat/until", call.repeat.until
        if expect.outcome is not None:
            yield here + "/expect/outcome/payload", expect.outcome.payload
            if expect.outcome.error is not None:
                yield here + "/expect/outcome/error/status", expect.outcome.error.status
                yield here + "/expect/outcome/error/body", expect.outcome.error.body
        for index, request in enumerate(expect.listed or ()):
            place = f"{here}/expect/requests/{index}"
            yield place + "/path", request.path
            for key, members in (
                ("query", request.query),
                ("query-has", request.query_has),
                ("headers", request.headers),
            ):
                for name, value in (members or {}).items():
                    yield f"{place}/{key}/{name}", value
            yield place + "/body", request.body
            yield place + "/body-has", request.body_has
            yield place + "/body-text", request.body_text


def _names(case: Case, bound: Callable[[Case], Collection[str] | None] | None) -> Iterator[Flaw]:
    """Yield a flaw for each name that is used before a step saves it, saved twice, or not bound."""
    saved_at: dict[str, str] = {}
    steps = list(placed_calls(case))
    all_saved = {name for _, call in steps for name in call.save}
    world = None if bound is None else bound(case)
    used: set[str] = set()
    for here, call in steps:
        for name, pointer in _call_names(call):
            used.add(name)
            if name in all_saved and name not in saved_at:
                yield Flaw(
                    here + pointer, f"`${name}` is used before a step saves it", "move the step or the reference"
                )
            elif world is not None and name not in all_saved and name not in world:
                hint = did_you_mean(name, all_saved.union(world))
                yield Flaw(here + pointer, f"`${name}` is not bound", hint)
        for name in call.save:
            if name in saved_at:
                yield Flaw(here + "/save", f"`{name}` is saved twice", f"first at {saved_at[name]}")
            saved_at[name] = here


def _unused(rows: Sequence[Case]) -> Iterator[Flaw]:
    """Yield a flaw for each name that the rows of a case save and that none of them uses."""
    saved_at = {name: here for row in rows for here, call in placed_calls(row) for name in call.save}
    if not saved_at:
        return
    used: set[str] = set()
    for row in rows:
        for _, call in placed_calls(row):
            used.update(name for name, _ in _call_names(call))
        changes = [step for step in row.steps if "change" in step.__struct_fields__]
        used.update(name for name, _ in names_used(msgspec.to_builtins((row.state, changes))))
        if not saved_at.keys() - used:
            return
    for name in sorted(saved_at.keys() - used):
        yield Flaw(f"{saved_at[name]}/save/{name}", f"`{name}` is saved and never used", "remove it")


def _call_names(call: Call) -> Iterator[tuple[str, str]]:
    yield from names_used(msgspec.to_builtins({"with": call.with_, "expect": call.expect, "repeat": call.repeat}))
