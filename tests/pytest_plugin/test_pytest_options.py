"""pytest's own options do in a run of the catalogue what they do in any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from tests.pytest_plugin.conftest import Folder

HEAD = "title: T, why: W, source: 'rfc:9110#9', world: {customers: 1}"
STEP = "steps: [{call: customers.list, with: {companyId: $company}EXPECT}]"
CASES = ["a-right", "b-wrong", "c-right", "d-wrong", "e-wrong"]
LINE = "concordat/cases/options/cases.yaml:{}: request.query: fail at /page"
NODE = "concordat/suite/test_catalogue.py::options.{}[reference@1.0.0]"


@pytest.fixture
def options(folder: Folder) -> Folder:
    """A user's folder with the area `options`, of five cases in this order, three of them red."""
    file = folder.root / "concordat" / "cases" / "options" / "cases.yaml"
    file.parent.mkdir(parents=True)
    wrong = ", expect: {requests: [{query: {page: 9}}]}"
    lines = [
        f"- {{id: options.{name}, {HEAD}, {STEP.replace('EXPECT', wrong if 'wrong' in name else '')}}}"
        for name in CASES
    ]
    file.write_text("\n".join(lines) + "\n")
    return folder


def run(folder: Folder, *args: str, cache: bool = False) -> subprocess.CompletedProcess[str]:
    return folder.suite("--client", "reference", "--case", "options", *args, cache=cache)


def verdicts(text: str) -> list[str]:
    """Return the names of the cases in the order of `-v`, each with its verdict."""
    found = re.findall(r"^\S+::options\.(\S+)\[reference@1\.0\.0\] (PASSED|FAILED)", text, re.MULTILINE)
    return [f"{name} {verdict}" for name, verdict in found]


def section(text: str, title: str) -> list[str]:
    """Return the lines of one section of pytest's output."""
    _, _, rest = text.partition(f" {title} =")
    lines = rest.splitlines()[1:]
    end = next((number for number, line in enumerate(lines) if line.startswith("===")), len(lines))
    return lines[:end]


def test_a_line_for_each_failure(options: Folder) -> None:
    done = run(options, "--tb=line")
    assert section(done.stdout, "FAILURES") == [LINE.format(number) for number in (2, 4, 5)]


@pytest.mark.parametrize(("style", "wire"), [("short", False), ("auto", True), ("long", True)])
def test_the_explanation_of_a_failure(options: Folder, style: str, wire: bool) -> None:  # noqa: FBT001 - a table
    shown = "\n".join(section(run(options, f"--tb={style}", "-x").stdout, "FAILURES"))
    assert "options.b-wrong with reference@1.0.0 ___" in shown
    assert 'expected (case):   "9"' in shown
    assert ("exchange 1" in shown, "outcomes:" in shown) == (wire, wire)
    assert "src/concordat" not in shown


@pytest.mark.parametrize("args", [("--tb=no", "-q"), ("--tb=no", "-vv"), ("--tb=no", "-n", "2", "-p", "xdist.plugin")])
def test_the_summary_names_the_failed_check(options: Folder, args: tuple[str, ...]) -> None:
    done = run(options, *args, "--force-short-summary")
    summary = section(done.stdout, "short test summary info")[:3]
    ids = sorted(line.partition(" - ")[0].removeprefix("FAILED ") for line in summary)
    assert ids == [NODE.format(name) for name in CASES if "wrong" in name]
    assert section(done.stdout, "FAILURES") == []
    assert all("requ" in line.partition(" - ")[2] for line in summary), summary
    assert "HTTP/1.1" not in done.stdout


def test_quiet_shows_no_head_and_no_names(options: Folder) -> None:
    lines = run(options, "-q", "--tb=no").stdout.splitlines()
    assert lines[0].split() == [".F.FF", "[100%]"]
    assert re.fullmatch(r"3 failed, 2 passed in \S+", lines[-1])


@pytest.mark.parametrize(
    ("args", "expected", "note"),
    [
        (("-x",), ["a-right PASSED", "b-wrong FAILED"], "stopped at the first red result, 3 of 5"),
        (("--maxfail=2",), [*(f"{n} FAILED" if "wrong" in n else f"{n} PASSED" for n in CASES[:4])], "after 2 red"),
        (("-k", "right"), ["a-right PASSED", "c-right PASSED"], ""),
        (("-k", "b-wrong or c-right"), ["b-wrong FAILED", "c-right PASSED"], ""),
    ],
    ids=["exitfirst", "maxfail", "expression", "or"],
)
def test_a_run_that_stops_or_selects(options: Folder, args: tuple[str, ...], expected: list[str], note: str) -> None:
    assert verdicts(run(options, "-v", "--tb=no", *args).stdout) == expected
    found = options.report().footer.note or ""
    assert (note in found, bool(found)) == (True, bool(note))


def test_verbose_ids_are_those_of_collect_only(options: Folder) -> None:
    ids = [NODE.format(name) for name in CASES]
    assert run(options, "--collect-only", "-q").stdout.splitlines()[:5] == ids
    shown = run(options, "-v", "--tb=no").stdout.splitlines()
    assert [line.split()[0] for line in shown if "%]" in line] == ids


def test_failed_cases_come_first_and_stepwise_resumes_at_the_failed_one(options: Folder) -> None:
    everything = [f"{name} {'FAILED' if 'wrong' in name else 'PASSED'}" for name in CASES]
    assert verdicts(run(options, "-v", "--tb=no", cache=True).stdout) == everything
    first = verdicts(run(options, "-v", "--tb=no", "--ff", cache=True).stdout)
    assert first == sorted(everything, key=lambda one: "PASSED" in one)
    assert verdicts(run(options, "-v", "--tb=no", "--lf", cache=True).stdout) == first[:3]
    stepwise = [verdicts(run(options, "-v", "--tb=no", "--sw", cache=True).stdout) for _ in range(2)]
    assert stepwise == [everything[:2], everything[1:2]]
    skipping = verdicts(run(options, "-v", "--tb=no", "--sw", "--sw-skip", cache=True).stdout)
    assert skipping == everything[1:4]


def test_durations_are_those_of_the_cases(options: Folder) -> None:
    done = run(options, "--durations=0", "--durations-min=0", "-q", "--tb=no")
    calls = re.findall(r"^([\d.]+)s call +\S+::options\.(\S+)\[reference@1\.0\.0\]$", done.stdout, re.MULTILINE)
    own = {result.case.partition(".")[2]: f"{result.duration_ms / 1000:.2f}" for result in options.report().results}
    assert {name: seconds for seconds, name in calls} == own
