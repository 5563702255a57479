"""The heartbeat of a run with a slow case reaches the log of `concordat run` and of plain pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from tests.pytest_plugin.conftest import Folder

SLOW = """
- id: slow.stall
  title: T
  why: W
  source: 'rfc:9110#9'
  world: {customers: 1}
  faults: [{on: customers.list, stall: 3}]
  steps: [{call: customers.list, with: {companyId: $company}}]
"""
QUICK = "import concordat.report.heartbeat as beat; beat.EVERY = 1.0; "
PYTEST = "import pytest; pytest.main(['-p', 'concordat', '-p', 'xdist.plugin', '--pyargs', 'concordat.suite', {}])"
RUN = "from concordat.cli import main; main(['run', 'slow', '--client', 'reference', {}])"
CHOSEN = "'--client', 'reference', '--case', 'slow'"
LINE = re.compile(r"^\.\.\. 0 of 1 results, 0 failed, \d+ s$", re.MULTILINE)


@pytest.mark.parametrize(
    ("program", "beats"),
    [
        (PYTEST.format(CHOSEN), True),
        (PYTEST.format(f"{CHOSEN}, '-s'"), True),
        (PYTEST.format(f"{CHOSEN}, '-n', '1'"), True),
        (PYTEST.format(f"{CHOSEN}, '-q'"), False),
        (RUN.format(""), True),
        (RUN.format("'--workers', '2'"), True),
    ],
    ids=["pytest", "uncaptured", "xdist", "quiet", "run", "workers"],
)
def test_a_slow_case_shows_the_progress(folder: Folder, program: str, beats: bool) -> None:  # noqa: FBT001 - a table
    file = folder.root / "concordat" / "cases" / "slow" / "cases.yaml"
    file.parent.mkdir()
    file.write_text(SLOW)
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    own = {"HOME": str(folder.root), "CONCORDAT_CACHE": str(folder.cache), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", QUICK + program],
        cwd=folder.root,
        env=kept | own,
        capture_output=True,
        text=True,
        timeout=scaled(120),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert bool(LINE.search(done.stdout)) == beats, done.stdout + done.stderr
    assert len(LINE.findall(done.stdout)) <= 30
