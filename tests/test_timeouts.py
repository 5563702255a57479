"""Timeouts of tests grow with the machine, and no test passes one that does not."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests import timeouts
from tests.timeout_lint import BARE, DRAWN, TIMED, UNENDING, findings, findings_below
from tests.timeouts import VARIABLE, elapses, scaled, slowness, until

TESTS = Path(__file__).parent


def found(source: str, **constants: set[str]) -> list[str]:
    held = {f"tests.{name}": frozenset(names) for name, names in constants.items()}
    return [message for _, _, message in findings(ast.parse(source), held)]


def test_no_test_waits_bare_seconds_or_asserts_on_measured_time() -> None:
    assert findings_below(TESTS) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("subprocess.run(['go'], timeout=180)", [BARE]),
        ("subprocess.run(['go'], timeout=3 * 60)", [BARE]),
        ("LIMIT = 180\nsubprocess.run(['go'], timeout=LIMIT)", [BARE]),
        ("LIMIT: float = 180\nTWICE = 2 * LIMIT\nsubprocess.run(['go'], timeout=TWICE)", [BARE]),
        ("from tests.other import LIMIT as MINE\nsubprocess.run(['go'], timeout=MINE)", [BARE]),
        ("LIMIT = scaled(180)\nsubprocess.run(['go'], timeout=LIMIT)", []),
        ("subprocess.run(['go'], timeout=scaled(180))", []),
        ("process.call('x', {}, deadline=elapses(0.3))", []),
        ("subprocess.run(['go'])", [UNENDING]),
        ("subprocess.run(['go'], **options)", []),
        ("async def f(): await asyncio.wait_for(x(), 30)", [BARE]),
        ("async def f():\n  async with asyncio.timeout(10): pass", [BARE]),
        ("process.wait(10)", [BARE]),
        ("process.wait()", []),
        ("', '.join(names)", []),
        ("threading.Timer(30.0, process.kill)", [BARE]),
        ("def call(process, deadline: float = 10): ...", [BARE]),
        ("def call(process, *, timeout=10): ...", [BARE]),
        ("def call(process, deadline=None): ...", []),
        ("ClientSettings(timeout=300)", []),
        ("end = time.monotonic() + 10", [BARE]),
        ("end = time.monotonic() + scaled(10)", []),
        ("def test():\n  assert time.monotonic() - began < 0.05", [TIMED]),
        ("def test():\n  took = time.perf_counter() - began\n  assert took < 1", [TIMED]),
        ("def test():\n  took = time.perf_counter() - began\n  show(took)", []),
        ("@given(values)\ndef test(value): ...", [DRAWN]),
        ("@settings(max_examples=9)\n@given(values)\ndef test(value): ...", [DRAWN]),
        ("@settings(derandomize=True, deadline=None)\n@given(values)\ndef test(value): ...", []),
        ("same = settings(derandomize=True, deadline=None)\n@same\n@given(values)\ndef test(value): ...", []),
    ],
)
def test_the_lint_tells_a_timeout_that_grows_from_one_that_does_not(source: str, expected: list[str]) -> None:
    assert found(source, other={"LIMIT"}) == expected


def test_the_lint_says_where_and_how_to_mend_it(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "limits.py").write_text("WAIT = 5\n")
    (folder / "test_one.py").write_text("from tests.limits import WAIT\n\nprocess.wait(WAIT)\n")
    assert findings_below(folder) == [f"tests/test_one.py:3:14: {BARE}"]
    assert "scaled(...)" in BARE


@pytest.mark.parametrize(("ratio", "expected"), [(0.2, 1.0), (1.0, 1.0), (3.5, 3.5), (400.0, 10.0)])
def test_the_slowness_of_a_machine_has_limits(ratio: float, expected: float) -> None:
    assert timeouts.bounded(ratio) == expected


def test_what_has_to_come_is_given_longer_on_a_slow_machine_and_what_has_to_elapse_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timeouts, "slowness", lambda: 4.0)
    assert (scaled(30), elapses(0.3)) == (120.0, 0.3)


def test_a_session_is_measured_once_and_its_workers_get_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    assert slowness() == timeouts.read({VARIABLE: f"{slowness()}"})
    program = "from tests import timeouts; timeouts._sample = None; print(timeouts.slowness())"
    monkeypatch.setenv(VARIABLE, "7.25")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        timeout=scaled(60),
        check=True,
    )
    assert done.stdout == "7.25\n"


def test_the_worst_of_several_samples_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = iter([1.0, 3.0, 2.0, 1.0])
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(timeouts, "_sample", lambda: next(samples) * timeouts.REFERENCE)
    assert slowness.__wrapped__() == pytest.approx(3.0)
    assert list(samples) == []


@pytest.mark.parametrize("text", ["fast", "0.5", "-1", "nan"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"{VARIABLE} is `{text}`: set a number of at least 1"):
        timeouts.read({VARIABLE: text})


def test_what_does_not_come_is_named() -> None:
    assert until(lambda: "here", "a value") == "here"
    with pytest.raises(AssertionError, match=r"not within \d+ s: the file"):
        until(lambda: False, "the file", seconds=elapses(0.01))
