"""The public API of a package of the requests generation: methods' signatures and fields of request classes."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields, is_dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from concordat_public_api import NOWHERE, argument, method_at
from concordat_public_api import describe as described

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["describe"]

PARAMETERS = ("path_param", "query_param", "header")


def describe(operations: dict[str, dict[str, Any]], made: Callable[..., Any], errors: Any) -> dict[str, Any]:
    """Return the public API of the SDK's class `made`; `errors` is its module of errors."""
    client = made(security=None, server_url=NOWHERE)
    return described(operations, partial(method_at, client), arguments, errors)


def arguments(method: Any, binding: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a method's arguments: the fields of its request's class, or with body `*` the request object as the body.

    A field without a default is required.
    """
    if binding["body"] == "*":
        given = inspect.signature(method).parameters["request"]
        return [argument("body", given.name, given.default is given.empty)]
    hint = get_type_hints(method)["request"]
    made = next(arm for arm in (hint, *get_args(hint)) if is_dataclass(arm))
    wire = {field: name for name, field in binding["arguments"].items()}
    found = []
    for field in fields(made):
        of_parameter = next((field.metadata[kind] for kind in PARAMETERS if kind in field.metadata), {})
        name = "body" if "request" in field.metadata else of_parameter.get("field_name", field.name)
        bare = field.default is MISSING and field.default_factory is MISSING
        found.append(argument(wire.get(field.name, name), field.name, bare))
    return found
