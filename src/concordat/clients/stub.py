"""An installed client whose SDK is replaced by a stub, its adapter untouched: whatever it still answers is its own.

Python: a package of the SDK's import name stands first on the path. Node: a module that is loaded before the adapter
answers for the SDK. Other languages hold their SDK inside the program: there is nothing to replace.
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
"""The class of the error that every operation of a stub ends in."""
_HERE = Path(__file__).parent
_LANGUAGES = ("python", "typescript")


def no_stub(installed: Installed) -> str | None:
    """Return why there is no stub for a client's SDK, None when there is one."""
    if installed.language in _LANGUAGES:
        return None
    return f"a {installed.language} adapter is one program with its SDK, which cannot be taken out of it"


def stubbed(installed: Installed, folder: Path) -> Installed:
    """Return the client with a stub for its SDK, written into `folder`; `no_stub` tells for which there is one.

    Raises OSError or ValueError when its configuration cannot be read or the stub not be written.
    """
    config = json.loads(Path(installed.command[-1]).read_text("utf-8"))
    modules = sorted({installed.module, str(config["settings"].get("module", installed.module))})
    given = json.dumps(_given(config, modules, installed.version))
    if installed.language == "python":
        for name in modules:
            package = folder.joinpath(*name.split("."))
            package.mkdir(parents=True)
            shutil.copyfile(_HERE / "stub_sdk.py", package / "__init__.py")
            (package / "stub.json").write_text(given, "utf-8")
        path = os.pathsep.join(filter(None, (str(folder), installed.env.get("PYTHONPATH"))))
        # Safe path: the folder of the program itself would come first otherwise, and a builtin SDK stands in it.
        return msgspec.structs.replace(installed, env={**installed.env, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"})
    shutil.copyfile(_HERE / "stub_sdk.js", folder / "stub.cjs")
    (folder / "stub.json").write_text(given, "utf-8")
    runtime, *program = installed.command
    return msgspec.structs.replace(installed, command=(runtime, "--require", str(folder / "stub.cjs"), *program))


def _given(config: dict[str, Any], modules: list[str], version: str) -> dict[str, Any]:
    """What the stub is reported: names of arguments, and which operations' requests are the body as a whole."""
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
