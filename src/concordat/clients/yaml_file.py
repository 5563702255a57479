"""Strict reading of small YAML files: errors of the typed conversion have the file, the line and a suggestion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import yaml

from concordat.errors import Location, ManifestError, did_you_mean
from concordat.resources import place_of, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["YamlFile"]

_T = TypeVar("_T", bound=msgspec.Struct)
_AT = re.compile(r" - at `(?:key in )?(?P<path>\$[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A YAML file with a mapping at its top, and its syntax tree for line numbers."""

    path: Path
    mapping: Mapping[str, Any]
    tree: yaml.Node

    @classmethod
    def load(cls, path: Path) -> YamlFile:
        """Read a file.

        Raises ManifestError for an unreadable file, a YAML error, a repeated key, and a top that is not a mapping.
        """
        text = read_text(path, ManifestError)
        tree: yaml.Node | None = None
        try:
            tree = yaml.compose(text, _LOADER)
            if tree is not None:
                _check_keys(path, tree, [], set())
            mapping = yaml.load(text, _LOADER)  # noqa: S506 - the safe loader, in C
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = Location(path, mark.line + 1, mark.column + 1) if mark else Location(path)
            message = f"not YAML: {error.problem}"
            raise ManifestError(message, where=where) from error
        except yaml.reader.ReaderError as error:
            message = f"not YAML: {error.reason}"
            raise ManifestError(message, where=place_of(path, text.encode(), error.position)) from error
        except RecursionError as error:
            message = "the YAML is nested too deeply"
            raise ManifestError(message, where=Location(path, 1)) from error
        except ValueError as error:
            message = "a value cannot be read"
            where = next(_unreadable(path, tree, set()), Location(path, 1))
            raise ManifestError(message, where=where, cause=str(error), hint="write it in quotes") from error
        if tree is None or not isinstance(mapping, dict) or not all(isinstance(key, str) for key in mapping):
            message = "the top is not a mapping of names"
            raise ManifestError(message, where=Location(path, 1))
        return cls(path, mapping, tree)

    def convert(
        self, data: object, kind: type[_T], parts: Mapping[str, type[msgspec.Struct]], *, at: Sequence[str | int] = ()
    ) -> _T:
        """Return `data` as a struct; `parts` names the structs below it, for suggestions.

        Raises ManifestError with the line of an invalid value.
        """
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            text = str(error)
            found = _AT.search(text)
            path = [*at, *_steps(found["path"])] if found else list(at)
            message = _AT.sub("", text)
            unknown = _UNKNOWN.search(message)
            if unknown is None:
                raise self.error(_lower(message), path) from error
            key = unknown["field"]
            owner = next((parts[str(step)] for step in path if step in parts), kind)
            known = [field.encode_name for field in msgspec.structs.fields(owner) if field.encode_name != "path"]
            message = f"unknown key `{key}`"
            raise self.error(message, [*path, key], hint=did_you_mean(key, known)) from error

    def error(self, message: str, path: Sequence[str | int], *, hint: str | None = None) -> ManifestError:
        """Return an error with the place of `path`."""
        return ManifestError(message, where=self.locate(path), hint=hint)

    def locate(self, path: Sequence[str | int]) -> Location:
        """Return the place of the value at `path`, or of the nearest value around it."""
        node, mark = self.tree, self.tree.start_mark
        for step in path:
            following = _child(node, step)
            if following is None:
                break
            mark, node = following
        return Location(self.path, mark.line + 1, mark.column + 1)


def _check_keys(path: Path, node: yaml.Node, around: list[yaml.Node], visited: set[yaml.Node]) -> None:
    """Raise ManifestError for a repeated key, and for an alias of a surrounding value."""
    if any(node is one for one in around):
        message = "an alias holds itself"
        raise ManifestError(message, where=_start(path, node), hint="write the value out")
    if node in visited:  # an alias: a repeated value is checked once
        return
    visited.add(node)
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                message = f"the key `{key.value}` is written twice"
                raise ManifestError(message, where=_start(path, key))
            if isinstance(key, yaml.ScalarNode):
                keys.add(key.value)
    for below in _below(node):
        _check_keys(path, below, [*around, node], visited)


def _unreadable(path: Path, node: yaml.Node | None, visited: set[yaml.Node]) -> Iterator[Location]:
    """Yield the place of each scalar that the loader cannot convert: an invalid date, a number that is too long."""
    if node is None or node in visited:
        return
    visited.add(node)
    if isinstance(node, yaml.ScalarNode):
        try:
            yaml.safe_load(node.value)
        except ValueError:
            yield _start(path, node)
        except yaml.YAMLError:
            return  # a text in quotes need not be YAML
    for below in _below(node):
        yield from _unreadable(path, below, visited)


def _below(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _start(path: Path, node: yaml.Node) -> Location:
    return Location(path, node.start_mark.line + 1, node.start_mark.column + 1)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark, item
    return None


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for found in _STEP.finditer(path):
        index = found["index"]
        if index is None:
            steps.append(found["key"])
        elif index.isdigit():
            steps.append(int(index))
    return steps


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
