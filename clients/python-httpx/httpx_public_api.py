"""The public API of a package of the httpx generation: methods' signatures and fields of request models."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

import concordat_public_api

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["describe"]


def describe(
    operations: dict[str, dict[str, Any]],
    made: Callable[..., Any],
    model_of: Callable[[str | None, Any], Any],
    errors: Any,
) -> dict[str, Any]:
    """Return the public API of the SDK's class `made`; `model_of` returns the model of a method's request."""

    def arguments(method: Any, binding: dict[str, Any]) -> list[dict[str, Any]]:
        if binding["body"] == "*":
            given = inspect.signature(method).parameters["request"]
            return [concordat_public_api.argument("body", given.name, given.default is given.empty)]
        wire = {field: name for name, field in binding["arguments"].items()} | {binding["body"]: "body"}
        return [
            concordat_public_api.argument(wire.get(name) or field.alias or name, name, field.is_required())
            for name, field in model_of(binding["request"], method).model_fields.items()
        ]

    client = made(security=None, server_url=concordat_public_api.NOWHERE)
    return concordat_public_api.describe(operations, partial(concordat_public_api.method_at, client), arguments, errors)
