"""Value generation: schemas compiled into nodes, and values drawn from the nodes.

The compiler follows references, merges `allOf`, and builds candidates and Hypothesis strategies once per schema. A
node's `site` is the contract's choice name for the place (`Customer.status`, `pageSize`), so that one feature of two
operations that share a schema has one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from concordat.explore.value_corpus import (
    ADDED,
    EVOLVED,
    FREE_TEXT,
    GONE,
    KEYS,
    NULL,
    PLAIN,
    Candidate,
    invalid_candidates,
    types_of,
    valid_candidates,
)
from concordat.values import join_pointer, resolve_pointer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract
    from concordat.values import JsonObject

__all__ = [
    "ABSENT",
    "ArrayNode",
    "Node",
    "ObjectMember",
    "ObjectNode",
    "ScalarNode",
    "SchemaCompiler",
    "ValueGenerator",
    "plain_value",
]

ABSENT: Final = Candidate(None, GONE)
_PRESENT: Final = Candidate(None, "present")
_NULL: Final = Candidate(None, NULL, 2)
_NO_ITEM: Final = Candidate(0, "empty list")
_TWO_ITEMS: Final = Candidate(2, "two items")
_COMPONENTS: Final = "#/components/schemas/"
_MAX_REFERENCES: Final = 40
_PRESENT_SHARE: Final = 0.5
_VIOLATION_SHARE: Final = 0.2
"""Share of invalid candidates that is added to the candidates of a member."""
_OPTIONAL_AT_ONCE: Final = 8
"""Optional members of one object that are drawn together on average: with all forty, no single one is the trigger."""
_MAX_VALUE_DEPTH: Final = 6
_MAX_TEXT: Final = 8
_TEXT: Final = st.text(max_size=_MAX_TEXT)
_SEGMENT: Final = st.text(min_size=1, max_size=_MAX_TEXT)
_SPECIAL_TEXTS: Final = {"": "empty", ".": "dot", "..": "two dots"}
"""Labels of generated texts that the corpus has too."""
_ADDS_MEMBER: Final = st.sampled_from((False, False, False, True))
_NEW_MEMBER: Final = "newlyAdded"


@dataclass(eq=False)
class ScalarNode:
    """A scalar, or any JSON value where the schema has no type."""

    site: str
    candidates: tuple[Candidate, ...]
    invalid: tuple[Candidate, ...]
    nullable: bool

    @cached_property
    def choice(self) -> SearchStrategy[Candidate]:
        """The strategy of the valid values."""
        return st.sampled_from(_weighed(self.candidates))


@dataclass(eq=False)
class ArrayNode:
    """A list; `length` is the strategy of its number of items."""

    site: str
    item: Node
    nullable: bool
    length: SearchStrategy[Candidate] = field(
        default_factory=lambda: st.sampled_from((_NO_ITEM, Candidate(1), Candidate(1), _TWO_ITEMS, _NO_ITEM))
    )


@dataclass(eq=False)
class ObjectMember:
    """One documented member of an object.

    The strategies yield ABSENT, a scalar's value, null, or a marker that the object or list is present. `share` is the
    share of examples in which an optional member is present.
    """

    name: str
    node: Node
    required: bool
    share: float

    @cached_property
    def choice(self) -> SearchStrategy[Candidate]:
        """The strategy of allowed values."""
        return st.sampled_from(self._allowed())

    @cached_property
    def choice_or_invalid(self) -> SearchStrategy[Candidate]:
        """The strategy of allowed and of forbidden values."""
        gone = (Candidate(None, GONE, 1, violates=True),) if self.required else ()
        return self._with_violations((*self._violations(), *gone))

    @cached_property
    def choice_or_evolved(self) -> SearchStrategy[Candidate]:
        """The strategy of allowed values, a word missing from its enumeration, and null if optional."""
        return self._with_violations(tuple([one for one in self._violations() if one.label in EVOLVED]))

    def _violations(self) -> tuple[Candidate, ...]:
        if isinstance(self.node, ScalarNode):
            return tuple([Candidate(one.value, one.label, one.weight, violates=True) for one in self.node.invalid])
        return () if self.node.nullable or self.required else (Candidate(None, NULL, 1, violates=True),)

    def _with_violations(self, violations: tuple[Candidate, ...]) -> SearchStrategy[Candidate]:
        allowed = self._allowed()
        repeats = max(1, round(len(allowed) * _VIOLATION_SHARE / max(len(violations), 1)))
        # violations stand last, so that a finding without need of one shrinks to an allowed value
        return st.sampled_from((*allowed, *violations * repeats))

    def _allowed(self) -> tuple[Candidate, ...]:
        """Return ABSENT for an optional member, then the valid values, then null where it is allowed."""
        if isinstance(self.node, ScalarNode):
            present = _weighed(self.node.candidates)
        else:
            present = (_PRESENT, _PRESENT, _PRESENT, *((_NULL,) if self.node.nullable else ()))
        if self.required:
            return present
        return (*[ABSENT] * max(1, round(len(present) * (1 - self.share) / self.share)), *present)


@dataclass(eq=False)
class ObjectNode:
    """An object: its documented members, and for a map the node of its values and the strategy of its keys."""

    site: str
    members: tuple[ObjectMember, ...]
    values: Node | None
    keys: SearchStrategy[Candidate]
    nullable: bool
    entry_count: SearchStrategy[int] = field(default_factory=lambda: st.sampled_from((1, 0, 2)))


Node = ScalarNode | ArrayNode | ObjectNode


class SchemaCompiler:
    """Compiles the schemas of one contract into nodes, each named schema once."""

    def __init__(self, contract: Contract) -> None:
        self._document: Any = contract.document
        self._named: dict[tuple[str, str], Node] = {}

    def at(self, pointer: str, site: str) -> Node:
        """Return the node of the schema at a JSON pointer of the document."""
        if pointer.startswith(_COMPONENTS[1:]):
            return self.node({"$ref": "#" + pointer}, site)
        schema: Any = resolve_pointer(self._document, pointer)
        return self.node(schema, site)

    def node(self, schema: JsonObject, site: str, *, segment: bool = False, required: bool = True) -> Node:
        """Return the node of a schema. `site` is its name where the schema itself has none."""
        known = (str(schema.get("$ref", "")), site)
        if known[0] and known in self._named:
            return self._named[known]
        merged, name, nullable = self._merged(schema)
        if "properties" in merged or merged.get("additionalProperties") or types_of(merged) == ["object"]:
            return self._object(merged, name or site, nullable=nullable, known=known)
        if types_of(merged) == ["array"]:
            items: Any = merged.get("items", {})
            return ArrayNode(site, self.node(items, f"{site}[]"), nullable)
        candidates = valid_candidates(merged, name or site, segment=segment)
        invalid = invalid_candidates(merged, segment=segment)
        if nullable:
            candidates = (*candidates, _NULL)
        elif not segment and not required:
            invalid = (*invalid, Candidate(None, NULL))
        return ScalarNode(site, candidates, invalid, nullable)

    def _object(self, merged: dict[str, Any], site: str, *, nullable: bool, known: tuple[str, str]) -> ObjectNode:
        extra = merged.get("additionalProperties")
        made = ObjectNode(site, (), None, st.sampled_from(_keys(merged)), nullable)
        if known[0]:
            self._named[known] = made  # before its members, which may contain it again
        properties: dict[str, Any] = merged.get("properties", {})
        required = set(merged.get("required", ()))
        optional = sum(name not in required for name in properties)
        share = min(_PRESENT_SHARE, _OPTIONAL_AT_ONCE / optional) if optional else _PRESENT_SHARE
        members = []
        for name, schema in properties.items():
            node = self.node(schema, f"{site}.{name}", required=name in required)
            members.append(ObjectMember(name, node, name in required, share))
        made.members = tuple(members)
        if extra is not None and extra is not False:
            made.values = self.node({} if extra is True else extra, f"{site}.*")
        return made

    def _merged(self, schema: JsonObject) -> tuple[dict[str, Any], str, bool]:
        """Return the schema with references resolved and `allOf` merged, its component's name, and its nullability."""
        name, nullable = "", False
        current: Any = schema
        for _ in range(_MAX_REFERENCES):
            if "$ref" in current:
                reference = str(current["$ref"])
                name = name or (reference.removeprefix(_COMPONENTS) if reference.startswith(_COMPONENTS) else "")
                current = resolve_pointer(self._document, reference.removeprefix("#"))
            elif "anyOf" in current or "oneOf" in current:
                listed = current.get("anyOf") or current.get("oneOf")
                nullable = nullable or any(one.get("type") == "null" for one in listed)
                current = next(one for one in listed if one.get("type") != "null")
            else:
                break
        merged = {key: value for key, value in current.items() if key != "allOf"}
        nullable = nullable or (isinstance(current.get("type"), list) and "null" in current["type"])
        for part in current.get("allOf", ()):
            below, inner, _ = self._merged(part)
            name = name or inner
            merged["properties"] = {**merged.get("properties", {}), **below.get("properties", {})}
            merged["required"] = [*merged.get("required", ()), *below.get("required", ())]
            if "additionalProperties" in below:
                merged.setdefault("additionalProperties", below["additionalProperties"])
            merged.setdefault("type", below.get("type", "object"))
        return merged, name, nullable


