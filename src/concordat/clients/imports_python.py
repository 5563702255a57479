"""What Python code imports, read from its syntax tree: import statements, and every other way to a module."""

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
"""Of the standard library: what sends, what starts programs, and what imports unseen."""
_UNSEEN = {"exec", "eval", "compile", "__import__", "__builtins__"}
_UNSEEN_ATTRIBUTES = {
    *("open_connection", "open_unix_connection", "create_connection", "create_unix_connection", "sock_connect"),
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell", "system", "popen"),
    *("posix_spawn", "posix_spawnp", "fork", "forkpty", "execv", "execve", "execvp", "execl", "execlp", "spawnv"),
}
"""Ways of `asyncio` and `os` to the network and to other programs; both modules are needed otherwise."""
_DYNAMIC = "import_module"
_HARMLESS = {_DYNAMIC, "metadata"}


def python_imports(path: Path) -> Iterator[Import]:
    """Yield what a file imports, and what it uses that could import or send without anyone seeing it.

    A computed import is let pass when its text begins with the configured module; else it is named as its expression.
    Raises SyntaxError.
    """
    tree = ast.parse(path.read_bytes(), str(path))
    code = _Code(tree)
    for node in ast.walk(tree):
        for name in code.names(node):
            yield Import(name, Location(path, getattr(node, "lineno", None)))


def python_allowed(name: str, module: str, own: set[str]) -> bool:
    """Whether an adapter of the SDK `module` may import `name`; `own` are the modules that stand beside it."""
    top = name.split(".", maxsplit=1)[0]
    if name.startswith(".") or top in own or top == module.split(".", maxsplit=1)[0]:
        return True
    return top in sys.stdlib_module_names and top not in _NETWORK and "(" not in name


class _Code:
    """One file: how it calls `importlib`, and what is assigned to each of its names."""

    def __init__(self, tree: ast.Module) -> None:
        self.importlib: set[str] = set()
        self.dynamic = {"__import__"}
        self.assigned: list[tuple[ast.expr, ast.expr]] = []
        self.known_uses: set[int] = set()
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
        """Return what a node imports or reaches."""
        match node:
            case ast.Import():
                return [alias.name for alias in node.names]
            case ast.ImportFrom():
                return ["." * node.level + (node.module or "")]
            case ast.Call() if self._is_dynamic(node.func):
                self.known_uses.add(id(node.func))
                return self._computed(node)
            case ast.Attribute() | ast.Name() if self._reaches(node):
                return [f"{ast.unparse(node)} (used)"]
        return []

    def _reaches(self, node: ast.Attribute | ast.Name) -> bool:
        """Whether a name or an attribute leads to modules, programs or the network unseen."""
        if isinstance(node, ast.Name):
            unseen = node.id in _UNSEEN or node.id in self.importlib or node.id in self.dynamic
            return unseen and id(node) not in self.known_uses and isinstance(node.ctx, ast.Load)
        holder = node.value.id if isinstance(node.value, ast.Name) else None
        if holder in self.importlib:
            self.known_uses.add(id(node.value))
            return node.attr not in _HARMLESS or (node.attr == _DYNAMIC and id(node) not in self.known_uses)
        return node.attr in _UNSEEN_ATTRIBUTES or (holder, node.attr) == ("sys", "modules")

    def _is_dynamic(self, called: ast.expr) -> bool:
        if isinstance(called, ast.Name):
            return called.id in self.dynamic
        dynamic = isinstance(called, ast.Attribute) and called.attr == _DYNAMIC and isinstance(called.value, ast.Name)
        return dynamic and called.value.id in self.importlib  # type: ignore[attr-defined]  # narrowed in the line above

    def _computed(self, call: ast.Call) -> list[str]:
        wanted = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "name"), None)
        if wanted is None:
            return [f"{ast.unparse(call)} (used)"]
        begins = wanted
        while isinstance(begins, ast.BinOp) and isinstance(begins.op, ast.Add):
            begins = begins.left
        if isinstance(begins, ast.Constant) and isinstance(begins.value, str):
            return [begins.value]
        return [] if self._configured(wanted, frozenset()) else [f"({ast.unparse(wanted)})"]

    def _configured(self, text: ast.expr, seen: frozenset[str]) -> bool:
        """Whether a text begins with the module that the configuration names."""
        match text:
            case ast.BinOp(left=left, op=ast.Add()):
                return self._configured(left, seen)
            case ast.JoinedStr(values=[ast.FormattedValue(value=first), *_]):
                return self._configured(first, seen)
            case ast.Subscript(value=holder, slice=ast.Constant(value="module")):
                return ast.unparse(holder).split(".")[-1] == "config"
            case ast.Call(func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value="module"), default]):
                return "config" in ast.unparse(holder) and self._configured(default, seen)
            case ast.Name() | ast.Attribute():
                name = ast.unparse(text)
                values = [value for target, value in self.assigned if name not in seen and ast.unparse(target) == name]
                return bool(values) and all(self._configured(value, seen | {name}) for value in values)
        return False
