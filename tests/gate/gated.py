"""A package changed in one place, run against the report of the package that it was made from."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
from tests.timeouts import scaled

from concordat.gate import ChangeKind, Comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.gate.changed_packages import Edit

DEADLINE = scaled(600)
TODAY = "2026-11-21"
"""The day of every comparison: reviews that come due must not turn these tests red on a later one."""
CASES = ("pagination.list.allowed-bounds", "errors.get.status", "errors.get.message", "requests.path", "push.accepted")
SEEN = {
    "page-size-not-sent": "request.query at /pageSize (missing)",
    "refusal-swallowed": "outcome.reported",
    "status-dropped": "request.body at /status (missing)",
    "id-in-lower-case": "request.path at /",
}
"""What the gate says of each change."""


def concordat(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "concordat", *args],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "CONCORDAT_TODAY": TODAY},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Gated:
    """A package, and the report of the release that it was made from.

    `changed` writes it with edits into a folder.
    """

    def __init__(
        self,
        folder: Path,
        client: str,
        changed: Callable[[Sequence[Edit], Path], Path],
        edits: Mapping[str, Edit],
    ) -> None:
        self.folder = folder
        self.client = client
        self.changed = changed
        self.edits = edits
        done = concordat(folder, "run", *CASES, "--client", client, "--report", "baseline")
        assert done.returncode in (0, 1), done

    def run(self, name: str, edits: Sequence[Edit]) -> tuple[subprocess.CompletedProcess[str], Comparison]:
        artifact = self.changed(edits, self.folder / "dist" / name)
        client = f"{self.client.partition('@')[0]}@{artifact}"
        report = self.folder / "reports" / name
        done = concordat(
            self.folder, "run", *CASES, "--client", client, "--baseline", "baseline", "--report", str(report)
        )
        assert done.returncode in (0, 1), done
        found = msgspec.json.decode((report / "comparison.json").read_bytes(), type=Comparison)
        return done, found

    def passes_unchanged(self) -> None:
        done, found = self.run("unchanged", [])
        assert done.returncode == 0, done
        assert {change.kind for change in found.changes} <= {ChangeKind.VERSION, ChangeKind.STILL_FAILING}
        assert all(pair.compared == pair.same for pair in found.pairs)

    def is_stopped(self, name: str) -> None:
        done, found = self.run(name, [self.edits[name]])
        assert done.returncode == 1, done
        assert found.failing
        regressions = found.of(ChangeKind.REGRESSION, ChangeKind.CHANGED_FAILURE)
        named = [check.name for change in regressions for check in change.checks if not check.gone]
        assert any(check.startswith(SEEN[name]) for check in named), named
        assert SEEN[name] in done.stdout, "the message names the change"
        assert "STOPPED: " in done.stdout.splitlines()[-1]
