"""Which package it is: its version as the files on the disk say, and what its requests claim."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.clients.installed import Installed

__all__ = ["user_agent_problem", "version_on_disk"]

_NUMBER = re.compile(r"(?<![\w.])v?(\d+\.\d+(?:\.\d+)*(?:[-+.]?[A-Za-z][\w.+-]*)?)(?![\w.])")


def version_on_disk(installed: Installed) -> str | None:
    """Return the version that the installed package's own files name, None where they name none.

    Read without running anything: a Python distribution's metadata, an npm package's `package.json`, a Go module's
    requirement, a builtin client's `__version__`.
    """
    readers = {"python": _of_python, "typescript": _of_npm, "go": _of_go}
    reader = readers.get(installed.language)
    try:
        return reader(installed) if reader else None
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):
        return None


def user_agent_problem(user_agent: str, *, names: set[str], version: str) -> str | None:
    """Return how a User-Agent contradicts the installed version, None when it does not.

    It contradicts when it names the package (by any of `names`) with version numbers of which none is the installed
    one, or with another one right behind the name. One that does not name the package says nothing about it.
    """
    plain = version.removeprefix("v")
    text = user_agent.casefold()
    named = [name.casefold() for name in names if name and name.casefold() in text]
    if not named:
        return None
    for name in named:
        tied = re.search(rf"{re.escape(name)}[/@ =]v?(\d[\w.+-]*)", text)
        if tied is not None and tied[1] != plain.casefold():
            return f"`{user_agent}` names version {tied[1]}, installed is {plain}"
        if tied is not None:
            return None
    numbers = _NUMBER.findall(text)
    if not numbers or plain.casefold() in numbers:
        return None
    return f"`{user_agent}` names the versions {', '.join(numbers)}, installed is {plain}"


def _of_python(installed: Installed) -> str | None:
    wanted = _folded(installed.package)
    for metadata in installed.cwd.glob("venv/lib/python*/site-packages/*.dist-info/METADATA"):
        head = dict(_fields(metadata))
        if _folded(head.get("Name", "")) == wanted:
            return head.get("Version")
    for folder in installed.sources:
        path = folder / installed.module / "__init__.py"
        if path.is_file():
            return _assigned(path, "__version__")
    return None


def _fields(metadata: Path) -> list[tuple[str, str]]:
    head = metadata.read_text("utf-8", "replace").partition("\n\n")[0]
    pairs = (line.partition(":") for line in head.splitlines() if not line.startswith((" ", "\t")))
    return [(name, value.strip()) for name, _, value in pairs if name in ("Name", "Version")]


def _assigned(path: Path, name: str) -> str | None:
    for node in ast.walk(ast.parse(path.read_bytes())):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = getattr(node, "value", None)
            return str(value.value) if isinstance(value, ast.Constant) else None
    return None


def _of_npm(installed: Installed) -> str | None:
    path = installed.cwd / "node_modules" / installed.package / "package.json"
    version = json.loads(path.read_text("utf-8"))["version"]
    return version if isinstance(version, str) else None


def _of_go(installed: Installed) -> str | None:
    text = (installed.cwd / "go.mod").read_text("utf-8")
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(installed.package)}\s+(v\S+)", text, re.MULTILINE)
    return found[1] if found else None


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
