"""Ways to change what a client reads, object by object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.mutants.registry import reading

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Object", "each", "must", "texts", "without"]

Object = dict[str, Any]


def each(change: Callable[[Object], Any]) -> None:
    """Change every JSON object, inner ones first."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return change({name: walk(item) for name, item in value.items()})
        return value

    reading(walk)


def must(holds: Callable[[Object], bool], reason: str) -> None:
    """Refuse an answer that holds an object which does not pass."""

    def check(it: Object) -> Object:
        if not holds(it):
            raise ValueError(reason)
        return it

    each(check)


def without(name: str, where: Callable[[Object], bool] = lambda _: True) -> None:
    """Drop a field of every object that `where` holds for."""
    each(lambda it: {key: x for key, x in it.items() if key != name} if where(it) else it)


def texts(change: Callable[[str], str]) -> None:
    """Change every text, names of fields aside."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(it) for name, it in value.items()}
        if isinstance(value, list):
            return [walk(it) for it in value]
        return change(value) if isinstance(value, str) else value

    reading(walk)
