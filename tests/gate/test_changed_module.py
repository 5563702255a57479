"""A folder of a Go module with one defect built in is stopped by the gate, and the folder itself passes."""

from __future__ import annotations

import pytest
from tests.gate.changed_module import EDITS, MANIFEST, MODULE, changed
from tests.gate.gated import Gated

pytestmark = pytest.mark.registry


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    folder = tmp_path_factory.mktemp("module")
    clients = folder / "concordat" / "clients"
    clients.mkdir(parents=True)
    (clients / "go-sending.yaml").write_text(MANIFEST, "utf-8")
    return Gated(folder, f"go-sending@{MODULE}", changed, EDITS)


def test_the_folder_itself_passes(module: Gated) -> None:
    module.passes_unchanged()


@pytest.mark.parametrize("name", EDITS)
def test_a_folder_with_one_defect_is_stopped_by_name(module: Gated, name: str) -> None:
    module.is_stopped(name)
