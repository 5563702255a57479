"""Reads a report back, and refuses one that is not whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.documents import decode_json
from concordat.errors import Location, ReportError
from concordat.runner.result import REPORT_FORMAT, Report

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_report", "report_schema"]


def load_report(path: Path) -> Report:
    """Return the report in a file or in a report folder.

    Raises ReportError when it is missing, is not a report, is of another format, or has no footer that says complete.
    """
    file = path / "report.json" if path.is_dir() else path
    where = Location(file)
    if not file.exists():
        message = "there is no report to read"
        raise ReportError(message, where=where, hint="name a report.json or its folder")
    try:
        report = decode_json(file, Report, ReportError, "the report")
    except ReportError as error:
        message = "this is not a whole report"
        cause = error.message if error.cause is None else f"{error.message}: {error.cause}"
        hint = "the run may have been ended early"
        raise ReportError(message, where=error.where, cause=cause, hint=hint) from error
    if report.header.format != REPORT_FORMAT:
        message = f"the report is of format {report.header.format}, this Concordat reads {REPORT_FORMAT}"
        raise ReportError(message, where=where, hint="make it again with this version")
    if not report.footer.complete:
        message = "the report is not complete"
        raise ReportError(message, where=where, cause=report.footer.note, hint="run it again")
    return report


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of `report.json`."""
    schema = msgspec.json.schema(Report)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Concordat report", **schema}
