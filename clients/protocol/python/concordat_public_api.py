"""The answer to `describe`: what a style read from its package's signatures and models, in the protocol's shape.

A style finds the method and the fields of each operation; here they are written down. Standard library only.
"""

from __future__ import annotations

import inspect
from functools import reduce
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["argument", "describe", "method_at", "type_name"]

NOWHERE = "http://127.0.0.1:9"
"""A client is built upon it to look at its methods; nothing is ever sent there."""


def describe(
    operations: dict[str, dict[str, Any]],
    find: Callable[[str], Any],
    arguments: Callable[[Any, dict[str, Any]], list[dict[str, Any]]],
    errors: Any,
) -> dict[str, Any]:
    """Return a package's public API: `find` gives the method at a path or None, `arguments` those of one method.

    `errors` is the module of the package's errors. An operation without a method is left out.
    """
    found = {name: find(binding["call"]) for name, binding in operations.items()}
    return {
        "operations": {
            name: {
                "method": method.__name__,
                "arguments": arguments(method, operations[name]),
                "returns": type_name(inspect.signature(method).return_annotation),
            }
            for name, method in found.items()
            if method is not None
        },
        "errors": sorted(_exceptions(errors)),
    }


def method_at(client: Any, path: str) -> Any:
    """Return the method that a dotted path leads to, None when there is none."""
    found = reduce(lambda owner, step: getattr(owner, step, None), path.split("."), client)
    return found if callable(found) else None


def argument(wire: str, parameter: str, required: bool | None) -> dict[str, Any]:  # noqa: FBT001 - three values, one shape
    """Return one argument in the protocol's shape."""
    return {"name": wire, "parameter": parameter, "required": required}


def type_name(annotation: Any) -> str | None:
    """Return a type as the package's documents write it: `Optional[shared.Customer]`; None for no annotation.

    A class stands in its namespace: the part of its module after `models`, else the module's first part.
    """
    if annotation is inspect.Signature.empty:
        return None
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, str):
        return annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Union:
        held = [str(type_name(arm)) for arm in inner if arm is not type(None)]
        text = held[0] if len(held) == 1 else "Union[" + ", ".join(held) + "]"
        return text if len(held) == len(inner) else "Optional[" + text + "]"
    if origin is not None or not isinstance(annotation, type):
        return str(annotation)
    parts = annotation.__module__.split(".")
    space = parts[parts.index("models") + 1] if "models" in parts[:-1] else parts[0]
    return annotation.__qualname__ if space == "builtins" else space + "." + annotation.__qualname__


def _exceptions(module: Any) -> Iterable[str]:
    for name in getattr(module, "__all__", None) or dir(module):
        held = getattr(module, name, None)
        if isinstance(held, type) and issubclass(held, BaseException):
            yield name
