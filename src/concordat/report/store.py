"""The folder of a report: written event by event while a run goes on, read back only when it is complete."""

from __future__ import annotations

import base64
import hashlib
import os
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.documents import decode_json
from concordat.errors import Location, ReportError
from concordat.report.builder import ReportBuilder
from concordat.report.junit import junit_xml
from concordat.report.markdown import markdown, summary_markdown
from concordat.runner.event import CaseFinished, RunFinished, RunStarted
from concordat.runner.result import REPORT_FORMAT, Report

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.event import Event
    from concordat.runner.result import ExchangeView, MessageView, Result

__all__ = ["BODIES", "INLINE_LIMIT", "ReportWriter", "extract_bodies", "load_report", "report_schema"]

INLINE_LIMIT = 64 * 1024
"""Longest body in bytes that stays inside the report."""
BODIES = "bodies"
"""The folder of longer bodies, beside `report.json`; a file's name is the SHA-256 of its content."""
_FINAL = ("report.json", "junit.xml", "report.md", "report.html", "summary.md", "comparison.json")


class ReportWriter:
    """A sink that appends events to `events.jsonl` and writes the reports after the last event, in one folder.

    The start of a run removes an older report from the folder, so that a killed run leaves no report behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._builder = ReportBuilder()
        self._encoder = msgspec.json.Encoder()
        self._events: int | None = None
        """Descriptor of `events.jsonl`. Each event is one unbuffered write."""

    def __call__(self, event: Event) -> None:
        """Record one event. Raises ReportError when the folder cannot be written to."""
        try:
            self._record(event)
        except OSError as error:
            message = "the report cannot be written"
            where = Location(self._folder)
            raise ReportError(message, where=where, cause=error.strerror, hint="choose another --report DIR") from error

    def _record(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._begin()
        if isinstance(event, CaseFinished):
            event = msgspec.structs.replace(event, result=extract_bodies(event.result, self._folder))
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
        """Replace a file atomically."""
        partial = self._folder / f".{name}.partial"
        partial.write_bytes(data)
        partial.replace(self._folder / name)


def extract_bodies(result: Result, folder: Path) -> Result:
    """Return the result with each body of more than `INLINE_LIMIT` bytes written to a file of its own.

    Raises OSError when a file cannot be written.
    """
    exchanges = tuple(_exchange(exchange, folder) for exchange in result.exchanges)
    return result if exchanges == result.exchanges else msgspec.structs.replace(result, exchanges=exchanges)


def _exchange(exchange: ExchangeView, folder: Path) -> ExchangeView:
    request = exchange.request and _message(exchange.request, folder)
    response = exchange.response and _message(exchange.response, folder)
    if request is exchange.request and response is exchange.response:
        return exchange
    return msgspec.structs.replace(exchange, request=request, response=response)


def _message(message: MessageView, folder: Path) -> MessageView:
    characters = len(message.body or message.body_base64 or "")
    if characters * 4 <= INLINE_LIMIT:  # UTF-8 needs four bytes per character at most
        return message
    data = message.body.encode("utf-8") if message.body is not None else base64.b64decode(message.body_base64 or "")
    if len(data) <= INLINE_LIMIT:
        return message
    name = f"{BODIES}/{hashlib.sha256(data).hexdigest()}"
    file = folder / name
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    return msgspec.structs.replace(message, body=None, body_base64=None, body_file=name)


def load_report(path: Path) -> Report:
    """Return the report in a file or in a report folder.

    Raises ReportError for a missing file, a file that is not a report, another format, and an incomplete report.
    """
    file = path / "report.json" if path.is_dir() else path
    where = Location(file)
    if not file.exists():
        message = "the report cannot be read"
        raise ReportError(message, where=where, cause="no such file", hint="name a report.json or its folder")
    try:
        report = decode_json(file, Report, ReportError, "the report")
    except ReportError as error:
        message = "the file is not a whole report"
        cause = error.message if error.cause is None else f"{error.message}: {error.cause}"
        hint = "the run may have been ended early"
        raise ReportError(message, where=error.where, cause=cause, hint=hint) from error
    if report.header.format != REPORT_FORMAT:
        message = f"the report has format {report.header.format}, this Concordat reads {REPORT_FORMAT}"
        raise ReportError(message, where=where, hint="make it again with this version")
    if not report.footer.complete:
        message = "the report is not complete"
        raise ReportError(message, where=where, cause=report.footer.note, hint="run it again")
    return report


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of `report.json`."""
    schema = msgspec.json.schema(Report)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Concordat report", **schema}
