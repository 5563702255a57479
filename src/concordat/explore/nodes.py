"""Schemas of a contract, compiled for drawing: references followed, `allOf` merged, pools and strategies made once.

A node's `site` names the place in the contract's own words (`Customer.status`, `pageSize`), so that one trait of two
operations that share a schema is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from concordat.explore.options import invalid_options, kinds_of, options_of
from concordat.explore.value_corpus import EVOLVED, GONE, KEYS, NULL, PLAIN, Option
from concordat.values import resolve_pointer

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from concordat.contract import Contract
    from concordat.values import JsonObject

__all__ = ["ABSENT", "Compiler", "Items", "Leaf", "Member", "Members", "Node"]

ABSENT: Final = Option(None, GONE)
_PRESENT: Final = Option(None, "present")
_NULL: Final = Option(None, NULL, 2)
_NAMED: Final = "#/components/schemas/"
_MOST_DEEP: Final = 40
_SHARE: Final = 0.5
_ODD: Final = 0.2
"""How much is added to a member's choices by what breaks it."""
_AT_ONCE: Final = 8
"""About so many optional members of one object are drawn together: a record with all forty tells little of any."""


@dataclass(eq=False)
class Leaf:
    """A scalar, or any JSON value at all."""

    site: str
    options: tuple[Option, ...]
    invalid: tuple[Option, ...]
    nullable: bool

    @cached_property
    def own(self) -> SearchStrategy[Option]:
        """Draws one of the values."""
        return st.sampled_from(_weighed(self.options))


@dataclass(eq=False)
class Items:
    """A list; `length` draws how many items it has."""

    site: str
    item: Node
    nullable: bool
    length: SearchStrategy[Option] = field(
        default_factory=lambda: st.sampled_from(
            (Option(0, "empty list"), Option(1), Option(1), Option(2, "two items"), Option(0, "empty list"))
        )
    )


@dataclass(eq=False)
class Member:
    """One documented member of an object.

    `choice` draws whether it is there, and which value a scalar then has. `broken` may also draw what the contract
    does not allow in its place, `evolved` only what an API may come to send over time.
    """

    name: str
    node: Node
    required: bool
    share: float

    @cached_property
    def choice(self) -> SearchStrategy[Option]:
        """Draws what the contract allows."""
        return st.sampled_from(self._allowed())

    @cached_property
    def broken(self) -> SearchStrategy[Option]:
        """Draws what the contract allows, or not."""
        gone = (Option(None, GONE, 1, breaks=True),) if self.required else ()
        return self._odd((*self._wrong(), *gone))

    @cached_property
    def evolved(self) -> SearchStrategy[Option]:
        """Draws what the contract allows, a word that it does not know yet, or null for what is optional."""
        return self._odd(tuple([option for option in self._wrong() if option.label in EVOLVED]))

    def _wrong(self) -> tuple[Option, ...]:
        if isinstance(self.node, Leaf):
            return tuple([Option(one.value, one.label, one.weight, breaks=True) for one in self.node.invalid])
        return () if self.node.nullable or self.required else (Option(None, NULL, 1, breaks=True),)

    def _odd(self, wrong: tuple[Option, ...]) -> SearchStrategy[Option]:
        # last, so that a finding shrinks to what is allowed where nothing need be broken
        allowed = self._allowed()
        return st.sampled_from((*allowed, *wrong * max(1, round(len(allowed) * _ODD / max(len(wrong), 1)))))

    def _allowed(self) -> tuple[Option, ...]:
        """Return absent first, then what is there (a scalar's values), with null where it may be."""
        if isinstance(self.node, Leaf):
            there = _weighed(self.node.options)
        else:
            there = (_PRESENT, _PRESENT, _PRESENT, *((_NULL,) if self.node.nullable else ()))
        if self.required:
            return there
        return (*[ABSENT] * max(1, round(len(there) * (1 - self.share) / self.share)), *there)


@dataclass(eq=False)
class Members:
    """An object: documented members, and (`values`) those of a map, whose names `keys` draws."""

    site: str
    members: tuple[Member, ...]
    values: Node | None
    keys: SearchStrategy[Option]
    nullable: bool
    few: SearchStrategy[int] = field(default_factory=lambda: st.sampled_from((1, 0, 2)))


Node = Leaf | Items | Members


class Compiler:
    """Makes nodes of one contract's schemas; each named schema once."""

    def __init__(self, contract: Contract) -> None:
        self._document: Any = contract.document
        self._named: dict[tuple[str, str], Node] = {}

    def at(self, pointer: str, site: str) -> Node:
        """Return the node of the schema at a JSON pointer of the document."""
        if pointer.startswith(_NAMED[1:]):
            return self.node({"$ref": "#" + pointer}, site)
        schema: Any = resolve_pointer(self._document, pointer)
        return self.node(schema, site)

    def node(self, schema: JsonObject, site: str, *, segment: bool = False, required: bool = True) -> Node:
        """Return the node of a schema. `site` names it where it has no name of its own."""
        known = (str(schema.get("$ref", "")), site)
        if known[0] and known in self._named:
            return self._named[known]
        merged, name, nullable = self._merged(schema)
        if "properties" in merged or merged.get("additionalProperties") or kinds_of(merged) == ["object"]:
            return self._object(merged, name or site, nullable=nullable, known=known)
        if kinds_of(merged) == ["array"]:
            items: Any = merged.get("items", {})
            return Items(site, self.node(items, f"{site}[]"), nullable)
        options = options_of(merged, name or site, segment=segment)
        invalid = invalid_options(merged, segment=segment)
        if nullable:
            options = (*options, _NULL)
        elif not segment and not required:
            invalid = (*invalid, Option(None, NULL))
        return Leaf(site, options, invalid, nullable)

    def _object(self, merged: dict[str, Any], site: str, *, nullable: bool, known: tuple[str, str]) -> Members:
        extra = merged.get("additionalProperties")
        made = Members(site, (), None, st.sampled_from(_keys(merged)), nullable)
        if known[0]:
            self._named[known] = made  # before its members, which may hold it again
        properties: dict[str, Any] = merged.get("properties", {})
        required = set(merged.get("required", ()))
        optional = sum(name not in required for name in properties)
        share = min(_SHARE, _AT_ONCE / optional) if optional else _SHARE
        members = []
        for name, schema in properties.items():
            node = self.node(schema, f"{site}.{name}", required=name in required)
            members.append(Member(name, node, name in required, share))
        made.members = tuple(members)
        if extra is not None and extra is not False:
            made.values = self.node({} if extra is True else extra, f"{site}.*")
        return made

    def _merged(self, schema: JsonObject) -> tuple[dict[str, Any], str, bool]:
        """Return a schema without references and `allOf`, the name of its component, and whether it may be null."""
        name, nullable = "", False
        current: Any = schema
        for _ in range(_MOST_DEEP):
            if "$ref" in current:
                reference = str(current["$ref"])
                name = name or (reference.removeprefix(_NAMED) if reference.startswith(_NAMED) else "")
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


def _weighed(options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple([option for option in options for _ in range(option.weight)]) or (Option("a"),)


def _keys(schema: dict[str, Any]) -> tuple[Option, ...]:
    rule = schema.get("propertyNames", {}).get("pattern")
    fitting = [key for key in KEYS if rule is None or re.search(rule, key.value)]
    taken = schema.get("properties", {})
    return _weighed(tuple([key for key in fitting if key.value not in taken])) or (Option("a", PLAIN),)
