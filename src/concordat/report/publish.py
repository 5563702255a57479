"""A report as it is published: every verdict and every failed check, without what only its maker needs.

Left out are exchanges and outcomes, which come again with a run; passed checks; what the catalogue says of its own
cases, except that no source decides one, so that both forms have the same scores; and who agrees with whom, a row for
nearly every case once several versions of one SDK are beside each other. What is left is a whole report, which
`compare` and `render` take.
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

_LONGEST = 160
"""Characters of one side of a failed check: the whole is in the report that is published from."""


def publish(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write `report.json` (an entry a line, so that two can be compared) and `report.md`; return their paths."""
    short = published(report)
    folder.mkdir(parents=True, exist_ok=True)
    whole, summary = folder / "report.json", folder / "report.md"
    whole.write_bytes(_lines(short))
    summary.write_text(markdown(short), "utf-8")
    return whole, summary


def _lines(report: Report) -> bytes:
    members: list[bytes] = []
    for field in msgspec.structs.fields(report):
        value = getattr(report, field.name)
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
        rerun="",
        duration_ms=0.0,
        client_settings={},
        exchanges=(),
        calls=(),
        outcomes=(),
        again=None,
        checks=tuple(_check(check) for check in result.checks if check.verdict is not Verdict.PASS),
    )


def _check(check: Check) -> Check:
    # A known failure's words are its cause's, which the client's entry has once.
    message = "" if check.cause else check.message[:_LONGEST]
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
    return value if len(text) <= _LONGEST else text[:_LONGEST] + " ..."
