"""Adapter integrity: an adapter imports only the SDK, its language's standard library and the protocol helper.

An adapter with an HTTP client of its own could answer instead of the SDK. The imports come from the syntax tree
(Python), the text (JavaScript), `go list` and `jdeps`. A computed import is foreign unless it begins with the module
under test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.clients.imports import Import, NotAudited
from concordat.clients.imports_go import go_allowed, go_imports
from concordat.clients.imports_java import java_allowed, java_imports
from concordat.clients.imports_node import node_allowed, node_imports
from concordat.clients.imports_python import python_allowed, python_imports
from concordat.clients.installed import CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from concordat.clients.installed import Installed

__all__ = ["Import", "NotAudited", "foreign_imports", "imports_of"]


def imports_of(path: Path) -> list[Import]:
    """Return the imports of a `.py`, `.js`, `.mjs` or `.cjs` file; none for other files.

    The imports include uses of names that reach modules or the network without an import.
    """
    if path.suffix == ".py":
        return list(python_imports(path))
    if path.suffix in {".js", ".mjs", ".cjs"}:
        return list(node_imports(path))
    return []


def foreign_imports(installed: Installed) -> list[Import]:
    """Return the forbidden imports of an installed adapter in order of file and line; a use is always forbidden.

    Raises NotAudited for a compiled adapter when the tool of its language cannot list them.
    """
    own, module = _own_modules(installed.sources), installed.module
    rules: dict[str, Callable[[Import], bool]] = {
        "python": lambda found: python_allowed(found.name, module, own),
        "typescript": lambda found: node_allowed(found, module),
        "go": lambda found: go_allowed(found.name, module),
        "java": lambda found: java_allowed(found.name, module),
    }
    allowed = rules.get(installed.language)
    if allowed is None or not installed.sources:
        return []
    return [one for one in _imports(installed) if one.kind == "use" or not allowed(one)]


def _imports(installed: Installed) -> list[Import]:
    if installed.language == "go":
        return _ordered(go_imports(installed.sources[0]))
    if installed.language == "java":
        return _ordered(java_imports(installed.cwd / CLASSES, installed.sources))
    files = sorted({file for folder in installed.sources for file in folder.rglob("*") if file.is_file()})
    # A builtin client is its own SDK: only its program is an adapter.
    if installed.language == "python":
        files = [file for file in files if not _inside_package(file, installed)]
    return [one for file in files for one in imports_of(file)]


def _ordered(found: Iterable[Import]) -> list[Import]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.where.path, one.where.line or 0, str(one)))


def _inside_package(file: Path, installed: Installed) -> bool:
    return any((folder / installed.module) in file.parents for folder in installed.sources)


def _own_modules(folders: Iterable[Path]) -> set[str]:
    return {entry.stem for folder in folders for entry in folder.iterdir() if entry.suffix == ".py"}
