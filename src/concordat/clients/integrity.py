"""Adapter integrity: the code of an adapter imports the SDK, its language's standard library, the helper; nothing else.

An adapter with an HTTP client of its own could answer for the SDK. Python is read through its syntax tree, JavaScript
and Go through their import statements.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from concordat.clients.installed import Installed

__all__ = ["Import", "foreign_imports", "imports_of"]

_PYTHON_NETWORK = {"http", "socket", "ssl", "urllib", "ftplib", "xmlrpc", "socketserver", "subprocess"}
_NODE_NETWORK = {"http", "https", "http2", "tls", "dgram", "child_process"}
_GO_NETWORK = {"net/http", "crypto/tls", "os/exec", "net/rpc"}
_NODE_BUILTIN = {
    "assert",
    "async_hooks",
    "buffer",
    "console",
    "constants",
    "crypto",
    "diagnostics_channel",
    "dns",
    "events",
    "fs",
    "fs/promises",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "stream/promises",
    "string_decoder",
    "timers",
    "timers/promises",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
}
_JS_IMPORT = re.compile(
    r"""(?:\brequire(?:\.resolve)?\s*\(|\bfrom\s+|\bimport\s*\(|^\s*import\s+)\s*(?:(["'])(?P<plain>[^"']+)\1"""
    r"""|(?P<template>`[^`]*`)|(?P<name>[A-Za-z_$][\w.$]*)\s*\))""",
    re.MULTILINE,
)
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_GO_BLOCK = re.compile(r"^import\s*\((?P<block>.*?)\)", re.DOTALL | re.MULTILINE)
_GO_LINE = re.compile(r"^import\s+(?:[\w.]+\s+)?\"(?P<path>[^\"]+)\"", re.MULTILINE)
_GO_PATH = re.compile(r"\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Import:
    """One import: what it names and where it stands."""

    name: str
    where: Location


def imports_of(path: Path) -> list[Import]:
    """Return the imports of a `.py`, `.js`, `.mjs`, `.cjs` or `.go` file (or Go template); none for any other file.

    A dynamic import whose name is not written out is named as its expression, such as `config.module`.
    """
    if path.suffix == ".py":
        return list(_python_imports(path))
    if path.suffix in {".js", ".mjs", ".cjs"}:
        return list(_js_imports(path))
    if path.suffix == ".go" or path.name.endswith(".go.tmpl"):
        return list(_go_imports(path))
    return []


def foreign_imports(installed: Installed) -> list[Import]:
    """Return the imports of an installed adapter's code that it must not have, in order of file and line."""
    files = sorted({file for folder in installed.sources for file in folder.rglob("*") if file.is_file()})
    own = _own_modules(installed.sources)
    judges = {"python": _python_allowed, "typescript": _js_allowed, "go": _go_allowed}
    allowed = judges.get(installed.language)
    if allowed is None:
        return []
    # A builtin client is its own SDK: only the program that speaks for it is an adapter.
    if installed.language == "python":
        files = [file for file in files if not _inside_package(file, installed)]
    return [one for file in files for one in imports_of(file) if not allowed(one.name, installed, own)]


def _inside_package(file: Path, installed: Installed) -> bool:
    return any((folder / installed.module) in file.parents for folder in installed.sources)


def _own_modules(folders: Iterable[Path]) -> set[str]:
    return {entry.stem for folder in folders for entry in folder.iterdir() if entry.suffix == ".py"}


def _python_imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_bytes(), str(path))
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"__import__", "importlib.import_module"}:
            argument = node.args[0] if node.args else None
            constant = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            names = [str(argument.value)] if constant else []  # type: ignore[union-attr]
        for name in names:
            yield Import(name, Location(path, getattr(node, "lineno", None)))


def _python_allowed(name: str, installed: Installed, own: set[str]) -> bool:
    top = name.split(".", maxsplit=1)[0]
    if name.startswith(".") or top in own or top == installed.module.split(".")[0]:
        return True
    return top in sys.stdlib_module_names and top not in _PYTHON_NETWORK


def _js_imports(path: Path) -> Iterator[Import]:
    text = _JS_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text("utf-8"))
    for found in _JS_IMPORT.finditer(text):
        name = found["plain"] or (found["template"] or "").strip("`") or found["name"]
        yield Import(name, Location(path, text.count("\n", 0, found.start()) + 1))


def _js_allowed(name: str, installed: Installed, _own: set[str]) -> bool:
    bare = name.removeprefix("node:")
    if name.startswith(("./", "../", "config.", "${config.module}", "${module}")):
        return True
    if name == installed.module or name.startswith(installed.module + "/"):
        return True
    return bare in _NODE_BUILTIN and bare not in _NODE_NETWORK


def _go_imports(path: Path) -> Iterator[Import]:
    text = path.read_text("utf-8")
    for found in _GO_LINE.finditer(text):
        yield Import(found["path"], Location(path, text.count("\n", 0, found.start()) + 1))
    for block in _GO_BLOCK.finditer(text):
        for found in _GO_PATH.finditer(block["block"]):
            at = block.start("block") + found.start()
            yield Import(found[1], Location(path, text.count("\n", 0, at) + 1))


def _go_allowed(name: str, installed: Installed, _own: set[str]) -> bool:
    if name.startswith(("concordat.local/", installed.module + "/")) or name == installed.module:
        return True
    standard = "." not in name.split("/", maxsplit=1)[0]
    return standard and name not in _GO_NETWORK
