"""Pytest's view of a run: a file of case items, each waiting for its result."""

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
    """Has the run, made when it is first asked for, and takes the error that keeps it from being planned."""

    refused: ConcordatError | None

    @property
    def session(self) -> Session:
        """The run."""
        ...


class CaseFailed(Exception):  # noqa: N818 - a verdict, not an error of the code
    """A case came out red; the text is the whole explanation."""


class CatalogueFile(pytest.Collector):
    """The catalogue, collected in place of `test_catalogue.py`.

    It is not a `pytest.File`: with `--lf`, pytest drops whole files in which none of its own tests failed.
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
            # pytest reads the ids of `--lf` back from text. Given as text here, too, an id with a row is read alike.
            name = terminal_word(job.id)
            item: CaseItem = CaseItem.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}")
            item.job = job
            item.run = self.run.session
            yield item


class EndedItem(msgspec.Struct, frozen=True):
    """A case item that has ended, as it travels from an xdist worker to the controller.

    `finished` is None when the client could not be started: the report says so of the client.
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
        """The result that it stands for."""
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
        """Return the explanation alone: a traceback through the engine would say nothing about the client."""
        if isinstance(excinfo.value, (CaseFailed, ConcordatError, pytest.xfail.Exception)):
            return terminal_text(str(excinfo.value))
        return terminal_text(str(super().repr_failure(excinfo, style)))

    def reportinfo(self) -> tuple[Path | str, int | None, str]:
        """The case's own file and line."""
        return self.run.plan.catalogue.file_of(self.job.case) or self.path, max(self.job.case.line - 1, 0), self.name
