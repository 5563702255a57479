"""Tests have types: `Any` stands only for a JSON value, or for fields that a builder passes on to a model."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FOLDER = Path(__file__).parent
MOST = 98
"""Parameters of type `Any` in all tests. Each left one holds arbitrary JSON, or keyword arguments of a typed model."""


def functions() -> Iterator[tuple[Path, Function]]:
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Function):
                yield path.relative_to(FOLDER), node


def untyped(function: Function) -> set[str]:
    """Return the names of the parameters whose type is `Any`."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {
        one.arg
        for one in every
        if one is not None and isinstance(one.annotation, ast.Name) and one.annotation.id == "Any"
    }


def parametrized(function: Function) -> set[str]:
    """Return the words in the decorators of a test, which are the names of its rows' values and more."""
    return {
        word
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in node.value.replace(",", " ").split()
    }


def is_fixture(function: Function) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_no_fixture_is_untyped_where_it_is_used() -> None:
    found = [
        f"{path}: {function.name}({name})"
        for path, function in functions()
        if function.name.startswith("test_") or is_fixture(function)
        for name in untyped(function) - parametrized(function)
    ]
    assert found == [], "give the parameter the type that its fixture returns"


def test_no_fixture_returns_anything() -> None:
    found = [
        f"{path}: {function.name}"
        for path, function in functions()
        if is_fixture(function) and isinstance(function.returns, ast.Name) and function.returns.id == "Any"
    ]
    assert found == []


def test_the_number_of_untyped_parameters_does_not_grow() -> None:
    assert sum(len(untyped(function)) for _, function in functions()) <= MOST
