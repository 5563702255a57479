"""Reports that are read back, and those that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec
import pytest

from concordat.checks import Verdict
from concordat.errors import EXIT_USAGE, ReportError
from concordat.report import load_report
from concordat.report.store import report_schema
from concordat.runner.result import REPORT_FORMAT, Footer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.result import Report


def _plain(report: Report) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(report))
    return decoded


def test_a_report_is_valid_against_its_own_schema(result: MakeResult, report: MakeReport) -> None:
    validator = jsonschema_rs.validator_for(report_schema())
    made = _plain(report([result(str(verdict), row=str(verdict)) for verdict in Verdict], notes=("n",)))
    assert [error.message for error in validator.iter_errors(made)] == []
    del made["footer"]
    assert not validator.is_valid(made)


def _without_footer(plain: dict[str, Any]) -> bytes:
    return msgspec.json.encode({key: value for key, value in plain.items() if key != "footer"})


def _of_another_format(plain: dict[str, Any]) -> bytes:
    return msgspec.json.encode(plain | {"header": plain["header"] | {"format": REPORT_FORMAT + 1}})


def _of_a_run_that_was_interrupted(plain: dict[str, Any]) -> bytes:
    return msgspec.json.encode(plain | {"footer": plain["footer"] | {"complete": False, "note": "interrupted"}})


def _cut_in_half(plain: dict[str, Any]) -> bytes:
    data = msgspec.json.encode(plain)
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("spoil", "message", "hint"),
    [
        (_without_footer, "not a whole report", "ended early"),
        (_of_another_format, f"has format {REPORT_FORMAT + 1}", "make it again"),
        (_of_a_run_that_was_interrupted, "not complete", "run it again"),
        (_cut_in_half, "not a whole report", "ended early"),
        (lambda _plain: b"", "not a whole report", "ended early"),
        (lambda _plain: b"[]", "not a whole report", "ended early"),
        (lambda _plain: b"\xff\xfe", "not a whole report", "ended early"),
    ],
)
def test_what_is_not_a_whole_report_is_refused_with_a_hint(
    spoil: Callable[[dict[str, Any]], bytes],
    message: str,
    hint: str,
    tmp_path: Path,
    report: MakeReport,
) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(spoil(_plain(report([]))))
    with pytest.raises(ReportError, match=message) as caught:
        load_report(tmp_path)
    assert hint in (caught.value.hint or "")
    assert caught.value.where is not None
    assert caught.value.where.path == file
    assert caught.value.exit_code == EXIT_USAGE


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"report\.json: the report cannot be read"):
        load_report(tmp_path)


def test_an_incomplete_footer_says_why(tmp_path: Path, report: MakeReport) -> None:
    footer = Footer(complete=False, finished="now", exit_code=3, note="interrupted, 4 of 9 results are missing")
    (tmp_path / "report.json").write_bytes(msgspec.json.encode(report([], footer=footer)))
    with pytest.raises(ReportError) as caught:
        load_report(tmp_path)
    assert caught.value.cause == "interrupted, 4 of 9 results are missing"
