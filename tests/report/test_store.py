"""The files of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.errors import ReportError
from concordat.report import ReportWriter, load_report
from concordat.runner.event import Event

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeEvents, MakeResult


FINAL = ("report.json", "junit.xml", "report.md", "report.html", "summary.md")


def test_events_are_appended_as_they_come_and_reports_are_written_after_the_last(
    tmp_path: Path, result: MakeResult, events: MakeEvents
) -> None:
    folder = tmp_path / "deep" / "report"
    writer, reported = ReportWriter(folder), events([result(), result("fail")])
    before = b""
    for number, event in enumerate(reported, 1):
        writer(event)
        now = (folder / "events.jsonl").read_bytes()
        assert now.startswith(before)
        assert now.count(b"\n") == number
        assert (folder / "report.json").exists() is (number == len(reported))
        before = now
    assert [msgspec.json.decode(line, type=Event) for line in before.splitlines()] == reported
    assert sorted(path.name for path in folder.iterdir()) == sorted((*FINAL, "events.jsonl"))


def test_what_was_written_is_what_is_read_back(tmp_path: Path, result: MakeResult, events: MakeEvents) -> None:
    writer = ReportWriter(tmp_path)
    for event in events([result("fail", row="r")], notes=("a note",)):
        writer(event)
    loaded = load_report(tmp_path)
    assert loaded.results == (result("fail", row="r"),)
    assert loaded.notes == ("a note",)
    assert load_report(tmp_path / "report.json") == loaded


def test_a_run_that_ends_early_leaves_no_older_report_behind(
    tmp_path: Path, result: MakeResult, events: MakeEvents
) -> None:
    older = ReportWriter(tmp_path)
    for event in events([result()]):
        older(event)
    killed = ReportWriter(tmp_path)
    for event in events([result("fail")])[:2]:
        killed(event)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl"]
    assert len((tmp_path / "events.jsonl").read_bytes().splitlines()) == 2


def test_a_report_is_never_there_in_part(
    tmp_path: Path,
    result: MakeResult,
    events: MakeEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full_disk(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full_disk)
    writer, reported = ReportWriter(tmp_path), events([result()])
    for event in reported[:-1]:
        writer(event)
    with pytest.raises(ReportError, match="No space left on device"):
        writer(reported[-1])
    assert not any((tmp_path / name).exists() for name in FINAL)


def test_a_folder_that_cannot_be_made_is_one_clear_error(
    tmp_path: Path, result: MakeResult, events: MakeEvents
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReportError, match="cannot be written") as caught:
        ReportWriter(tmp_path / "file" / "report")(events([result()])[0])
    assert caught.value.hint == "choose another --report DIR"
