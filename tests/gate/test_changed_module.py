"""A folder of a Go module with one defect built in is stopped by the gate, and the folder itself passes.

The module (`go_module`) is a small client of our own: the published ones come through a proxy that is not everywhere.
What it shows is the gate and the toolchain, and nothing of an SDK.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.gate.changed_packages import Edit
from tests.gate.gated import Gated

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = [pytest.mark.registry, pytest.mark.xdist_group("module")]

MODULE = Path(__file__).parent / "go_module"
MANIFEST = """\
name: go-sending
language: go
package: concordat.local/sending
class: Sending
default: v0.0.0
versions: [v0.0.0]
apis: [accounting]
styles: [{versions: ">=0", style: go-speakeasy}]
operations: {
  customers.create: Customers.Create(CreateCustomerRequest Customer) -> PushOperation,
  customers.get: Customers.Get(GetCustomerRequest) -> Customer,
  customers.list: Customers.List(ListCustomersRequest) -> Customers}
"""
EDITS = {
    "page-size-not-sent": Edit("sending.go", r'query\.Set\("pageSize"', 'url.Values{}.Set("pageSize"'),
    "refusal-swallowed": Edit(
        "sending.go",
        r"(\tif response\.StatusCode >= 400 \{\n)",
        r"\tif response.StatusCode == 403 {\n\t\t*status = 0\n\t\treturn nil, nil\n\t}\n\1",
    ),
    "status-dropped": Edit(
        "sending.go",
        r"(\tfound := &shared\.PushOperation\{\}\n)",
        r"\1\tif request.Customer != nil {\n\t\trequest.Customer.Status = nil\n\t}\n",
    ),
    "id-in-lower-case": Edit("sending.go", r"url\.PathEscape\(id\)", "url.PathEscape(strings.ToLower(id))"),
}
IMPORT = Edit("sending.go", r'(\t"strconv"\n)', r'\1\t"strings"\n')


def changed(edits: Sequence[Edit], folder: Path) -> Path:
    """Write the module with edits into a folder."""
    shutil.copytree(MODULE, folder)
    for edit in edits:
        for one in (edit, IMPORT) if "strings." in edit.put else (edit,):
            file = folder / one.file
            file.write_text(one.apply(file.read_text("utf-8")), "utf-8")
    return folder


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
