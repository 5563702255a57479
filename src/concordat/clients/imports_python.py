"""Imports of Python code, from its syntax tree: import statements and all indirect accesses to modules."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from concordat.clients.imports import Import
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["python_allowed", "python_imports"]

_NETWORK = {
    *("http", "socket", "ssl", "urllib", "ftplib", "xmlrpc", "socketserver", "subprocess", "smtplib", "poplib"),
    *("imaplib", "nntplib", "telnetlib", "asyncore", "asynchat", "multiprocessing", "webbrowser", "wsgiref", "pty"),
    *("ctypes", "_ctypes", "_socket", "_ssl", "_posixsubprocess", "runpy", "imp", "pkgutil", "zipimport", "code"),
}
"""Modules of the standard library that send, start programs or import indirectly."""
_INDIRECT = {"exec", "eval", "compile", "__import__", "__builtins__"}
_INDIRECT_ATTRIBUTES = {
    *("open_connection", "open_unix_connection", "create_connection", "create_unix_connection", "sock_connect"),
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell", "system", "popen"),
    *("posix_spawn", "posix_spawnp", "fork", "forkpty", "execv", "execve", "execvp", "execl", "execlp", "spawnv"),
}
"""Attributes of `asyncio` and `os` that reach the network or other programs. Both modules are needed otherwise."""
_DYNAMIC = "import_module"
_HARMLESS = {_DYNAMIC, "metadata"}


def python_imports(path: Path) -> Iterator[Import]:
    """Yield the imports of a file, and its uses of names that can import or send indirectly.

    A computed import is omitted when its text begins with the configured module, else it appears as its expression.
    Raises SyntaxError.
    """
    tree = ast.parse(path.read_bytes(), str(path))
    code = _Code(tree)
    for node in ast.walk(tree):
        for name in code.names(node):
            yield Import(name, Location(path, getattr(node, "lineno", None)))


def python_allowed(name: str, module: str, own: set[str]) -> bool:
    """Whether an adapter of the SDK `module` may import `name`; `own` are the modules beside it."""
    top = name.split(".", maxsplit=1)[0]
    if name.startswith(".") or top in own or top == module.split(".", maxsplit=1)[0]:
        return True
    return top in sys.stdlib_module_names and top not in _NETWORK and "(" not in name


class _Code:
    """One file: its names for `importlib`, and the assignments to its other names."""

    def __init__(self, tree: ast.Module) -> None:
        self.importlib: set[str] = set()
        self.dynamic = {"__import__"}
        self.assigned: list[tuple[ast.expr, ast.expr]] = []
        self.known_uses: set[ast.AST] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.importlib |= {one.asname or one.name for one in node.names if one.name == "importlib"}
            elif isinstance(node, ast.ImportFrom) and node.module == "importlib":
                self.dynamic |= {one.asname or one.name for one in node.names if one.name == _DYNAMIC}
            elif isinstance(node, ast.Assign):
                self.assigned += [(target, node.value) for target in node.targets]
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                self.assigned.append((node.target, node.value))

    def names(self, node: ast.AST) -> list[str]:
        """Return the names that a node imports or uses."""
        match node:
            case ast.Import():
                return [alias.name for alias in node.names]
            case ast.ImportFrom():
                return ["." * node.level + (node.module or "")]
            case ast.Call() if self._is_dynamic(node.func):
                self.known_uses.add(node.func)
                return self._computed(node)
            case ast.Attribute() | ast.Name() if self._reaches(node):
                return [f"{ast.unparse(node)} (used)"]
        return []

    def _reaches(self, node: ast.Attribute | ast.Name) -> bool:
        """Whether a name or an attribute reaches modules, programs or the network indirectly."""
        if isinstance(node, ast.Name):
            indirect = node.id in _INDIRECT or node.id in self.importlib or node.id in self.dynamic
            return indirect and node not in self.known_uses and isinstance(node.ctx, ast.Load)
        holder = node.value.id if isinstance(node.value, ast.Name) else None
        if holder in self.importlib:
            self.known_uses.add(node.value)
            return node.attr not in _HARMLESS or (node.attr == _DYNAMIC and node not in self.known_uses)
        return node.attr in _INDIRECT_ATTRIBUTES or (holder, node.attr) == ("sys", "modules")

    def _is_dynamic(self, called: ast.expr) -> bool:
        if isinstance(called, ast.Name):
            return called.id in self.dynamic
        dynamic = isinstance(called, ast.Attribute) and called.attr == _DYNAMIC and isinstance(called.value, ast.Name)
        return dynamic and called.value.id in self.importlib  # type: ignore[attr-defined]  # narrowed in the line above

    def _computed(self, call: ast.Call) -> list[str]:
        argument = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "name"), None)
        if argument is None:
            return [f"{ast.unparse(call)} (used)"]
        start = argument
        while isinstance(start, ast.BinOp) and isinstance(start.op, ast.Add):
            start = start.left
        if isinstance(start, ast.Constant) and isinstance(start.value, str):
            return [start.value]
        return [] if self._configured(argument, frozenset()) else [f"({ast.unparse(argument)})"]

    def _configured(self, text: ast.expr, visited: frozenset[str]) -> bool:
        """Whether a text begins with the configured module."""
        match text:
            case ast.BinOp(left=left, op=ast.Add()):
                return self._configured(left, visited)
            case ast.JoinedStr(values=[ast.FormattedValue(value=first), *_]):
                return self._configured(first, visited)
            case ast.Subscript(value=holder, slice=ast.Constant(value="module")):
                return ast.unparse(holder).split(".")[-1] == "config"
            case ast.Call(func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value="module"), default]):
                return "config" in ast.unparse(holder) and self._configured(default, visited)
            case ast.Name() | ast.Attribute():
                name = ast.unparse(text)
                values = [
                    value for target, value in self.assigned if name not in visited and ast.unparse(target) == name
                ]
                return bool(values) and all(self._configured(value, visited | {name}) for value in values)
        return False
