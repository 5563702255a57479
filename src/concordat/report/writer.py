"""Writes a run's files: events as they come, the reports at the end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import Location, ReportError
from concordat.report.bodies import set_aside
from concordat.report.builder import ReportBuilder
from concordat.report.junit import junit_xml
from concordat.report.markdown import markdown
from concordat.report.summary import summary_markdown
from concordat.runner.event import CaseFinished, RunFinished, RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.event import Event

__all__ = ["ReportWriter"]

_FINAL = ("report.json", "junit.xml", "report.md", "report.html", "summary.md", "comparison.json")


class ReportWriter:
    """A sink that keeps `events.jsonl` (append-only) and, after the last event, the reports in one folder.

    An older report in the folder is taken away when a run begins, so that a run that is killed leaves none behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._builder = ReportBuilder()
        self._encoder = msgspec.json.Encoder()
        self._events: int | None = None
        """The descriptor of `events.jsonl`: each event is written at once, whole, past every buffer."""

    def __call__(self, event: Event) -> None:
        """Take one event. Raises ReportError when the folder cannot be written to."""
        try:
            self._take(event)
        except OSError as error:
            message = "the report cannot be written"
            where = Location(self._folder)
            raise ReportError(message, where=where, cause=error.strerror, hint="choose another --report DIR") from error

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._begin()
        if isinstance(event, CaseFinished):
            event = msgspec.structs.replace(event, result=set_aside(event.result, self._folder))
        if self._events is not None:
            os.write(self._events, self._encoder.encode(event) + b"\n")
        self._builder(event)
        if isinstance(event, RunFinished):
            self._end()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in _FINAL:
            (self._folder / name).unlink(missing_ok=True)
        self._events = os.open(
            self._folder / "events.jsonl", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644
        )

    def _end(self) -> None:
        if self._events is not None:
            os.close(self._events)
            self._events = None
        report = self._builder.report
        self._write("report.json", msgspec.json.format(self._encoder.encode(report), indent=1))
        self._write("junit.xml", junit_xml(report))
        self._write("report.md", markdown(report).encode("utf-8"))
        self._write("summary.md", summary_markdown(report).encode("utf-8"))
        from concordat.report.html import render_html  # noqa: PLC0415 - a run begins without the template engine

        self._write("report.html", render_html(report).encode("utf-8"))

    def _write(self, name: str, data: bytes) -> None:
        """Put a file in place whole: a reader sees the old one or the new one."""
        partial = self._folder / f".{name}.partial"
        partial.write_bytes(data)
        partial.replace(self._folder / name)
