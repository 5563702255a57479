"""Draws values of nodes, and notes what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from concordat.explore.nodes import Items, Leaf, Members
from concordat.explore.value_corpus import ADDED, FREE, GONE, NULL, PLAIN, Option
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from concordat.explore.nodes import Member, Node

__all__ = ["ValueGenerator", "plain_value"]

_MOST_DEEP: Final = 6
_MOST_TEXT: Final = 8
_TEXT: Final = st.text(max_size=_MOST_TEXT)
_SPECIAL: Final = {"": "empty", ".": "dot", "..": "two dots"}
"""Texts that free text is called by too."""
_SEGMENT: Final = st.text(min_size=1, max_size=_MOST_TEXT)
_NEW: Final = st.sampled_from((False, False, False, True))
NEW_MEMBER: Final = "newlyAdded"


class ValueGenerator:
    """One example's values. `features` says what is not as plain as it could be.

    With `broken`, one member of an object may be as the contract does not allow it; with `evolved`, only as an API may
    change over time: a word or a member that is new, null for what is optional. `broke` tells whether one is; `added`
    are the pointers of members that the contract does not know.
    """

    def __init__(
        self, draw: Callable[[SearchStrategy[Any]], Any], *, broken: bool = False, evolved: bool = False
    ) -> None:
        self._draw = draw
        self._broken = broken
        self._evolved = evolved
        self.features: set[str] = set()
        self.broke = False
        self.added: tuple[str, ...] = ()

    def option(self, option: Option, site: str, *, segment: bool = False) -> Any:
        """Return an option's value and note its features; free text is drawn now."""
        value, label = option.value, option.label
        if option is FREE:
            value = self._draw(_SEGMENT if segment else _TEXT)
            label = _SPECIAL.get(value, label)
        self.note(site, label)
        return value

    def note(self, site: str, label: str) -> None:
        """Note that a place is there, and what is special of it."""
        self.features.add(site)
        if label != PLAIN:
            self.features.add(f"{site}: {label}")

    def value(self, node: Node, pointer: str = "", depth: int = 0, *, segment: bool = False) -> Any:
        """Draw a value that is there and not null, unless a scalar's pool says so."""
        if isinstance(node, Leaf):
            return self.option(self._draw(node.own), node.site, segment=segment)
        if isinstance(node, Items):
            return self._items(node, pointer, depth)
        return self._members(node, pointer, depth)

    def _items(self, node: Items, pointer: str, depth: int) -> list[Any]:
        if depth >= _MOST_DEEP:
            return []
        length = self._draw(node.length)
        self.note(node.site, length.label)
        return [self.value(node.item, f"{pointer}/{index}", depth + 1) for index in range(length.value)]

    def _members(self, node: Members, pointer: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if depth >= _MOST_DEEP:
            return plain_value(node)  # type: ignore[no-any-return]  # of Members it is an object
        for member in node.members:
            self._member(made, member, pointer, depth)
        if node.values is not None:
            self._entries(node.values, made, node, pointer, depth)
        elif self._evolved and not self.broke and self._draw(_NEW):
            self.broke = True
            made[NEW_MEMBER] = "a"
            self.note(node.site, ADDED)
            self.added = (pointer + join_pointer(NEW_MEMBER),)
        return made

    def _member(self, made: dict[str, Any], member: Member, pointer: str, depth: int) -> None:
        option, site = self._draw(self._choice(member)), member.node.site
        if option.breaks:
            self.broke = True
            self.note(site, option.label)
        if option.label == GONE:
            return
        if option.breaks:
            made[member.name] = option.value
        elif isinstance(member.node, Leaf) or option.label == NULL:
            made[member.name] = self.option(option, site)
            if member.required and option.label == PLAIN:
                self.features.discard(site)
        else:
            if not member.required:
                self.note(site, PLAIN)
            made[member.name] = self.value(member.node, pointer + join_pointer(member.name), depth + 1)

    def _choice(self, member: Member) -> SearchStrategy[Option]:
        if self.broke or not (self._broken or self._evolved):
            return member.choice
        return member.evolved if self._evolved else member.broken

    def _entries(self, values: Node, made: dict[str, Any], node: Members, pointer: str, depth: int) -> None:
        for _ in range(self._draw(node.few)):
            key = self._draw(node.keys)
            self.note(f"{node.site}.*", key.label)
            made[key.value] = self.value(values, pointer + join_pointer(key.value), depth + 1)


def plain_value(node: Node, depth: int = 0) -> Any:
    """Return the simplest value that the schema allows: required members alone, each at its plainest."""
    if isinstance(node, Leaf):
        return node.options[0].value if node.options else "a"
    if isinstance(node, Items):
        return []
    return {
        member.name: plain_value(member.node, depth + 1)
        for member in node.members
        if member.required and depth < _MOST_DEEP
    }
