"""A published package with one defect built in is stopped by the gate, and the package itself passes.

The packages come from their registries when the test runs (`tox run -e gate`).
"""

from __future__ import annotations

from functools import partial

import pytest
from tests.gate import changed_packages as packages
from tests.gate.gated import Gated

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("wheel")
    changed = partial(packages.changed_wheel, packages.download_wheel(folder))
    return Gated(folder, "python-expenses@8.0.1", changed, packages.WHEEL_EDITS)


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("tarball")
    changed = partial(packages.changed_tarball, packages.download_tarball(folder))
    return Gated(folder, "typescript-expenses@3.1.0", changed, packages.TARBALL_EDITS)


def test_the_wheel_itself_passes(wheel: Gated) -> None:
    wheel.passes_unchanged()


@pytest.mark.parametrize("name", packages.WHEEL_EDITS)
def test_a_wheel_with_one_defect_is_stopped_by_name(wheel: Gated, name: str) -> None:
    wheel.is_stopped(name)


def test_the_tarball_itself_passes(tarball: Gated) -> None:
    tarball.passes_unchanged()


@pytest.mark.parametrize("name", packages.TARBALL_EDITS)
def test_a_tarball_with_one_defect_is_stopped_by_name(tarball: Gated, name: str) -> None:
    tarball.is_stopped(name)
