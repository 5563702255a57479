"""The pytest items of a run: the catalogue, and a case item for each result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest

from concordat.checks import Verdict
from concordat.errors import ClientUnavailable, ConcordatError
from concordat.printable import terminal_entry, terminal_text, terminal_word
from concordat.pytest_plugin.last_failed import ResultKey
from concordat.report.failure import failure_text
from concordat.runner.event import CaseFinished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from concordat.runner.plan import Job
    from concordat.runner.session import Session

__all__ = ["CaseFailed", "CaseItem", "CatalogueFile", "EndedItem", "RunHolder"]


class RunHolder(Protocol):
    """Owns the run, which it creates on first use, and the error that prevents its plan."""

    refused: ConcordatError | None

    @property
    def session(self) -> Session:
        """The run."""
        ...


class CaseFailed(Exception):  # noqa: N818 - a verdict, not an error of the code
    """The verdict of a case is red; the message is its explanation."""


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
            # pytest parses the ids of `--lf` from text. This id is text too, so that one with a row is parsed alike.
            name = terminal_word(job.id)
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
            pytest.skip(terminal_entry(f"client unavailable: {error}"))
        self.ended = EndedItem(self.key, finished)
        result = finished.result
        if result.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(terminal_entry(f"not applicable: {result.reason}"))
        if result.verdict is Verdict.BLOCKED:
            pytest.skip("blocked")
        if result.verdict is Verdict.KNOWN_FAILURE:
            causes = sorted({check.cause for check in result.checks if check.cause})
            pytest.xfail(terminal_entry(f"known failure: {', '.join(causes)}"))
        if result.verdict.red:
            raise CaseFailed(failure_text(result, self.run.record.agreeing(result)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Return the explanation without a traceback, which would show the engine and not the client."""
        if isinstance(excinfo.value, (CaseFailed, ConcordatError, pytest.xfail.Exception)):
            return terminal_text(str(excinfo.value))
        return terminal_text(str(super().repr_failure(excinfo, style)))

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """Return the file and the line of the case, and the name of the item."""
        return self.run.plan.catalogue.file_of(self.job.case) or self.path, max(self.job.case.line - 1, 0), self.name
