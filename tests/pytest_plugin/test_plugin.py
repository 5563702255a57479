"""`pytest --pyargs concordat.suite`: the catalogue as plain pytest, and pytest as it is without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import Verdict
from concordat.errors import ReportError
from concordat.report import load_report

if TYPE_CHECKING:
    from tests.pytest_plugin.conftest import Folder

    from concordat.runner.result import Report

MINE = ("--client", "reference", "--case", "mine")


def reported(report: Report) -> list[Any]:
    """What a report says of its results, the times and what is random left out."""
    plain = [msgspec.to_builtins(result) for result in report.results]
    kept = ("case", "row", "client", "verdict", "reason", "shape", "write-safety", "command")
    checks = [[(check["id"], check["verdict"]) for check in result.get("checks", ())] for result in plain]
    return [[result.get(name) for name in kept] for result in plain] + checks


def test_an_expression_selects_cases_of_the_catalogue(folder: Folder) -> None:
    done = folder.suite("--client", "reference", "-k", "list.first-page[")
    assert done.returncode == 0, done
    assert "1 passed" in done.stdout
    report = load_report(folder.root / "report")
    assert [(result.case, result.verdict) for result in report.results] == [("customers.list.first-page", Verdict.PASS)]


def test_workers_change_nothing_in_the_report(folder: Folder) -> None:
    alone = folder.suite(*MINE)
    first = folder.report()
    spread = folder.suite(*MINE, "-p", "xdist.plugin", "-n", "2", "--dist", "loadgroup")
    second = folder.report()
    assert (alone.returncode, spread.returncode) == (1, 1), (alone, spread)
    assert reported(first) == reported(second)
    assert [result.verdict for result in second.results] == [
        Verdict.PASS,
        Verdict.NOT_APPLICABLE,
        Verdict.PASS,
        Verdict.FAIL,
    ]
    assert second.footer.complete
    assert [info.label for info in second.clients] == [info.label for info in first.clients] == ["reference@1.0.0"]
    assert second.totals == first.totals
    assert spread.stdout.count("run it alone:") == 1


def test_a_failure_is_the_explanation_and_no_traceback(folder: Folder) -> None:
    done = folder.suite(*MINE, "-k", "wrong")
    assert done.returncode == 1
    assert "expected (case):" in done.stdout
    assert "  run it alone: concordat run 'mine.wrong' --client reference@1.0.0" in done.stdout
    assert "Traceback" not in done.stdout
    assert "case_runner.py" not in done.stdout


def test_minus_x_leaves_a_report_that_says_it_is_not_complete(folder: Folder) -> None:
    done = folder.suite(*MINE, "-x")
    assert done.returncode == 1
    assert folder.report().footer.note == "stopped at the first red result, 3 of 4 results are missing"
    with pytest.raises(ReportError, match="not complete"):
        load_report(folder.root / "report")


def test_collecting_starts_nothing_and_writes_no_report(folder: Folder) -> None:
    (folder.root / "no_process_may_start.py").write_text(
        "import asyncio, socket\n"
        "def no(*_words, **_more):\n"
        "    raise AssertionError('something was started')\n"
        "asyncio.create_subprocess_exec = no\n"
        "socket.socket.listen = no\n"
        "socket.socket.connect = no\n"
    )
    done = folder.suite(*MINE, "--collect-only", "-q", "-p", "no_process_may_start")
    assert done.returncode == 0, done
    assert "mine.right[reference@1.0.0]" in done.stdout
    assert "4 tests collected" in done.stdout
    assert not (folder.root / "report").exists()


def test_a_run_in_which_nothing_was_executed_fails(folder: Folder) -> None:
    done = folder.suite(*MINE, "-k", "asynchronous")
    assert "1 skipped" in done.stdout
    assert done.returncode == 1
    report = folder.report()
    assert (report.footer.exit_code, report.totals["executed"]) == (3, 0)
    assert any("no case was executed" in note for note in report.notes)


@pytest.mark.parametrize("more", [(), ("-p", "xdist.plugin", "-n", "1")], ids=["alone", "with a worker"])
def test_what_cannot_be_planned_is_one_message_and_spares_the_last_report(
    more: tuple[str, ...], folder: Folder
) -> None:
    (folder.root / "report").mkdir()
    (folder.root / "report" / "report.json").write_text("the last one")
    done = folder.suite("--client", "referense", *more)
    said = done.stdout + done.stderr
    assert said.count("there is no client `referense`; did you mean `reference`?") == 1, said
    assert "Traceback" not in said
    assert done.returncode in (2, 4)
    assert (folder.root / "report" / "report.json").read_text() == "the last one"


def test_other_tests_run_as_if_the_plugin_were_not_there(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text("def test_a():\n    assert True\n")
    done = folder.pytest("-W", "error", "-q", autoload=True)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done
    assert sorted(path.name for path in folder.root.iterdir() if path.name != "__pycache__") == [
        "concordat",
        "test_mine.py",
    ]


@pytest.mark.parametrize("twice", ["concordat", "concordat.pytest_plugin.plugin"])
def test_the_plugin_may_be_named_besides_being_loaded_by_itself(folder: Folder, twice: str) -> None:
    (folder.root / "test_own.py").write_text(
        "def test_own(pytestconfig):\n    assert not pytestconfig.getoption('--client')\n"
    )
    done = folder.pytest("-p", twice, "test_own.py", autoload=True)
    assert done.returncode == 0, done
    assert "1 passed" in done.stdout


def test_plain_pytest_refuses_a_disposable_sandbox(folder: Folder) -> None:
    done = folder.suite(*MINE, "--disposable")
    assert done.returncode == 4
    assert "ERROR: --disposable is for a live target" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
