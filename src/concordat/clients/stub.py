"""Replaces the SDK of an installed client by a stub and keeps the client's adapter.

Every operation of the stub raises. If the adapter still reports a result, it made the result up itself.

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

__all__ = ["STUB_ERROR", "reason_without_stub", "stubbed"]

STUB_ERROR = "StubCalled"
"""Name of the error that every operation of a stub raises."""
_HERE = Path(__file__).parent
_LANGUAGES = ("python", "typescript")
"""The languages that load an SDK when the adapter runs, so that another module can take its place."""


def reason_without_stub(installed: Installed) -> str | None:
    """Return the reason why a client's SDK cannot be replaced, None when it can."""
    if installed.language in _LANGUAGES:
        return None
    return f"a {installed.language} adapter is one program with its SDK, which cannot be replaced"


def stubbed(installed: Installed, folder: Path) -> Installed:
    """Return the client with a stub of its SDK, written into `folder`.

    Call it only if `reason_without_stub` returns None. Raises OSError or ValueError when the configuration cannot be
    read or the stub cannot be written.
    """
    # The last argument of every adapter is the path of its CONFIG.json.
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
        # Without PYTHONSAFEPATH, Python searches the adapter's folder first, which may hold the SDK (`reference` does).
        return msgspec.structs.replace(installed, env={**installed.env, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"})
    shutil.copyfile(_HERE / "stub_sdk.js", folder / "stub.cjs")
    (folder / "stub.json").write_text(description, "utf-8")
    runtime, *program = installed.command
    return msgspec.structs.replace(installed, command=(runtime, "--require", str(folder / "stub.cjs"), *program))


def _description(config: dict[str, Any], modules: list[str], version: str) -> dict[str, Any]:
    """Return the contents of `stub.json`.

    `arguments` are all argument names, `calls` all methods, and `body_only` the methods whose request is the body
    itself.
    """
    operations = config["operations"].values()
    names = {"body", *(name for binding in operations for name in (binding.get("arguments") or {}).values())}
    # The configuration lists only the renamed arguments; the others have their name in a contract.
    for contract in load_contracts().values():
        names |= {one.name for operation in contract.operations.values() for one in operation.parameters}
    return {
        "version": version,
        "modules": modules,
        "arguments": sorted(names),
        "calls": sorted(binding["call"] for binding in operations),
        "body_only": sorted(binding["call"] for binding in operations if binding.get("body") == "*"),
    }
