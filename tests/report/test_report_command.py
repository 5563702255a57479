"""`concordat report render` and `index` as they are called."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.cli import main
from concordat.errors import EXIT_USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult


@pytest.fixture
def folder(result: MakeResult, report: MakeReport, tmp_path: Path) -> Path:
    """A folder with one report in it."""
    made = tmp_path / "report"
    made.mkdir()
    (made / "report.json").write_bytes(msgspec.json.encode(report([result("pass"), result("fail", row="b")])))
    return made


def test_a_page_is_written_where_it_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "page.html"
    main(["report", "render", str(folder), "--format", "html", "--output", str(page)])
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out == f"{page}\n"


def test_without_an_output_it_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["report", "render", str(folder / "report.json"), "--format", "har", "--client", "one"])
    assert json.loads(capsys.readouterr().out)["log"]["version"] == "1.2"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--format", "badge"], "a badge needs a client"),
        (["--format", "badge", "--client", "oen"], "the report has no client `oen`"),
        (["--format", "har", "--case", "thing"], "the report has no case `thing`"),
        (["--format", "html", "--case", "x"], "--format html has no option --case"),
        (["--format", "html", "--output", "{folder}/none/page.html"], "the file cannot be written"),
    ],
)
def test_bad_input_is_one_clear_message_with_a_hint(
    folder: Path, capsys: pytest.CaptureFixture[str], args: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", "render", str(folder), *(arg.format(folder=folder) for arg in args)])
    assert ended.value.code == EXIT_USAGE
    reported = capsys.readouterr().err
    assert message in reported
    assert "hint: " in reported


@pytest.mark.usefixtures("folder")
def test_an_index_leads_to_the_reports_and_names_what_it_could_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "report.json").write_text("{")
    output = tmp_path / "index.html"
    main(["report", "index", str(tmp_path), "--output", str(output)])
    assert 'href="report/report.json"' in output.read_text("utf-8")
    assert f"not read: {tmp_path / 'broken' / 'report.json'}" in capsys.readouterr().err
