"""Imports of an adapter in Python, from its syntax tree: import statements and all indirect accesses to modules.

An adapter may import its SDK, whose name (the configured module) it reads from CONFIG.json:
`import_module(config["module"])`.
"""

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

_FORBIDDEN = {
    *("http", "socket", "ssl", "urllib", "ftplib", "xmlrpc", "socketserver", "subprocess", "smtplib", "poplib"),
    *("imaplib", "nntplib", "telnetlib", "asyncore", "asynchat", "multiprocessing", "webbrowser", "wsgiref", "pty"),
    *("ctypes", "_ctypes", "_socket", "_ssl", "_posixsubprocess", "runpy", "imp", "pkgutil", "zipimport", "code"),
}
"""Modules of the standard library that an adapter could use to send requests, start programs or import indirectly."""
_DYNAMIC_BUILTINS = {"exec", "eval", "compile", "__import__", "__builtins__"}
_FORBIDDEN_ATTRIBUTES = {
    *("open_connection", "open_unix_connection", "create_connection", "create_unix_connection", "sock_connect"),
    *("create_subprocess_exec", "create_subprocess_shell", "subprocess_exec", "subprocess_shell", "system", "popen"),
    *("posix_spawn", "posix_spawnp", "fork", "forkpty", "execv", "execve", "execvp", "execl", "execlp", "spawnv"),
}
"""Attributes of `asyncio` and `os` that reach the network or other programs.

The modules themselves are allowed, because adapters need their other attributes.
"""
_IMPORT_MODULE = "import_module"
_HANDLED = {_IMPORT_MODULE, "metadata"}
"""Attributes of `importlib` that are not a finding: calls of the first are read, and the second imports nothing."""


def python_imports(path: Path) -> Iterator[Import]:
    """Yield the imports of a file, and its uses of names that can import or send indirectly.

    A call of `import_module` or `__import__` yields nothing if its argument begins with the configured module, the text
    if the argument begins with a literal text, and else the argument as source code in parentheses. Raises SyntaxError
    for a file that is not Python.
    """
    tree = ast.parse(path.read_bytes(), str(path))
    code = _Code(tree)
    for node in ast.walk(tree):
        for name in code.names(node):
            yield Import(name, Location(path, getattr(node, "lineno", None)))


def python_allowed(name: str, module: str, own: set[str]) -> bool:
    """Whether an adapter of the SDK `module` may import `name`; `own` are the modules in the adapter's own folders.

    `name` is from `python_imports`: with a parenthesis it is an expression or ends in `(used)`.
    """
    top = name.split(".", maxsplit=1)[0]
    is_expression = "(" in name
    if name.startswith(".") or top in own or top == module.split(".", maxsplit=1)[0]:
        return True
    return top in sys.stdlib_module_names and top not in _FORBIDDEN and not is_expression


class _Code:
    """One file: its names for `importlib` and `import_module`, and all its assignments.

    The caller passes each node to `names` before the nodes inside it, as `ast.walk` does. A handled call or attribute
    marks the nodes inside it, so that they are not reported again.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.importlib_aliases: set[str] = set()
        self.import_functions = {"__import__"}
        self.assignments: list[tuple[ast.expr, ast.expr]] = []
        self.handled_nodes: set[ast.AST] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.importlib_aliases |= {one.asname or one.name for one in node.names if one.name == "importlib"}
            elif isinstance(node, ast.ImportFrom) and node.module == "importlib":
                self.import_functions |= {one.asname or one.name for one in node.names if one.name == _IMPORT_MODULE}
            elif isinstance(node, ast.Assign):
                self.assignments += [(target, node.value) for target in node.targets]
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                self.assignments.append((node.target, node.value))

    def names(self, node: ast.AST) -> list[str]:
        """Return the names that a node imports or uses."""
        match node:
            case ast.Import():
                return [alias.name for alias in node.names]
            case ast.ImportFrom():
                return ["." * node.level + (node.module or "")]
            case ast.Call() if self._is_import_function(node.func):
                self.handled_nodes.add(node.func)
                return self._imported_by_call(node)
            case ast.Attribute() | ast.Name() if self._is_finding(node):
                return [f"{ast.unparse(node)} (used)"]
        return []

    def _is_finding(self, node: ast.Attribute | ast.Name) -> bool:
        """Whether a name or an attribute can reach modules, programs or the network, and is not handled.

        Marks the name `importlib` inside an attribute as handled, because the attribute decides.
        """
        if isinstance(node, ast.Name):
            dynamic = _DYNAMIC_BUILTINS | self.importlib_aliases | self.import_functions
            # A name that is only assigned reaches nothing.
            return node.id in dynamic and node not in self.handled_nodes and isinstance(node.ctx, ast.Load)
        holder = node.value.id if isinstance(node.value, ast.Name) else None
        if holder in self.importlib_aliases:
            self.handled_nodes.add(node.value)
            # `load = importlib.import_module` is a finding, because the calls of `load` are not read.
            return node.attr not in _HANDLED or (node.attr == _IMPORT_MODULE and node not in self.handled_nodes)
        return node.attr in _FORBIDDEN_ATTRIBUTES or (holder, node.attr) == ("sys", "modules")

    def _is_import_function(self, called: ast.expr) -> bool:
        match called:
            case ast.Name(id=name):
                return name in self.import_functions
            case ast.Attribute(attr=attribute, value=ast.Name(id=holder)):
                return attribute == _IMPORT_MODULE and holder in self.importlib_aliases
        return False

    def _imported_by_call(self, call: ast.Call) -> list[str]:
        """Return the module that a call of `import_module` imports; see `python_imports`."""
        argument = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "name"), None)
        if argument is None:
            return [f"{ast.unparse(call)} (used)"]
        start = argument
        while isinstance(start, ast.BinOp) and isinstance(start.op, ast.Add):
            start = start.left
        if isinstance(start, ast.Constant) and isinstance(start.value, str):
            return [start.value]
        return [] if self._begins_with_module(argument, frozenset()) else [f"({ast.unparse(argument)})"]

    def _begins_with_module(self, expression: ast.expr, visited: frozenset[str]) -> bool:
        """Whether an expression begins with the configured module; for a name, whether each assigned value does."""
        match expression:
            case ast.BinOp(left=left, op=ast.Add()):
                return self._begins_with_module(left, visited)
            case ast.JoinedStr(values=[ast.FormattedValue(value=first), *_]):
                return self._begins_with_module(first, visited)
            case ast.Subscript(value=holder, slice=ast.Constant(value="module")):
                return ast.unparse(holder).split(".")[-1] == "config"  # `config` or `self.config`
            # `config["settings"].get("module", config["module"])`: the manifest can set another module for a version.
            case ast.Call(func=ast.Attribute(attr="get", value=holder), args=[ast.Constant(value="module"), default]):
                return "config" in ast.unparse(holder) and self._begins_with_module(default, visited)
            case ast.Name() | ast.Attribute():
                name = ast.unparse(expression)
                values = [
                    value for target, value in self.assignments if name not in visited and ast.unparse(target) == name
                ]
                return bool(values) and all(self._begins_with_module(value, visited | {name}) for value in values)
        return False
