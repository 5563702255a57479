"""The reference client of this checkout as an installed client. Installs nothing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from concordat.clients import Installed, load_manifests

__all__ = ["REFERENCE", "installed_reference"]

REFERENCE = "reference"
_ROOT = Path(__file__).parents[1]
_CLIENT = _ROOT / "clients" / "reference"
_HELPER = _ROOT / "clients" / "protocol" / "python"


def installed_reference(folder: Path, mutant: tuple[Path, str] | None = None) -> Installed:
    """Return the reference client, or a mutant of it: the path of a program that breaks it, and the mutant's name."""
    manifest = load_manifests()[REFERENCE]
    config = folder / "config.json"
    config.write_text(json.dumps(manifest.config(manifest.default or "")), "utf-8")
    program = [str(_CLIENT / "adapter.py")] if mutant is None else [str(mutant[0]), mutant[1]]
    return Installed(
        name=REFERENCE if mutant is None else mutant[1],
        version=manifest.default or "",
        style="reference",
        package=manifest.package,
        module=manifest.module,
        language="python",
        key="checkout",
        command=(sys.executable, *program, str(config)),
        env={"PYTHONPATH": os.pathsep.join(map(str, (_CLIENT, _HELPER)))},
        cwd=folder,
        sources=(_CLIENT, _HELPER),
    )
