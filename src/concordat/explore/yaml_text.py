"""JSON values as YAML text that the catalogue reads back to the same values, whatever characters they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

__all__ = ["yaml_text"]

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.#:-]*(?: [A-Za-z0-9_.-][A-Za-z0-9_.#-]*)*")
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_PRINTABLE: Final = re.compile(
    "[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\xa0-\\u1fff\\u2010-\\u2027\\u2030-\\ud7ff\U00010000-\U0010ffff]"
)
_WIDTH: Final = 110


def yaml_text(cases: list[dict[str, Any]]) -> str:
    """Return a list of cases as YAML: a case's own keys in block style, what is short in one line."""
    return "".join(f"- {_block(case, 2).lstrip()}" for case in cases)


def _block(value: Any, indent: int) -> str:
    """Return a value as lines that stand so deep; the text begins with the indent of its first line."""
    space = " " * indent
    if isinstance(value, Mapping):
        lines = []
        for key, item in value.items():
            flow = _flow(item)
            if len(flow) + len(key) + indent <= _WIDTH or not isinstance(item, Mapping | list) or not item:
                lines.append(f"{space}{_text(key, key=True)}: {flow}\n")
            else:
                lines.append(f"{space}{_text(key, key=True)}:\n{_block(item, indent + 2)}")
        return "".join(lines)
    lines = []
    for item in value:
        flow = _flow(item)
        if len(flow) + indent <= _WIDTH or not isinstance(item, Mapping | list) or not item:
            lines.append(f"{space}- {flow}\n")
        else:
            lines.append(f"{space}- {_block(item, indent + 2).lstrip(' ')}")
    return "".join(lines)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key, key=True)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str):
        return _text(value)
    return msgspec.json.encode(value).decode()


def _text(text: str, *, key: bool = False) -> str:
    """Return a text; a dollar is doubled, except in keys, where a reference has braces."""
    if not key:
        text = text.replace("$", "$$")
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
