"""Finds what makes tests flaky in their source: timeouts that are not scaled, assertions on measured time, chance."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["findings", "findings_below"]

KEYWORDS: Final = frozenset({"timeout", "deadline", "hello_deadline"})
"""Arguments and parameters with these names are timeouts in seconds."""
POSITIONAL: Final = frozenset(
    {"communicate", "join", "outcome", "result", "timeout", "wait", "wait_for", "Timer", "HTTPConnection", "describe"}
)
"""A number among the positional arguments of these functions and methods is a timeout in seconds."""
ENDLESS: Final = frozenset({"call", "check_call", "check_output", "run"})
"""Functions of `subprocess` that wait for the end of a process, for ever unless they have a timeout."""
SETTINGS: Final = frozenset({"ClientSettings", "_get", "_outcome"})
"""Functions whose `timeout` is a setting of an SDK in milliseconds: it travels, and no test waits for it."""
CLOCKS: Final = frozenset({"monotonic", "perf_counter", "time"})
BARE: Final = "a timeout of bare seconds: write `scaled(...)`, or `elapses(...)` if it has to elapse"
TIMED: Final = "an assertion on measured time: wait for the event, or compare two things of one run"
DRAWN: Final = "examples with a time limit, or other ones each time: add settings(derandomize=True, deadline=None, ...)"
UNENDING: Final = "a process without a timeout can hang the session: add `timeout=scaled(...)`"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def findings_below(folder: Path) -> list[str]:
    """Return `path:line:column: what is wrong` for each test file below a folder, which is imported as its name.

    The owner of timeouts, `timeouts.py`, is left out.
    """
    paths = [path for path in sorted(folder.rglob("*.py")) if path != folder / "timeouts.py"]
    trees = {path: ast.parse(path.read_text("utf-8"), str(path)) for path in paths}
    modules = {".".join(path.relative_to(folder.parent).with_suffix("").parts): tree for path, tree in trees.items()}
    constants = {name: _constants(tree) for name, tree in modules.items()}
    return [
        f"{path.relative_to(folder.parent)}:{line}:{column}: {message}"
        for path, tree in trees.items()
        for line, column, message in findings(tree, constants)
    ]


def findings(tree: ast.Module, constants: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and message; `constants` holds the bare numbers that each module of tests defines."""
    bare, settled = set(_constants(tree)), _settled(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            held = constants.get(node.module or "", frozenset())
            bare.update(alias.asname or alias.name for alias in node.names if alias.name in held)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, bare)
        elif isinstance(node, _Function):
            yield from _defaults(node, bare)
            yield from _assertions(node)
            if not _is_settled(node, settled):
                yield node.lineno, node.col_offset + 1, DRAWN
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = (node.left, node.right)
            if any(map(_reads_clock, sides)) and any(_is_bare(side, bare) for side in sides):
                yield node.lineno, node.col_offset + 1, BARE


def _constants(tree: ast.Module) -> frozenset[str]:
    """Return the names that a module binds to bare numbers."""
    bare: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if value is not None and _is_bare(value, bare):
            bare.update(target.id for target in targets if isinstance(target, ast.Name))
    return frozenset(bare)


def _is_bare(node: ast.expr, bare: set[str]) -> bool:
    """Whether an expression is made of nothing but numbers and names of bare numbers."""
    if isinstance(node, ast.BinOp):
        return _is_bare(node.left, bare) and _is_bare(node.right, bare)
    if isinstance(node, ast.UnaryOp):
        return _is_bare(node.operand, bare)
    if isinstance(node, ast.Name):
        return node.id in bare
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


def _call(node: ast.Call, bare: set[str]) -> Iterator[tuple[int, int, str]]:
    name = _name(node.func)
    given = [one.value for one in node.keywords if one.arg in KEYWORDS and name not in SETTINGS]
    given += node.args if name in POSITIONAL else []
    yield from ((value.lineno, value.col_offset + 1, BARE) for value in given if _is_bare(value, bare))
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    waits = name in ENDLESS and isinstance(owner, ast.Name) and owner.id == "subprocess"
    if waits and not any(one.arg in {"timeout", None} for one in node.keywords):
        yield node.lineno, node.col_offset + 1, UNENDING


def _defaults(node: _Function, bare: set[str]) -> Iterator[tuple[int, int, str]]:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    late = positional[len(positional) - len(given.defaults) :]
    pairs = [*zip(late, given.defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    for parameter, default in pairs:
        if parameter.arg in KEYWORDS and default is not None and _is_bare(default, bare):
            yield default.lineno, default.col_offset + 1, BARE


def _assertions(function: _Function) -> Iterator[tuple[int, int, str]]:
    """Yield assertions that read a clock, or a name that the function binds to a difference of clock readings."""
    measured = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _is_difference(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            inside = list(ast.walk(node.test))
            if any(_reads_clock(one) or (isinstance(one, ast.Name) and one.id in measured) for one in inside):
                yield node.lineno, node.col_offset + 1, TIMED


def _settled(tree: ast.Module) -> frozenset[str]:
    """Return the names that a module binds to Hypothesis's settings without a time limit and without chance."""
    given = [node for node in tree.body if isinstance(node, ast.Assign) and _settles(node.value, frozenset())]
    return frozenset(target.id for node in given for target in node.targets if isinstance(target, ast.Name))


def _settles(node: ast.expr, settled: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in settled
    wanted = {"derandomize", "deadline"}
    return (
        isinstance(node, ast.Call) and _name(node.func) == "settings" and wanted <= {one.arg for one in node.keywords}
    )


def _is_settled(function: _Function, settled: frozenset[str]) -> bool:
    """Whether a function takes no generated examples, or always the same ones for as long as they take."""
    decorators = function.decorator_list
    generated = any(isinstance(one, ast.Call) and _name(one.func) == "given" for one in decorators)
    return not generated or any(_settles(one, settled) for one in decorators)


def _is_difference(node: ast.expr) -> bool:
    subtractions = [one for one in ast.walk(node) if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub)]
    return any(_reads_clock(side) for one in subtractions for side in (one.left, one.right))


def _reads_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "time"
    )


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
