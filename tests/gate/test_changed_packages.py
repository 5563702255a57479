"""A published package with one defect built in is stopped by the gate, and the package itself passes.

The packages come from their registries when the test runs (`tox run -e gate`). A Go module folder would be taken as
well (`--client go-expenses@FOLDER`); its toolchain and proxy are not everywhere, so the edits are not made for it here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.gate import changed_packages as packages

from concordat.gate import ChangeKind, Comparison

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.gate.changed_packages import Edit

pytestmark = pytest.mark.registry

DEADLINE = 300
CASES = ("pagination.list.allowed-bounds", "errors.get.status", "errors.get.message", "requests.path", "push.accepted")
SEEN = {
    "page-size-not-sent": "request.query at /pageSize (missing)",
    "refusal-swallowed": "outcome.told",
    "status-dropped": "request.body at /status (missing)",
    "id-in-lower-case": "request.path at /",
}


def concordat(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "concordat", *args],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Gated:
    """A published package, and the report of the release that it was made from."""

    def __init__(self, folder: Path, client: str, package: Path, edits: dict[str, Edit]) -> None:
        self.folder = folder
        self.client = client
        self.package = package
        self.edits = edits
        done = concordat(folder, "run", *CASES, "--client", client, "--report", "baseline")
        assert done.returncode in (0, 1), done

    def run(self, name: str, edits: Sequence[Edit]) -> tuple[subprocess.CompletedProcess[str], Comparison]:
        change = packages.changed_wheel if self.package.suffix == ".whl" else packages.changed_tarball
        artifact = change(self.package, edits, self.folder / "dist" / name)
        client = f"{self.client.partition('@')[0]}@{artifact}"
        report = self.folder / "reports" / name
        done = concordat(
            self.folder, "run", *CASES, "--client", client, "--baseline", "baseline", "--report", str(report)
        )
        assert done.returncode in (0, 1), done
        found = msgspec.json.decode((report / "comparison.json").read_bytes(), type=Comparison)
        return done, found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("wheel")
    return Gated(folder, "python-expenses@8.0.1", packages.download_wheel(folder), packages.WHEEL_EDITS)


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("tarball")
    return Gated(folder, "typescript-expenses@3.1.0", packages.download_tarball(folder), packages.TARBALL_EDITS)


def passes_unchanged(gated: Gated) -> None:
    done, found = gated.run("unchanged", [])
    assert done.returncode == 0, done
    assert {change.kind for change in found.changes} <= {ChangeKind.VERSION, ChangeKind.STILL_FAILING}
    assert all(pair.compared == pair.same for pair in found.pairs)


def is_stopped(gated: Gated, name: str) -> None:
    done, found = gated.run(name, [gated.edits[name]])
    assert done.returncode == 1, done
    assert found.failing
    regressions = found.of(ChangeKind.REGRESSION, ChangeKind.CHANGED_FAILURE)
    named = [check.name for change in regressions for check in change.checks if not check.gone]
    assert any(check.startswith(SEEN[name]) for check in named), named
    assert SEEN[name] in done.stdout, "the message names the change"
    assert "STOPPED: " in done.stdout.splitlines()[-1]


@pytest.mark.xdist_group("wheel")
def test_the_wheel_itself_passes(wheel: Gated) -> None:
    passes_unchanged(wheel)


@pytest.mark.xdist_group("wheel")
@pytest.mark.parametrize("name", packages.WHEEL_EDITS)
def test_a_wheel_with_one_defect_is_stopped_by_name(wheel: Gated, name: str) -> None:
    is_stopped(wheel, name)


@pytest.mark.xdist_group("tarball")
def test_the_tarball_itself_passes(tarball: Gated) -> None:
    passes_unchanged(tarball)


@pytest.mark.xdist_group("tarball")
@pytest.mark.parametrize("name", packages.TARBALL_EDITS)
def test_a_tarball_with_one_defect_is_stopped_by_name(tarball: Gated, name: str) -> None:
    is_stopped(tarball, name)
