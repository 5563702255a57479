"""The page over several reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec
import pytest

from concordat.errors import ReportError
from concordat.report.index import find_reports, index_html

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult


class WriteReport(Protocol):
    """Writes a report into a folder: `written(folder, "pass", started=...)`."""

    def __call__(self, folder: Path, *verdicts: str, **header: str) -> None: ...


@pytest.fixture
def written(result: MakeResult, report: MakeReport) -> WriteReport:
    """Write a report into a folder: `written(folder, "pass", started=...)`."""

    def write(folder: Path, *verdicts: str, **header: str) -> None:
        whole = report([result(verdict, row=str(n)) for n, verdict in enumerate(verdicts)])
        folder.mkdir(parents=True)
        changed = msgspec.structs.replace(whole, header=msgspec.structs.replace(whole.header, **header))
        (folder / "report.json").write_bytes(msgspec.json.encode(changed))

    return write


def test_reports_are_found_in_files_and_folders_and_stand_newest_first(written: WriteReport, tmp_path: Path) -> None:
    written(tmp_path / "all" / "deep" / "old", "pass", started="2025-01-01T00:00:00+00:00")
    written(tmp_path / "all" / "new", "pass", "fail", started="2026-01-01T00:00:00+00:00")
    written(tmp_path / "one", "pass", started="2025-06-01T00:00:00+00:00")
    (tmp_path / "all" / "new" / "report.html").write_text("page")
    found = find_reports([tmp_path / "all", tmp_path / "one", tmp_path / "one" / "report.json"])
    assert [file.parent.name for file, _ in found.reports] == ["new", "one", "old"]
    html = index_html(found, tmp_path)
    assert html.index('href="all/new/report.html"') < html.index('href="one/report.json"')
    assert 'href="all/deep/old/report.json"' in html
    assert "1 red" in html
    assert "<script" not in html


def test_a_run_that_did_not_end_is_listed_as_not_read(written: WriteReport, tmp_path: Path) -> None:
    written(tmp_path / "all" / "good", "pass")
    (tmp_path / "all" / "cut").mkdir()
    (tmp_path / "all" / "cut" / "report.json").write_text("{")
    found = find_reports([tmp_path / "all"])
    assert [file.parent.name for file, _ in found.refused] == ["cut"]
    assert "the file is not a whole report" in index_html(found, tmp_path)


def test_a_report_that_was_named_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{")
    with pytest.raises(ReportError, match="not a whole report"):
        find_reports([tmp_path])


@pytest.mark.parametrize(
    ("name", "message"), [("empty", "the folder holds no report"), ("none", "report cannot be read")]
)
def test_a_place_without_any_report_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReportError, match=message):
        find_reports([tmp_path / name])


def test_hostile_words_stay_words(written: WriteReport, tmp_path: Path) -> None:
    written(tmp_path / "a", "pass", target="</td><script>alert(1)</script>", concordat="<b>")
    html = index_html(find_reports([tmp_path / "a"]), tmp_path)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
