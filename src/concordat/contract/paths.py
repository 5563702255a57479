"""Matches raw request paths against the templates of a contract.

The path is split at `/` before decoding (RFC 3986, 2.2), so that an encoded slash stays inside its segment. A template
matches exactly one segment that is not empty. A literal has precedence over a template (OpenAPI 3.1, 4.8.8). A bare dot
segment never matches, because RFC 3986, 5.2.4 removes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from concordat.contract.operation import Match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.contract.operation import Operation

__all__ = ["PathTree"]

_DOTS = frozenset({".", ".."})
_CACHE_SIZE = 256
_LONGEST_CACHED = 512


class _Node:
    """One segment in the tree."""

    __slots__ = ("literals", "operations", "template")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.template: _Node | None = None
        self.operations: dict[str, tuple[Operation, tuple[str | None, ...]]] = {}


class PathTree:
    """The paths of a contract as a tree, with a cache of matches."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        # The tap and the sandbox match the same path in turn.
        self._cache: dict[tuple[str, str], Match | None] = {}
        for operation in operations:
            self._add(operation)

    def _add(self, operation: Operation) -> None:
        node, names = self._root, list[str | None]()
        for segment in operation.path.split("/")[1:]:
            if segment.startswith("{") and segment.endswith("}"):
                names.append(segment[1:-1])
                node.template = node.template or _Node()
                node = node.template
            else:
                names.append(None)
                node = node.literals.setdefault(segment, _Node())
        node.operations[operation.method] = (operation, tuple(names))

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return the operation of `method` at `raw_path` (percent-encoded, without query), None without one."""
        if len(raw_path) > _LONGEST_CACHED:
            return self._match(method, raw_path)
        key = (method, raw_path)
        try:
            return self._cache[key]
        except KeyError:
            pass
        if len(self._cache) >= _CACHE_SIZE:
            self._cache.clear()
        found = self._cache[key] = self._match(method, raw_path)
        return found

    def _match(self, method: str, raw_path: str) -> Match | None:
        segments = _segments(raw_path)
        node = None if segments is None else _find(self._root, segments, 0)
        found = None if node is None else node.operations.get(method)
        if found is None or segments is None:
            return None
        operation, names = found
        return Match(operation, {name: text for name, text in zip(names, segments, strict=True) if name is not None})

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """Return the methods of the contract at `raw_path`; none for an unknown path."""
        segments = _segments(raw_path)
        node = None if segments is None else _find(self._root, segments, 0)
        return () if node is None else tuple(node.operations)


def _segments(raw_path: str) -> list[str] | None:
    """Return the decoded segments, None for a path that cannot match."""
    if raw_path[:1] != "/":
        return None
    segments = raw_path[1:].split("/")
    if "" in segments or not _DOTS.isdisjoint(segments):
        return None
    return [unquote(segment) for segment in segments] if "%" in raw_path else segments


def _find(node: _Node, segments: list[str], depth: int) -> _Node | None:
    if depth == len(segments):
        return node if node.operations else None
    literal = node.literals.get(segments[depth])
    if literal is not None:
        found = _find(literal, segments, depth + 1)
        if found is not None:
            return found
    return None if node.template is None else _find(node.template, segments, depth + 1)
