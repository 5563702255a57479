"""Where contracts, cases and clients are found: the user's project first, then the package.

A wheel carries them under `concordat/data`; a checkout has them at its top. Anything Concordat writes goes to the
user's project, never into the package.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path

from concordat.errors import Location, UsageError

__all__ = ["cache_home", "package_root", "project_root", "search"]


@cache
def package_root() -> Path:
    """Return the folder that holds the built-in `contracts`, `cases` and `clients`."""
    here = Path(__file__).resolve().parent
    for candidate in (here / "data", here.parent.parent):
        if (candidate / "contracts").is_dir() and (candidate / "clients").is_dir():
            return candidate
    message = "the package's own contracts and clients are missing"
    raise UsageError(message, where=Location(here), hint="reinstall sdk-concordat")


@cache
def project_root(start: Path | None = None) -> Path | None:
    """Return the user's overlay folder, if there is one.

    It is `path` of `[tool.concordat]` in the nearest pyproject.toml, else a folder `concordat/` beside it or in the
    current directory that holds any of `contracts`, `cases`, `clients`.
    """
    base = (start or Path.cwd()).resolve()
    for folder in (base, *base.parents):
        pyproject = folder / "pyproject.toml"
        configured = _configured_path(pyproject) if pyproject.is_file() else None
        if configured is not None:
            return configured
        overlay = folder / "concordat"
        if any((overlay / name).is_dir() for name in ("contracts", "cases", "clients")):
            return overlay
        if pyproject.is_file():
            return None
    return None


def _configured_path(pyproject: Path) -> Path | None:
    try:
        table = tomllib.loads(pyproject.read_text("utf-8")).get("tool", {}).get("concordat", {})
    except tomllib.TOMLDecodeError as error:
        raise UsageError(str(error), where=Location(pyproject), hint="mend the TOML") from error
    path = table.get("path")
    return (pyproject.parent / path).resolve() if isinstance(path, str) else None


def search(*parts: str) -> list[Path]:
    """Return the existing paths for `parts`, the user's before the package's."""
    roots = dict.fromkeys(root for root in (project_root(), package_root()) if root is not None)
    return [root.joinpath(*parts) for root in roots if root.joinpath(*parts).exists()]


def cache_home() -> Path:
    """Return the folder of installed clients: `CONCORDAT_CACHE`, else the platform's cache folder."""
    explicit = os.environ.get("CONCORDAT_CACHE")
    if explicit:
        return Path(explicit).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "concordat"
