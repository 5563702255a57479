"""The fields of a body: every property path that a schema of a contract names.

A path reads `results[].addresses[].line1`; `[]` is an item of a list, `*` a member of a map. A recursive schema is
followed through its first round.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from concordat.values import resolve_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract.contract import Contract
    from concordat.contract.operation import Operation

__all__ = ["CONTENT", "Fields", "body_fields", "response_fields", "success_statuses"]

CONTENT = "(content)"
"""The path of a body that has no properties, such as a file."""
_BRANCHES = ("allOf", "anyOf", "oneOf")
_SUCCESS = "2"


@dataclass(slots=True, eq=False)
class Fields:
    """One place of a body: its path and the places below it. `required` names the members that are always present."""

    path: str = ""
    members: dict[str, Fields] = field(default_factory=dict)
    items: Fields | None = None
    values: Fields | None = None
    """The value of a map's members, for any name."""
    required: set[str] = field(default_factory=set)

    def member(self, name: str) -> Fields | None:
        """Return the place of a member, None when the schema does not define it."""
        return self.members.get(name, self.values)

    def below(self) -> Iterator[Fields]:
        """Yield every place below this one, from the top down. The items of a list are not a place of their own."""
        for inner in self.members.values():
            yield inner
            yield from inner.below()
        if self.items is not None:
            yield from self.items.below()
        if self.values is not None:
            yield self.values
            yield from self.values.below()


def body_fields(contract: Contract, operation: Operation) -> Fields | None:
    """Return the fields of the operation's request body, None without a body."""
    return None if operation.body is None else _at(contract, operation.body.pointer)


def response_fields(contract: Contract, operation: Operation) -> Fields | None:
    """Return the fields of the body of a success, None without a body.

    A body without properties has one place, `(content)`.
    """
    for status, spec in operation.responses.items():
        for pointer in spec.content.values() if status.startswith(_SUCCESS) else ():
            return Fields(members={}) if pointer is None else _at(contract, pointer)
    return None


def success_statuses(contract: Contract, operation: Operation) -> tuple[int, ...]:
    """Return the documented statuses of the 2xx class."""
    return tuple(status for status in contract.documented_statuses(operation) if str(status).startswith(_SUCCESS))


def _at(contract: Contract, pointer: str) -> Fields:
    root = Fields()
    _grow(root, resolve_pointer(contract.document, pointer), contract.document, ())
    if not root.members and root.items is None and root.values is None:
        root.path = CONTENT
    return root


def _grow(place: Fields, schema: Any, document: Any, chain: tuple[str, ...]) -> None:
    """Add the members of a schema to a place; `chain` are the references that led to the schema."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in chain:
        _grow(place, resolve_pointer(document, reference.removeprefix("#")), document, (*chain, reference))
    for key in _BRANCHES:
        for branch in schema.get(key, ()):
            _grow(place, branch, document, chain)
    place.required.update(schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        path = f"{place.path}.{name}" if place.path else name
        _grow(place.members.setdefault(name, Fields(path)), inner, document, chain)
    if "items" in schema:
        place.items = place.items or Fields(f"{place.path}[]")
        _grow(place.items, schema["items"], document, chain)
    further = schema.get("additionalProperties")
    if further is True or isinstance(further, dict):
        place.values = place.values or Fields(f"{place.path}.*" if place.path else "*")
        _grow(place.values, further, document, chain)
