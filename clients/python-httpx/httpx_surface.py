"""What a package of the httpx generation offers: its methods' signatures and its request models' fields."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import concordat_surface

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["describe"]


def describe(
    operations: dict[str, dict[str, Any]],
    made: Callable[..., Any],
    model_of: Callable[[str | None, Any], Any],
    errors: Any,
) -> dict[str, Any]:
    """Return the surface of the SDK's class `made`; `model_of` gives the model of a method's request."""

    def arguments(method: Any, spelled: dict[str, Any]) -> list[dict[str, Any]]:
        if spelled["body"] == "*":
            given = inspect.signature(method).parameters["request"]
            return [concordat_surface.argument("body", given.name, given.default is given.empty)]
        wire = {field: name for name, field in spelled["arguments"].items()} | {spelled["body"]: "body"}
        return [
            concordat_surface.argument(wire.get(name) or field.alias or name, name, field.is_required())
            for name, field in model_of(spelled["request"], method).model_fields.items()
        ]

    client = made(security=None, server_url=concordat_surface.NOWHERE)
    return concordat_surface.describe(operations, partial(concordat_surface.method_at, client), arguments, errors)
