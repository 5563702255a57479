"""Replaces the SDK of an installed client by a stub and keeps its adapter: any remaining answer is the adapter's own.

Python: a package with the SDK's import name is first on the path. Node: a module that is loaded before the adapter
replaces the SDK. In other languages the SDK is compiled into the program and cannot be replaced.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.contract import load_contracts

if TYPE_CHECKING:
    from concordat.clients.installed import Installed

__all__ = ["STUB_ERROR", "no_stub", "stubbed"]

STUB_ERROR = "StubCalled"
"""The error class of every operation of a stub."""
_HERE = Path(__file__).parent
_LANGUAGES = ("python", "typescript")


def no_stub(installed: Installed) -> str | None:
    """Return the reason why a client's SDK cannot be replaced, None when it can."""
    if installed.language in _LANGUAGES:
        return None
    return f"a {installed.language} adapter is one program with its SDK, which cannot be replaced"


def stubbed(installed: Installed, folder: Path) -> Installed:
    """Return the client with a stub of its SDK, written into `folder`. It must not have a reason in `no_stub`.

    Raises OSError or ValueError when the configuration cannot be read or the stub cannot be written.
    """
    config = json.loads(Path(installed.command[-1]).read_text("utf-8"))
    modules = sorted({installed.module, str(config["settings"].get("module", installed.module))})
    description = json.dumps(_description(config, modules, installed.version))
    if installed.language == "python":
        for name in modules:
            package = folder.joinpath(*name.split("."))
            package.mkdir(parents=True)
            shutil.copyfile(_HERE / "stub_sdk.py", package / "__init__.py")
            (package / "stub.json").write_text(description, "utf-8")
        path = os.pathsep.join(filter(None, (str(folder), installed.env.get("PYTHONPATH"))))
        # Without the safe path, the program's own folder, with a builtin SDK, would be first.
        return msgspec.structs.replace(installed, env={**installed.env, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"})
    shutil.copyfile(_HERE / "stub_sdk.js", folder / "stub.cjs")
    (folder / "stub.json").write_text(description, "utf-8")
    runtime, *program = installed.command
    return msgspec.structs.replace(installed, command=(runtime, "--require", str(folder / "stub.cjs"), *program))


def _description(config: dict[str, Any], modules: list[str], version: str) -> dict[str, Any]:
    """Return the stub's data: names of arguments, and the operations whose request is the whole body."""
    operations = config["operations"].values()
    names = {"body", *(name for binding in operations for name in (binding.get("arguments") or {}).values())}
    for contract in load_contracts().values():
        names |= {one.name for operation in contract.operations.values() for one in operation.parameters}
    return {
        "version": version,
        "modules": modules,
        "arguments": sorted(names),
        "calls": sorted(binding["call"] for binding in operations),
        "whole": sorted(binding["call"] for binding in operations if binding.get("body") == "*"),
    }
