"""The record of a run: its results and clients, which reporters receive as typed events."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.catalogue import case_digest
from concordat.catalogue.release_record import load_past
from concordat.checks import Verdict
from concordat.contract import load_contracts
from concordat.coverage.contract_coverage import coverage_of
from concordat.errors import EXIT_HARNESS, NothingRan
from concordat.runner import collector
from concordat.runner.client_info import merged_info
from concordat.runner.conclusion import (
    exit_code_of,
    ledger_problems,
    nothing_ran,
    parity_rows,
    reasons_of,
    suggest_causes,
    written_note,
)
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.runner.result import Footer
from concordat.runner.scoring import requirement_scores
from concordat.runner.target_account import limit_note, target_account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from concordat.catalogue.release_record import Past
    from concordat.coverage.model import Coverage
    from concordat.runner.event import Event
    from concordat.runner.plan import RunPlan
    from concordat.runner.result import ClientInfo, Header, Result
    from concordat.runner.settings import RunSettings

__all__ = ["RunRecord", "now"]


class RunRecord:
    """Records from `begin` to `finish`, and passes each event to every sink; reporters are sinks."""

    def __init__(self, settings: RunSettings, plan: RunPlan) -> None:
        self.sinks: list[Callable[[Event], None]] = []
        self.results: list[Result] = []
        self.clients: dict[str, ClientInfo] = {}
        self._settings = settings
        self._plan = plan
        self._notes: list[str] = []
        self._mark = ""
        self._introduced: list[ClientInfo] = []
        self._histories: dict[str, Past] = {}
        self._began = time.monotonic()

    def begin(self, header: Header, planned: int) -> None:
        """Emit the start of the run, with the number of results to come."""
        self._mark = header.mark
        self._emit(RunStarted(header, planned))
        for info in self.clients.values():
            self.introduce(info)

    def meet(self, clients: Iterable[ClientInfo]) -> None:
        """Add clients to the report. Each process that ran cases of a client has an entry of it; see `merged_info`."""
        for info in clients:
            label = f"{info.name}@{info.requested}"
            self.clients[label] = merged_info(self.clients[label], info) if label in self.clients else info

    def introduce(self, info: ClientInfo) -> None:
        """Emit a client, once."""
        if info not in self._introduced:
            self._introduced.append(info)
            self._emit(ClientReady(info))

    def add(self, finished: CaseFinished) -> None:
        """Add one result to the report, with the recorded history of its case."""
        finished = CaseFinished(self._with_history(finished.result), finished.stragglers)
        self.results.append(finished.result)
        collector.recorded(len(self.results))
        self._emit(finished)

    def _with_history(self, result: Result) -> Result:
        """Return the result; a failure, known or new, gets the verdicts of its case with other releases."""
        if result.verdict not in (Verdict.FAIL, Verdict.KNOWN_FAILURE):
            return result
        name = result.client.partition("@")[0]
        if name not in self._histories:
            self._histories[name] = load_past(name)
        history = self._histories[name]
        if result.key not in history.cases:
            return result
        text = history.text(result.key, case_digest(self._plan.cases_by_key[result.key]))
        return msgspec.structs.replace(result, history=text)

    def note(self, text: str) -> None:
        """Add a note to the end of the report."""
        self._notes.append(text)

    def agreeing(self, result: Result) -> tuple[str, ...]:
        """Return the clients whose results so far agree with this one."""
        if result.shape is None:
            return ()
        return tuple(r.client for r in self.results if r.key == result.key and r.shape == result.shape)

    def finish(self, *, interrupted: str | None = None, red: bool = False) -> Footer:
        """End the report and return its footer.

        `interrupted` is the reason of an incomplete report; `red` states that a red result ended the run.
        """
        for info in self.clients.values():
            self.introduce(info)
        self._note_doubtful_adapters()
        said = (target_account(self.results), limit_note(self.results))
        self._notes[:0] = [note for note in said if note is not None]
        written = written_note(self.results, self._mark)
        if written is not None:
            self.note(written)
        cases = self._plan.catalogue.cases
        problems: list[str] = []
        if not self._settings.live:
            problems = ledger_problems(self.clients.values(), self.results, self._plan.cases_by_key)
        if self._settings.record_failures:
            self._notes += [f"causes proposed in {path}" for path in suggest_causes(self.results, cases)]
        footer = Footer(
            complete=interrupted is None,
            finished=now(),
            exit_code=self._exit_code(ledger_wrong=bool(problems)) if interrupted is None or red else EXIT_HARNESS,
            duration_ms=round((time.monotonic() - self._began) * 1000, 1),
            note=interrupted,
        )
        notes = (*self._notes, *problems)
        scores = requirement_scores(self.results, self._plan.requirement_sets)
        self._emit(RunFinished(footer, parity_rows(self.results), notes, scores, self._coverage()))
        collector.finished()
        return footer

    def _coverage(self) -> Coverage | None:
        """Return the assertion coverage of the whole catalogue, None for a run of selected cases."""
        return None if self._settings.partial else coverage_of(self._plan.catalogue.cases, load_contracts())

    def _exit_code(self, *, ledger_wrong: bool) -> int:
        """Return the exit code (see `exit_code_of`), and add a note when the run executed no case."""
        counts = Counter(result.verdict for result in self.results)
        code = exit_code_of(
            counts,
            self.clients.values(),
            requested=self._settings.clients,
            require_all=self._settings.require_all,
            ledger_wrong=ledger_wrong,
        )
        if nothing_ran(counts):
            cause, hint = reasons_of(self.results), "check the selection and the clients"
            self._notes.append(str(NothingRan("no case was executed", cause=cause, hint=hint)))
        return code

    def _note_doubtful_adapters(self) -> None:
        """Add a note for every adapter that fails an integrity check: its results are not evidence."""
        self._notes += [
            f"{info.label}: its results may not be the SDK's: {text}"
            for info in self.clients.values()
            if info.integrity is not None
            for text in info.integrity.trouble
        ]

    def _emit(self, event: Event) -> None:
        for sink in self.sinks:
            sink(event)


def now() -> str:
    """Return the current time in the format of reports: ISO 8601, UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
