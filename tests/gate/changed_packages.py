"""Published packages with one defect built in, made from what the registry gives out when a test runs.

No code of an SDK is kept here: an edit names a file, the place in it, and what to put there. An edit that finds its
place not exactly once is an error, so that a package that moved on is noticed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DEADLINE = scaled(300)


class Edit(NamedTuple):
    """One search and replacement: `place` is a regular expression, found `times` times in `file`."""

    file: str
    place: str
    put: str
    times: int = 1

    def apply(self, text: str) -> str:
        changed, found = re.subn(self.place, self.put, text, flags=re.DOTALL)
        assert found == self.times, f"{self.file}: the place is there {found} times, not {self.times}"
        return changed


WHEEL = ("codat-sync-for-expenses", "8.0.1")
MODULE = "codat_sync_for_expenses"
WHEEL_EDITS = {
    "page-size-not-sent": Edit(
        f"{MODULE}/models/operations/list_customers.py",
        r'(alias="pageSize"\),\s+FieldMetadata\()[^\n]+\)(,\n)',
        r"\1)\2",
    ),
    "refusal-swallowed": Edit(
        f"{MODULE}/customers.py",
        r"(response_data: Any = None\n)",
        r"\1        if http_res.status_code == 403:\n            return None\n",
        times=8,
    ),
    "status-dropped": Edit(
        f"{MODULE}/models/shared/customer.py", r"return m\n", 'm.pop("status", None)\n        return m\n'
    ),
    "id-in-lower-case": Edit(
        f"{MODULE}/utils/url.py", r"(path_param_values\[f_name\] = _val_to_string\(param\))(\n)", r"\1.lower()\2"
    ),
}
TARBALL = ("@codat/sync-for-expenses", "3.1.0")
TARBALL_EDITS = {
    "page-size-not-sent": Edit(
        "package/dist/sdk/models/operations/listcustomers.js", r'\{ data: "[^"]*name=pageSize" \}', ""
    ),
    "refusal-swallowed": Edit(
        "package/dist/sdk/customers.js", r"case \[[^\]]*\]\.includes\([^\n]*\.status\):", "case false:", times=4
    ),
    "status-dropped": Edit(
        "package/dist/sdk/models/shared/customer.js",
        r'(\(0, class_transformer_1\.)(Expose\)\(\{ name: "status" \}\))',
        r"\1Exclude)({ toPlainOnly: true }), \1\2",
    ),
    "id-in-lower-case": Edit(
        "package/dist/internal/utils/pathparams.js",
        r"(pathParams\.set\(paramName, encodeURIComponent\(.*?valToString\)\(paramValue\))\)\)",
        r"\1.toLowerCase()))",
    ),
}


def download_wheel(folder: Path) -> Path:
    name, version = WHEEL
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        f"{name}=={version}",
        "--dest",
        str(folder),
    ]
    subprocess.run(command, check=True, timeout=DEADLINE)
    (wheel,) = folder.glob("*.whl")
    return wheel


def download_tarball(folder: Path) -> Path:
    name, version = TARBALL
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, timeout=DEADLINE)
    (tarball,) = folder.glob("*.tgz")
    return tarball


def changed_wheel(wheel: Path, edits: Sequence[Edit], folder: Path) -> Path:
    """Write the wheel with edits, its RECORD mended, under its own name into a folder; without edits it is rebuilt."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / wheel.name
    with zipfile.ZipFile(wheel) as source:
        files = {info.filename: source.read(info) for info in source.infolist() if not info.is_dir()}
    for edit in edits:
        files[edit.file] = edit.apply(files[edit.file].decode()).encode()
    (record,) = (name for name in files if name.endswith(".dist-info/RECORD"))
    rows = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{name},," if name == record else f"{name},sha256={digest},{len(data)}")
    files[record] = ("\n".join(rows) + "\n").encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def changed_tarball(tarball: Path, edits: Sequence[Edit], folder: Path) -> Path:
    """Write the tarball with edits under its own name into a folder; without edits it is rebuilt."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / tarball.name
    by_file = {edit.file: edit for edit in edits}
    with tarfile.open(tarball) as source, tarfile.open(target, "w:gz") as archive:
        for info in source.getmembers():
            held = source.extractfile(info)
            data = b"" if held is None else held.read()
            edit = by_file.pop(info.name, None)
            if edit is not None:
                data = edit.apply(data.decode()).encode()
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    assert by_file == {}, f"the tarball has no {', '.join(by_file)}"
    return target