def _weighed(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple([candidate for candidate in candidates for _ in range(candidate.weight)]) or (Candidate("a"),)


def _keys(schema: dict[str, Any]) -> tuple[Candidate, ...]:
    rule = schema.get("propertyNames", {}).get("pattern")
    fitting = [key for key in KEYS if rule is None or re.search(rule, key.value)]
    taken = schema.get("properties", {})
    return _weighed(tuple([key for key in fitting if key.value not in taken])) or (Candidate("a", PLAIN),)


class ValueGenerator:
    """Draws the values of one example and records their `features`: the present places and their labels.

    With `invalid`, one member of an object may violate the contract. With `evolved`, one may differ as an API changes
    over time: a new word, a new member, null for an optional one. `violated` says whether one does. `added` holds the
    JSON pointers of members that are not in the contract.
    """

    def __init__(
        self, draw: Callable[[SearchStrategy[Any]], Any], *, invalid: bool = False, evolved: bool = False
    ) -> None:
        self._draw = draw
        self._invalid = invalid
        self._evolved = evolved
        self.features: set[str] = set()
        self.violated = False
        self.added: tuple[str, ...] = ()

    def candidate(self, candidate: Candidate, site: str, *, segment: bool = False) -> Any:
        """Return the value of a candidate and note its features. Draws the text for FREE_TEXT."""
        value, label = candidate.value, candidate.label
        if candidate is FREE_TEXT:
            value = self._draw(_SEGMENT if segment else _TEXT)
            label = _SPECIAL_TEXTS.get(value, label)
        self.note(site, label)
        return value

    def note(self, site: str, label: str) -> None:
        """Note that a place is present, and its label unless it is plain."""
        self.features.add(site)
        if label != PLAIN:
            self.features.add(f"{site}: {label}")

    def value(self, node: Node, pointer: str = "", depth: int = 0, *, segment: bool = False) -> Any:
        """Draw a value of the node. It is null only for a scalar that allows null."""
        if isinstance(node, ScalarNode):
            return self.candidate(self._draw(node.choice), node.site, segment=segment)
        if isinstance(node, ArrayNode):
            return self._items(node, pointer, depth)
        return self._members(node, pointer, depth)

    def _items(self, node: ArrayNode, pointer: str, depth: int) -> list[Any]:
        if depth >= _MAX_VALUE_DEPTH:
            return []
        length = self._draw(node.length)
        self.note(node.site, length.label)
        return [self.value(node.item, f"{pointer}/{index}", depth + 1) for index in range(length.value)]

    def _members(self, node: ObjectNode, pointer: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if depth >= _MAX_VALUE_DEPTH:
            return plain_value(node)  # type: ignore[no-any-return]  # an object node has an object as its plain value
        for member in node.members:
            self._member(made, member, pointer, depth)
        if node.values is not None:
            self._entries(node.values, made, node, pointer, depth)
        elif self._evolved and not self.violated and self._draw(_ADDS_MEMBER):
            self.violated = True
            made[_NEW_MEMBER] = "a"
            self.note(node.site, ADDED)
            self.added = (pointer + join_pointer(_NEW_MEMBER),)
        return made

    def _member(self, made: dict[str, Any], member: ObjectMember, pointer: str, depth: int) -> None:
        candidate, site = self._draw(self._choice(member)), member.node.site
        if candidate.violates:
            self.violated = True
            self.note(site, candidate.label)
        if candidate.label == GONE:
            return
        if candidate.violates:
            made[member.name] = candidate.value
        elif isinstance(member.node, ScalarNode) or candidate.label == NULL:
            made[member.name] = self.candidate(candidate, site)
            if member.required and candidate.label == PLAIN:
                self.features.discard(site)
        else:
            if not member.required:
                self.note(site, PLAIN)
            made[member.name] = self.value(member.node, pointer + join_pointer(member.name), depth + 1)

    def _choice(self, member: ObjectMember) -> SearchStrategy[Candidate]:
        if self.violated or not (self._invalid or self._evolved):
            return member.choice
        return member.choice_or_evolved if self._evolved else member.choice_or_invalid

    def _entries(self, values: Node, made: dict[str, Any], node: ObjectNode, pointer: str, depth: int) -> None:
        for _ in range(self._draw(node.entry_count)):
            key = self._draw(node.keys)
            self.note(f"{node.site}.*", key.label)
            made[key.value] = self.value(values, pointer + join_pointer(key.value), depth + 1)


def plain_value(node: Node, depth: int = 0) -> Any:
    """Return the simplest valid value: only required members, each with its first candidate."""
    if isinstance(node, ScalarNode):
        return node.candidates[0].value if node.candidates else "a"
    if isinstance(node, ArrayNode):
        return []
    return {
        member.name: plain_value(member.node, depth + 1)
        for member in node.members
        if member.required and depth < _MAX_VALUE_DEPTH
    }
