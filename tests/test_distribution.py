"""How the suite is spread over workers: what the tests of one file share is made once."""

from __future__ import annotations

import configparser
from pathlib import Path

TESTS = Path(__file__).parent
GROUPED = "xdist" + "_group"


def test_a_file_is_one_workers_and_no_mark_says_otherwise() -> None:
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(TESTS.parent / "tox.ini", "utf-8")
    spread = [tox[name]["commands"] for name in tox.sections() if " -n " in tox[name].get("commands", "")]
    assert spread
    assert [command for command in spread if "--dist loadfile" not in command] == []
    marked = [str(path) for path in TESTS.rglob("*.py") if GROUPED in path.read_text("utf-8")]
    assert marked == [], "files are not split, so that a group of files or of tests has no effect"
