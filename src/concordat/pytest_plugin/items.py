"""The pytest items of a run: the catalogue, and a case item for each result."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import msgspec
import pytest
from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from concordat.checks import Verdict
from concordat.errors import ClientUnavailable, ConcordatError
from concordat.printable import terminal_entry, terminal_text, terminal_word
from concordat.pytest_plugin.last_failed import ResultKey
from concordat.runner.event import CaseFinished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest._code.code import TerminalRepr

    from concordat.runner.plan import Job
    from concordat.runner.session import Session

__all__ = ["CaseFailed", "CaseItem", "CatalogueFile", "EndedItem", "RunHolder", "item_name"]


class RunHolder(Protocol):
    """Owns the run, which it creates on first use, and the error that prevents its plan."""

    refused: ConcordatError | None

    @property
    def session(self) -> Session:
        """The run."""
        ...


def item_name(case: str, client: str) -> str:
    """Return the name of a case item, as pytest names a parametrised test: `things.list[row][python@1.0]`."""
    return terminal_word(f"{case}[{client}]")


class CaseFailed(Exception):  # noqa: N818 - a verdict, not an error of the code
    """The verdict of a case is red; the message is its explanation, and `headline` is one line of it."""

    def __init__(self, text: str, headline: str) -> None:
        super().__init__(text)
        self.headline = headline


class CatalogueFile(pytest.Collector):
    """The catalogue, collected in place of `test_catalogue.py`.

    It is not a `pytest.File`: with `--lf`, pytest drops a file in which none of its own tests failed.
    """

    run: RunHolder

    def collect(self) -> Iterator[CaseItem]:
        """Yield one item for each planned job."""
        try:
            jobs = self.run.session.jobs()
        except ConcordatError as error:
            self.run.refused = error
            return
        for job in jobs:
            # pytest parses ids from text, for `--lf` and its summary: a name with `[` has to end with `]`.
            name = item_name(job.case.key, job.client)
            item: CaseItem = CaseItem.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}")
            item.job = job
            item.run = self.run.session
            yield item


class EndedItem(msgspec.Struct, frozen=True):
    """An ended case item, which an xdist worker sends to the controller.

    `finished` is None when the client cannot start; the report has the reason in the client's entry.
    """

    key: ResultKey
    finished: CaseFinished | None


class CaseItem(pytest.Item):
    """One case (or row) with one client."""

    job: Job
    run: Session
    ended: EndedItem | None = None

    @property
    def key(self) -> ResultKey:
        """The key of its result."""
        return ResultKey(self.job.case.key, self.job.client)

    def runtest(self) -> None:
        """Wait for the result and fail, skip or pass by its verdict."""
        try:
            finished = self.run.wait(self.job)
        except ClientUnavailable as error:
            self.ended = EndedItem(self.key, None)
            self._skip(f"client unavailable: {error}")
        self.ended = EndedItem(self.key, finished)
        result = finished.result
        if result.verdict is Verdict.NOT_APPLICABLE:
            self._skip(f"not applicable: {result.reason}")
        if result.verdict is Verdict.BLOCKED:
            self._skip("blocked")
        if result.verdict is Verdict.TARGET:
            reasons = "; ".join(event.message for event in result.target_events)
            self._skip(f"the target failed: {reasons}")
        if result.verdict is Verdict.KNOWN_FAILURE:
            causes = sorted({check.cause for check in result.checks if check.cause})
            pytest.xfail(terminal_entry(f"known failure: {', '.join(causes)}"))
        if result.verdict.red:
            # a run without red results needs no report
            from concordat.report.failure import failure_headline, failure_text  # noqa: PLC0415

            text = failure_text(result, self.run.record.agreeing(result), wire=self._traceback_style != "short")
            raise CaseFailed(text, failure_headline(result))

    def _skip(self, reason: str) -> NoReturn:
        """Skip the case at its own place, not at the line of this module."""
        raise pytest.skip.Exception(terminal_entry(reason), _use_item_location=True)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """Return the explanation without a traceback, which would show the engine and not the client.

        Its first line, with the place of the case, stands in the summary of failures and for `--tb=line`.
        """
        error = excinfo.value
        if isinstance(error, CaseFailed):
            return self._explanation(terminal_text(str(error)), error.headline)
        if isinstance(error, ConcordatError):
            return self._explanation(terminal_text(str(error)), terminal_entry(str(error)))
        if isinstance(error, pytest.xfail.Exception):
            return terminal_text(str(error))
        return terminal_text(str(super().repr_failure(excinfo, style)))

    def _explanation(self, text: str, headline: str) -> TerminalRepr:
        """Return a text as pytest's own form of a failure, which pytest-xdist sends with its place and headline.

        With `--tb=line` the place and the headline are all.
        """
        file, line, _ = self.reportinfo()
        place = ReprFileLocation(os.path.relpath(file, self.config.invocation_params.dir), (line or 0) + 1, headline)
        entries = [] if self._traceback_style == "line" else [ReprEntryNative([f"{text}\n"])]
        return ReprExceptionInfo(ReprTraceback(entries, None, "native"), place)

    @property
    def _traceback_style(self) -> object:
        return self.config.getoption("tbstyle", default="auto")

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Return the file and the line of the case, and its heading.

        The heading is not the name: `-v` would write the dots of a name at the end of an id as colons.
        """
        heading = terminal_word(f"{self.job.case.key} with {self.job.client}")
        return self.run.plan.catalogue.file_of(self.job.case) or self.path, max(self.job.case.line - 1, 0), heading
