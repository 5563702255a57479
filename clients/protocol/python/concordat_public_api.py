"""The answer to `describe`: a package's public API in the form of the protocol. Standard library only.

A style finds the method and the fields of each operation; this module builds the answer from them.
"""

from __future__ import annotations

import inspect
from functools import reduce
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["argument", "describe", "method_at", "type_name"]

NOWHERE = "http://127.0.0.1:9"
"""The server URL of a client that is built to inspect its methods and sends no request."""


def describe(
    operations: dict[str, dict[str, Any]],
    find: Callable[[str], Any],
    arguments: Callable[[Any, dict[str, Any]], list[dict[str, Any]]],
    errors: Any,
) -> dict[str, Any]:
    """Return a package's public API. `find` returns the method at a path or None, `arguments` the method's arguments.

    `errors` is the module of the package's errors. Operations without a method are omitted.
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
    """Return the method at a dotted path, None without one."""
    found = reduce(lambda owner, step: getattr(owner, step, None), path.split("."), client)
    return found if callable(found) else None


def argument(wire: str, parameter: str, required: bool | None) -> dict[str, Any]:  # noqa: FBT001 - three values, one shape
    """Return one argument in the form of the protocol."""
    return {"name": wire, "parameter": parameter, "required": required}


def type_name(annotation: Any) -> str | None:
    """Return a type in the spelling of the package's documents: `Optional[shared.Customer]`; None without annotation.

    The name of a class includes its namespace: the part of its module after `models`, or the module's first part.
    """
    if annotation is inspect.Signature.empty:
        return None
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, str):
        return annotation
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Union:
        names = [str(type_name(arm)) for arm in inner if arm is not type(None)]
        text = names[0] if len(names) == 1 else "Union[" + ", ".join(names) + "]"
        return text if len(names) == len(inner) else "Optional[" + text + "]"
    if origin is not None or not isinstance(annotation, type):
        return str(annotation)
    parts = annotation.__module__.split(".")
    space = parts[parts.index("models") + 1] if "models" in parts[:-1] else parts[0]
    return annotation.__qualname__ if space == "builtins" else space + "." + annotation.__qualname__


def _exceptions(module: Any) -> Iterable[str]:
    for name in getattr(module, "__all__", None) or dir(module):
        found = getattr(module, name, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            yield name
