from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING, Protocol

import pytest

from concordat import resources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MANIFEST = """
name: {name}
language: {language}
package: {package}
module: {module}
class: Sdk
{default}
apis: [accounting]
styles: [{{versions: "*", style: {style}}}]
operations: {{things.get: things.get}}
"""
ADAPTER = """
import sys, importlib.metadata
from tiny_helper import run
import tiny_sdk
run(tiny_sdk.__name__, importlib.metadata.version("tiny-sdk"))
"""
HELPER = """
import json, os
def run(package, version):
    incoming, outgoing = (int(n) for n in os.environ["CONCORDAT_FDS"].split(","))
    hello = {"type": "hello", "protocol": 2, "style": "tiny", "package": package, "version": version,
             "language": "python", "runtime": "python", "operations": ["things.get"]}
    os.write(outgoing, json.dumps(hello).encode() + b"\\n")
    while os.read(incoming, 65536):
        pass
"""


class WriteClient(Protocol):
    """Writes a client into the project of a user, and returns the folder of the clients."""

    def __call__(
        self, name: str = "tiny", language: str = "python", package: str = "tiny-sdk", default: str = ""
    ) -> Path: ...


@pytest.fixture
def client(project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> WriteClient:
    """Return a writer of a client into the user's project: manifest, style `tiny`, protocol helpers of its own."""
    assert cache.name == "cache"
    overlay = project / "concordat"
    monkeypatch.setattr(resources, "package_root", lambda: overlay)

    def write(name: str = "tiny", language: str = "python", package: str = "tiny-sdk", default: str = "") -> Path:
        clients = overlay / "clients"
        module = package.replace("-", "_")
        shown = f'default: "{default}"' if default else ""
        text = MANIFEST.format(
            name=name, language=language, package=package, module=module, default=shown, style="tiny"
        )
        (clients / f"{name}.yaml").write_text(text, "utf-8")
        (clients / "tiny").mkdir(exist_ok=True)
        (clients / "tiny" / "adapter.py").write_text(ADAPTER, "utf-8")
        (clients / "tiny" / "adapter.js").write_text("// nothing", "utf-8")
        (clients / "protocol" / language).mkdir(parents=True, exist_ok=True)
        (clients / "protocol" / language / "tiny_helper.py").write_text(HELPER, "utf-8")
        return clients

    return write


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel of `tiny-sdk` 1.2.3, with nothing to depend on."""
    path = tmp_path / "tiny_sdk-1.2.3-py3-none-any.whl"
    info = "tiny_sdk-1.2.3.dist-info"
    files = {
        "tiny_sdk/__init__.py": "class Sdk: pass\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny-sdk\nVersion: 1.2.3\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in [*files.items(), (f"{info}/RECORD", record)]:
            archive.writestr(name, content)
    return path


@pytest.fixture
def fake_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Return a maker of shell scripts that stand for a tool; they are first on the path, and log their calls."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def make(name: str, script: str) -> Path:
        log = tmp_path / f"{name}.log"
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\n{script}\n', "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return log

    return make
