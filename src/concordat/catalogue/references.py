"""References in a case: `$name`, `${name}` and the literal dollar `$$`.

Text that is exactly `$name` becomes the named value with its type; `${name}` inside text is interpolated. The loader
fills in the variables of rows; the run fills in the others (`$company`, saved values) and replaces `$$`, so that it is
replaced exactly once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import CatalogueError, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["escape", "fill", "fill_row", "is_reference", "names_in", "names_used"]

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_WHOLE = re.compile(rf"\$({_NAME})")
_INSIDE = re.compile(rf"\$\$|\$\{{({_NAME})\}}")


def is_reference(value: object) -> bool:
    """Return whether `value` is text that is exactly one reference, so that only the run knows its type."""
    return isinstance(value, str) and _WHOLE.fullmatch(value) is not None


def names_in(text: str) -> Iterator[str]:
    """Yield the names of a text's references, in order."""
    if "$" not in text:
        return
    whole = _WHOLE.fullmatch(text)
    if whole:
        yield whole[1]
        return
    for match in _INSIDE.finditer(text):
        if match[1]:
            yield match[1]


def names_used(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, JSON pointer) for every reference below `value`, in keys too."""
    found: list[tuple[str, tuple[str | int, ...]]] = []
    _collect(value, [], found)
    for name, path in found:
        yield name, pointer + join_pointer(*path)


def _collect(value: Any, path: list[str | int], found: list[tuple[str, tuple[str | int, ...]]]) -> None:
    """Add the references below a value. Pointers are built only for references, because most values have none."""
    if isinstance(value, str):
        if "$" in value:
            found.extend((name, tuple(path)) for name in names_in(value))
    elif isinstance(value, (dict, list, tuple)):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        path.append("")
        for key, item in members:
            path[-1] = key
            if isinstance(key, str) and "${" in key:
                found.extend((name, tuple(path)) for name in names_in(key))
            _collect(item, path, found)
        path.pop()


def fill_row(value: Any, row: Mapping[str, Any]) -> Any:
    """Return `value` with the row's variables filled in; other references and `$$` are left for the run."""
    return _fill(value, row, final=False)


def fill(value: Any, bindings: Mapping[str, Any]) -> Any:
    """Return `value` with every reference resolved and `$$` replaced by a dollar.

    Raises CatalogueError for an unbound name.
    """
    return _fill(value, bindings, final=True)


def escape(value: Any) -> Any:
    """Return `value` with every dollar in a text doubled, so that `fill` returns the original; keys are unchanged."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: escape(item) for key, item in value.items()}
    return [escape(item) for item in value] if isinstance(value, (list, tuple)) else value


def _fill(value: Any, names: Mapping[str, Any], *, final: bool) -> Any:
    if isinstance(value, str):
        return _fill_text(value, names, final=final) if "$" in value else value
    if isinstance(value, dict):
        return {
            _fill_key(key, names, final=final) if "$" in key else key: _fill(item, names, final=final)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_fill(item, names, final=final) for item in value]
    return value


def _fill_key(key: str, names: Mapping[str, Any], *, final: bool) -> str:
    # a key may be a tag (`$undefined`), so that only `${name}` is a reference in a key
    if "${" not in key:
        return key

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        return _as_text(_lookup(name, names), name) if name and (final or name in names) else match[0]

    return _INSIDE.sub(replace, key)


def _fill_text(text: str, names: Mapping[str, Any], *, final: bool) -> Any:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return _lookup(whole[1], names) if final or whole[1] in names else text

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if not name:
            return "$" if final else "$$"
        return _as_text(_lookup(name, names), name) if final or name in names else match[0]

    return _INSIDE.sub(replace, text)


def _lookup(name: str, names: Mapping[str, Any]) -> Any:
    if name not in names:
        message = f"nothing is bound to `${name}`"
        raise CatalogueError(message, hint=did_you_mean(name, names))
    return names[name]


def _as_text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        message = f"`${{{name}}}` is inside text, and its value is not a scalar"
        raise CatalogueError(message, hint=f"use `${name}` alone")
    return msgspec.json.encode(value).decode()
