"""Markdown tables whose cells are escaped, so that no text breaks a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.printable import markdown_code, markdown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Formatted", "bold", "code", "table", "table_head", "table_row"]


class Formatted(str):
    """Markdown that is already escaped."""

    __slots__ = ()


def bold(text: str) -> Formatted:
    """Return text in bold."""
    return Formatted(f"**{markdown_text(text)}**")


def code(text: str) -> Formatted:
    """Return text as code, empty text as it is."""
    return Formatted(markdown_code(text) if text else "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    return [*table_head(head), *map(table_row, rows)]


def table_head(cells: Sequence[str]) -> list[str]:
    """Return the two lines of a table's head."""
    return [table_row(cells), "|" + "---|" * len(cells)]


def table_row(cells: Iterable[str]) -> str:
    """Return one line of a table. Cells are escaped unless they are `Formatted`."""
    return "| " + " | ".join(text if isinstance(text, Formatted) else markdown_text(text) for text in cells) + " |"
