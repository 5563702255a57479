"""A Go module of our own (`go_module`) with one defect built in.

It is a small client with the public API that the documents of the Go SDKs describe. The published ones come through a
proxy that is not everywhere; what this one shows is the gate and the toolchain, and nothing of an SDK.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.gate.changed_packages import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    change(folder, edits)
    return folder


def change(folder: Path, edits: Sequence[Edit]) -> None:
    """Change the module in a folder, and what it imports as the edits need it."""
    for edit in edits:
        for one in (edit, IMPORT) if "strings." in edit.put else (edit,):
            file = folder / one.file
            file.write_text(one.apply(file.read_text("utf-8")), "utf-8")
