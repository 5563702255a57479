"""The writer of YAML files. `yaml_reader` reads the text back to the same values, for any characters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

__all__ = ["write_flow", "write_yaml"]

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.#:-]*(?: [A-Za-z0-9_.-][A-Za-z0-9_.#-]*)*")
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_PRINTABLE: Final = re.compile(
    "[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\xa0-\\u1fff\\u2010-\\u2027\\u2030-\\ud7ff\U00010000-\U0010ffff]"
)
_WIDTH: Final = 110


def write_yaml(value: Any, *, block: int, width: int = _WIDTH, one_line: bool = False) -> str:
    """Return a mapping or a list of JSON values and dates as the text of a file.

    The first `block` levels have a line for each member. A value below them is on one line if it fits into `width`, or
    always with `one_line`.
    """
    return _Writer(width, one_line=one_line).lines(value, 0, block)


def write_flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {write_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(write_flow(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return msgspec.json.encode(value).decode()


class _Writer:
    """Writes lines of at most one width."""

    def __init__(self, width: int, *, one_line: bool) -> None:
        self._width = width
        self._one_line = one_line

    def lines(self, value: Mapping[str, Any] | Sequence[Any], indent: int, block: int) -> str:
        """Return a value in block style; the text begins with the indent of its first line."""
        space = " " * indent
        if isinstance(value, Mapping):
            return "".join(self._member(f"{space}{_text(key)}:", item, indent, block) for key, item in value.items())
        return "".join(self._item(f"{space}-", item, indent, block) for item in value)

    def _member(self, head: str, item: Any, indent: int, block: int) -> str:
        if not self._in_lines(item, len(head), block):
            return self._line(head, item, indent)
        return f"{head}\n{self.lines(item, indent + 2, block - 1)}"

    def _item(self, head: str, item: Any, indent: int, block: int) -> str:
        if not self._in_lines(item, len(head), block):
            return self._line(head, item, indent)
        return f"{head} {self.lines(item, indent + 2, block - 1).lstrip(' ')}"

    def _in_lines(self, item: Any, used: int, block: int) -> bool:
        if not isinstance(item, Mapping | list) or not item:
            return False
        return block > 1 or (not self._one_line and used + 1 + len(write_flow(item)) > self._width)

    def _line(self, head: str, item: Any, indent: int) -> str:
        text = f"{head} {write_flow(item)}"
        return f"{self._folded(text, len(head) + 1, indent + 2) if isinstance(item, str) else text}\n"

    def _folded(self, text: str, start: int, indent: int) -> str:
        """Return a long text, broken at single spaces: YAML reads such a line break as the space."""
        parts: list[str] = []
        while len(text) > self._width:
            at = max(text.rfind(" ", start + 1, self._width + 1), 0)
            while at and (text[at - 1] in ' \\"' or text[at + 1] in ' \\"'):
                at = max(text.rfind(" ", start + 1, at), 0)
            if not at:
                break
            parts.append(text[:at])
            text, start = " " * indent + text[at + 1 :], indent
        return "\n".join([*parts, text])


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and ": " not in text and not text.endswith(":"):
        return text
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if _PRINTABLE.fullmatch(letter):
        return letter
    code = ord(letter)
    if code <= 0xFF:  # noqa: PLR2004 - YAML 1.2, 5.7: two, four or eight digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
