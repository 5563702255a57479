"""Where contracts, cases and clients are found: the user's project first, then the package.

A wheel carries them under `concordat/data`; a checkout has them at its top. Anything Concordat writes goes to the
user's project, never into the package.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path

from concordat.errors import Location, UsageError, did_you_mean

__all__ = ["cache_home", "package_root", "project_root", "search"]

_KINDS = ("contracts", "cases", "clients")
_EXAMPLE = 'write [tool.concordat] and below it path = "tests/concordat"'


@cache
def package_root() -> Path:
    """Return the folder that holds the built-in `contracts`, `cases` and `clients`."""
    here = Path(__file__).resolve().parent
    for candidate in (here / "data", here.parent.parent):
        if (candidate / "contracts").is_dir() and (candidate / "clients").is_dir():
            return candidate
    message = "the package's own contracts and clients are missing"
    raise UsageError(message, where=Location(here), hint="reinstall sdk-concordat")


def project_root() -> Path | None:
    """Return the user's overlay folder, if there is one.

    It is `path` of `[tool.concordat]` in the nearest pyproject.toml, else a folder `concordat/` beside it, or in the
    current directory or one above it, that holds any of `contracts`, `cases`, `clients`.
    Raises UsageError, with the file, for a pyproject.toml that cannot be read or names no folder.
    """
    return _overlay(Path.cwd().resolve())


@cache
def _overlay(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        pyproject = folder / "pyproject.toml"
        configured = _configured_path(pyproject) if pyproject.is_file() else None
        if configured is not None:
            return configured
        overlay = folder / "concordat"
        if any((overlay / name).is_dir() for name in _KINDS):
            return overlay
        if pyproject.is_file():
            return None
    return None


def _configured_path(pyproject: Path) -> Path | None:
    where = Location(pyproject)
    try:
        document = tomllib.loads(pyproject.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        message = "the file cannot be read"
        raise UsageError(message, where=where, cause=str(error), hint="check its permissions and encoding") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(str(error), where=where, hint="mend the TOML") from error
    tools = document.get("tool", {})
    table = tools.get("concordat", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        message = "`tool.concordat` is not a table"
        raise UsageError(message, where=where, hint=_EXAMPLE)
    for key in table:
        if key != "path":
            message = f"`{key}` is not a setting of `[tool.concordat]`"
            raise UsageError(message, where=where, hint=did_you_mean(key, ("path",)))
    path = table.get("path")
    if path is None:
        return None
    if not isinstance(path, str):
        message = "`path` of `[tool.concordat]` is not text"
        raise UsageError(message, where=where, hint=_EXAMPLE)
    folder = (pyproject.parent / path).resolve()
    if not folder.is_dir():
        message = f"`path` of `[tool.concordat]` names no folder: {path}"
        raise UsageError(message, where=where, hint="make the folder, or mend the path")
    return folder


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
