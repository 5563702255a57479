"""What a comparison leaves beside the candidate's report: `comparison.json` and the summary of the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import Location, ReportError
from concordat.gate.changes import Comparison
from concordat.gate.summary import comparison_markdown
from concordat.report.summary import summary_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.result import Report

__all__ = ["comparison_json", "comparison_schema", "write_comparison"]


def comparison_json(comparison: Comparison) -> bytes:
    """Return the comparison as JSON."""
    return msgspec.json.format(msgspec.json.encode(comparison), indent=1)


def comparison_schema() -> dict[str, Any]:
    """Return the JSON Schema of `comparison.json`."""
    schema = msgspec.json.schema(Comparison)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Concordat comparison", **schema}


def write_comparison(comparison: Comparison, candidate: Report, folder: Path) -> None:
    """Write `comparison.json` and `summary.md` into a folder. Raises ReportError when it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "comparison.json").write_bytes(comparison_json(comparison))
        (folder / "summary.md").write_text(summary_markdown(candidate, comparison_markdown(comparison)), "utf-8")
    except OSError as error:
        message = "the comparison cannot be written"
        raise ReportError(message, where=Location(folder), cause=error.strerror, hint="choose another one") from error
