"""Adapter integrity: the code of an adapter imports the SDK, its language's standard library, the helper; nothing else.

An adapter with an HTTP client of its own could answer for the SDK. Python is read through its syntax tree, JavaScript,
Go and Java through their text; a computed import counts as foreign unless it begins with the module under test.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import
from concordat.clients.imports_java import java_allowed, java_imports
from concordat.clients.imports_node import node_allowed, node_imports
from concordat.clients.imports_python import python_allowed, python_imports
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from concordat.clients.installed import Installed

__all__ = ["Import", "foreign_imports", "imports_of"]

_GO_NETWORK = {"net/http", "crypto/tls", "os/exec", "net/rpc"}
_GO_BLOCK = re.compile(r"^import\s*\((?P<block>.*?)\)", re.DOTALL | re.MULTILINE)
_GO_LINE = re.compile(r"^import\s+(?:[\w.]+\s+)?\"(?P<path>[^\"]+)\"", re.MULTILINE)
_GO_PATH = re.compile(r"\"([^\"]+)\"")


def imports_of(path: Path) -> list[Import]:
    """Return the imports of a `.py`, `.js`, `.mjs`, `.cjs`, `.java` or `.go` file (or Go template), else none.

    A dynamic import whose name is not written out is named as its expression, such as `config.module`; what reaches a
    module or the network without an import is named with `(used)`.
    """
    if path.suffix == ".py":
        return list(python_imports(path))
    if path.suffix in {".js", ".mjs", ".cjs"}:
        return list(node_imports(path))
    if path.suffix == ".go" or path.name.endswith(".go.tmpl"):
        return list(_go_imports(path))
    if path.suffix == ".java":
        return list(java_imports(path))
    return []


def foreign_imports(installed: Installed) -> list[Import]:
    """Return the imports of an installed adapter's code that it must not have, in order of file and line."""
    files = sorted({file for folder in installed.sources for file in folder.rglob("*") if file.is_file()})
    own, module = _own_modules(installed.sources), installed.module
    judges: dict[str, Callable[[str], bool]] = {
        "python": lambda name: python_allowed(name, module, own),
        "typescript": lambda name: node_allowed(name, module),
        "go": lambda name: _go_allowed(name, module),
        "java": lambda name: java_allowed(name, module),
    }
    allowed = judges.get(installed.language)
    if allowed is None:
        return []
    # A builtin client is its own SDK: only the program that speaks for it is an adapter.
    if installed.language == "python":
        files = [file for file in files if not _inside_package(file, installed)]
    return [one for file in files for one in imports_of(file) if not allowed(one.name)]


def _inside_package(file: Path, installed: Installed) -> bool:
    return any((folder / installed.module) in file.parents for folder in installed.sources)


def _own_modules(folders: Iterable[Path]) -> set[str]:
    return {entry.stem for folder in folders for entry in folder.iterdir() if entry.suffix == ".py"}


def _go_imports(path: Path) -> Iterator[Import]:
    text = path.read_text("utf-8")
    for found in _GO_LINE.finditer(text):
        yield Import(found["path"], Location(path, text.count("\n", 0, found.start()) + 1))
    for block in _GO_BLOCK.finditer(text):
        for found in _GO_PATH.finditer(block["block"]):
            at = block.start("block") + found.start()
            yield Import(found[1], Location(path, text.count("\n", 0, at) + 1))


def _go_allowed(name: str, module: str) -> bool:
    if name.startswith(("concordat.local/", module + "/")) or name == module:
        return True
    standard = "." not in name.split("/", maxsplit=1)[0]
    return standard and name not in _GO_NETWORK
