"""The places of a response that may change, from its schema."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.contract.evolution.shapes import Shape, shape_of
from concordat.values import join_pointer, resolve_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract.contract import Contract
    from concordat.contract.operation import Operation
    from concordat.values import JsonObject

__all__ = ["ANY_KEY", "Place", "answer_schema", "places_of"]

ANY_KEY = "*"
"""In a pointer: the first member of a map."""
_JSON = "application/json"


class Place(msgspec.Struct, frozen=True):
    """One place of a response. The first item represents a list, the first member a map.

    `pointer` is its JSON pointer. `level` counts the objects above it: 0 is the response itself. `optional`: its object
    may lack it.
    """

    pointer: str
    level: int
    shape: Shape
    optional: bool


def answer_schema(contract: Contract, operation: Operation) -> JsonObject | None:
    """Return the schema of the operation's JSON response of the lowest 2xx status, None without one."""
    for status in sorted(operation.responses):
        pointer = operation.responses[status].content.get(_JSON) if status.startswith("2") else None
        if pointer is not None:
            found: Any = resolve_pointer(contract.document, pointer)
            schema: JsonObject = found
            return schema
    return None


@lru_cache(maxsize=512)
def places_of(contract: Contract, operation: Operation) -> tuple[Place, ...]:
    """Return every place of the operation's JSON response, its top first; none without a JSON response.

    Of several members of one object with the same component and the same optionality, only the first counts. A
    recursive component is not entered again.
    """
    schema = answer_schema(contract, operation)
    if schema is None:
        return ()
    return tuple(_walk(contract.document, schema, "", 0, optional=False, above=()))


def _walk(
    document: JsonObject, schema: JsonObject, pointer: str, level: int, *, optional: bool, above: tuple[str, ...]
) -> Iterator[Place]:
    shape = shape_of(document, schema)
    yield Place(pointer, level, shape, optional)
    if shape.component is not None:
        if shape.component in above:
            return
        above = (*above, shape.component)
    if shape.items is not None:
        yield from _walk(document, shape.items, pointer + "/0", level, optional=False, above=above)
    known: set[tuple[str, bool]] = set()
    for name, member in shape.properties.items():
        below = shape_of(document, member)
        free = name not in shape.required
        if below.component is not None and below.properties:
            if (below.component, free) in known:
                continue
            known.add((below.component, free))
        yield from _walk(document, member, pointer + join_pointer(name), level + 1, optional=free, above=above)
    if shape.values is not None and shape_of(document, shape.values).properties:
        yield from _walk(document, shape.values, pointer + "/" + ANY_KEY, level + 1, optional=False, above=above)
