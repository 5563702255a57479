from __future__ import annotations

import json
import pprint
import subprocess
import sys

import pytest
from _pytest._io.saferepr import saferepr
from tests.timeouts import scaled

from concordat.api_key import VARIABLE, Secret, take_api_key

KEY = "k3y-of-sömebody\u20ac"
PROGRAM = """
import json, os, subprocess, sys
from concordat.api_key import take_api_key

if sys.argv[1] == "set anew":
    os.environ["CONCORDAT_API_KEY"] = os.environ["CONCORDAT_API_KEY"] + "-2"
taken = take_api_key()
look = "import os; print([os.environb.items(), open(f'/proc/{os.getppid()}/environ', 'rb').read()])"
child = subprocess.run([sys.executable, "-c", look], capture_output=True, check=True).stdout
own = open("/proc/self/environ", "rb").read()
print(json.dumps([taken, take_api_key(), (child + own).decode("latin-1")]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's environment in /proc")
@pytest.mark.parametrize(("way", "taken"), [("started with", KEY), ("set anew", KEY + "-2")])
def test_a_taken_key_is_in_no_environment_that_a_child_can_read(way: str, taken: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, way],
        env={VARIABLE: KEY, "A": "1", "Z": "2"},
        capture_output=True,
        check=True,
        timeout=scaled(60),
    )
    first, second, seen = json.loads(done.stdout)
    assert (first, second) == (taken, "")
    assert "k3y-of" not in seen
    assert "A=1" in seen
    assert "Z=2" in seen


@pytest.mark.parametrize("value", [None, ""])
def test_no_key_is_an_empty_one(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert take_api_key() == ""


def test_a_key_among_the_variables_that_a_traceback_shows_is_blank() -> None:
    shown = {"key": Secret(KEY), "all": (Secret(KEY),)}
    assert KEY not in repr(shown) + pprint.pformat(shown) + saferepr(shown)
    assert type(str(Secret(KEY))) is str
    assert str(Secret(KEY)) == f"{Secret(KEY)}" == KEY


def test_a_taken_key_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concordat.api_key.hide_memory", lambda: None)  # not that of the process of the tests
    monkeypatch.setenv(VARIABLE, "k3y-of-nobody")
    taken = take_api_key()
    assert (taken, repr(taken)) == ("k3y-of-nobody", "***")


# The kernel says whether other processes of the user may read this one's memory: 1 they may, 0 they may not (prctl(2)).
READABLE = """
import ctypes, types
import pytest
from concordat.api_key import take_api_key
from concordat.pytest_plugin.options import API_KEY_INPUT, keep_api_key

readable = lambda: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
before = readable()
{taken}
print(before, readable())
"""
WORKER = (
    "keep_api_key(types.SimpleNamespace(stash=pytest.Stash(), workerinput={{API_KEY_INPUT: {key!r}}},"
    " getoption=lambda name: [], args=[]))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a setting of a process")
@pytest.mark.parametrize(
    ("taken", "readable"),
    [
        ("take_api_key()", "1 0"),
        (WORKER.format(key="k3y-of-nobody"), "1 0"),
        (WORKER.format(key=""), "1 1"),
    ],
    ids=["the process that takes a key", "a worker that is handed one", "a worker without one"],
)
def test_who_holds_a_key_lets_nobody_read_its_memory(taken: str, readable: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READABLE.format(taken=taken)],
        env={VARIABLE: KEY} if taken.startswith("take") else {},
        capture_output=True,
        text=True,
        check=False,
        timeout=scaled(60),
    )
    assert done.stdout.strip() == readable, done
