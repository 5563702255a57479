"""The published form of a report: every verdict and every failed check, without the data of a single run.

The published form omits exchanges and outcomes, passed checks, the catalogue's texts (but keeps `source` of a case
whose behaviour no source specifies, so that both forms have the same scores) and parity, which has a row for nearly
every case when several versions of one SDK are compared. It is a complete report, which `compare` and `render` accept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.requirements import is_requirement
from concordat.checks import Verdict
from concordat.report.markdown import markdown

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.checks import Check
    from concordat.runner.result import Report, Result

__all__ = ["publish", "published"]

_WIDTH = 160
"""Longest expected or observed value of a failed check, in characters."""


def publish(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write `report.json` (one entry per line, for readable diffs) and `report.md`, and return their paths."""
    short = published(report)
    folder.mkdir(parents=True, exist_ok=True)
    whole, summary = folder / "report.json", folder / "report.md"
    whole.write_bytes(_lines(short))
    summary.write_text(markdown(short), "utf-8")
    return whole, summary


def _lines(report: Report) -> bytes:
    members: list[bytes] = []
    for field, value in zip(msgspec.structs.fields(report), msgspec.structs.astuple(report), strict=True):
        text = msgspec.json.encode(value)
        if isinstance(value, tuple) and value:
            text = b"[\n" + b",\n".join(msgspec.json.encode(item) for item in value) + b"\n]"
        members.append(msgspec.json.encode(field.encode_name) + b": " + text)
    return b"{\n" + b",\n".join(members) + b"\n}\n"


def published(report: Report) -> Report:
    """Return the report in its published form."""
    return msgspec.structs.replace(report, results=tuple(map(_result, report.results)), parity=(), coverage=None)


def _result(result: Result) -> Result:
    return msgspec.structs.replace(
        result,
        title="",
        why="",
        source=() if is_requirement(result.source) else result.source,
        path="",
        command="",
        duration_ms=0.0,
        client_settings={},
        exchanges=(),
        calls=(),
        outcomes=(),
        rerun=None,
        checks=tuple(_check(check) for check in result.checks if check.verdict is not Verdict.PASS),
    )


def _check(check: Check) -> Check:
    # The message of a known failure repeats its cause, which the client's entry holds.
    message = "" if check.cause else check.message[:_WIDTH]
    return msgspec.structs.replace(
        check,
        expected=_short(check.expected),
        observed=_short(check.observed),
        message=message,
        differences=(),
        further_differences=0,
        exchange=None,
    )


def _short(value: object) -> object:
    text = msgspec.json.encode(value).decode("utf-8")
    return value if len(text) <= _WIDTH else text[:_WIDTH] + " ..."
