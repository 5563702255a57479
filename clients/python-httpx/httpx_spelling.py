"""Values in the spelling of the SDK's documents, from the pydantic models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from concordat_adapter import CannotCall, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["arms", "field_of", "model_of", "spell"]


def arms(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of a type: through unions, aliases and annotations, but not into lists and dicts."""
    origin = get_origin(annotation)
    if origin is None or origin in (list, dict):
        yield annotation
    else:
        for argument in get_args(annotation):
            yield from arms(argument)


def model_of(annotation: Any) -> Any:
    """Return the first pydantic model among the alternatives. Raises TypeError without one."""
    for arm in arms(annotation):
        if getattr(arm, "model_fields", None):
            return arm
    message = f"no model in {annotation!r}"
    raise TypeError(message)


def field_of(model: Any, wire: str, given: dict[str, str]) -> str:
    """Return the request's field for an argument, by the manifest, the alias or the folded name."""
    fields = model.model_fields
    if wire in given:
        return given[wire]
    for name, field in fields.items():
        if (field.alias or name) == wire:
            return str(name)
    for name in fields:
        if fold(name) == fold(wire):
            return str(name)
    raise CannotCall(wire)


def spell(value: Any, annotation: Any) -> Any:
    """Return a JSON value in the SDK's spelling of its type."""
    for arm in arms(annotation):
        if isinstance(value, list) and get_origin(arm) is list:
            return [spell(item, get_args(arm)[0]) for item in value]
        if isinstance(value, dict) and get_origin(arm) is dict:
            return {key: spell(item, get_args(arm)[1]) for key, item in value.items()}
        fields = getattr(arm, "model_fields", None)
        if isinstance(value, dict) and fields:
            by_wire = {field.alias or name: (name, field.annotation) for name, field in fields.items()}
            known = [(*by_wire.get(key, (key, None)), item) for key, item in value.items()]
            return {name: spell(item, inner) for name, inner, item in known}
    return value
