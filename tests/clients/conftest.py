from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from concordat.clients.installed import Installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREAMBLE = """
import json, os, sys, time
IN, OUT = (int(n) for n in os.environ["CONCORDAT_FDS"].split(","))
orders = os.fdopen(IN, "r", encoding="utf-8")
def say(**message):
    os.write(OUT, json.dumps(message).encode() + b"\\n")
def raw(data):
    while data:
        data = data[os.write(OUT, data):]
def hello(**changed):
    say(**({"type": "hello", "protocol": 2, "style": "double", "package": "double", "version": "1",
            "language": "python", "runtime": "python", "operations": ["things.get"]} | changed))
def outcome(number, **parts):
    say(type="outcome", id=number, outcome={"phase": "call", "ended": "returned"} | parts)
def each():
    for line in orders:
        order = json.loads(line)
        if order["type"] == "shutdown":
            return
        if order["type"] in ("open", "close"):
            say(type="done", id=order["id"])
        elif order["type"] == "call":
            yield order
"""


@pytest.fixture
def adapter(tmp_path: Path) -> Callable[[str], Installed]:
    """Return a maker of installed clients whose adapter is the given program, helpers of PREAMBLE at hand."""

    def make(program: str) -> Installed:
        script = tmp_path / "adapter.py"
        script.write_text(PREAMBLE + program, "utf-8")
        (tmp_path / "home").mkdir(exist_ok=True)
        return Installed(
            name="double",
            version="1",
            style="double",
            package="double",
            module="double",
            language="python",
            key="0",
            command=(sys.executable, "-S", str(script)),
            env={},
            cwd=tmp_path,
            sources=(tmp_path,),
        )

    return make


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CONCORDAT_CACHE", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's project with an empty overlay, as the current folder."""
    root = tmp_path / "project"
    (root / "concordat" / "clients").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[tool.concordat]\npath = "concordat"\n', "utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setattr("concordat.resources.project_root", lambda: root / "concordat")
    return root
