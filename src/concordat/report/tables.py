"""Tables: the columns of verdicts that every reporter shows, and tables of Markdown that no text can break."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.printable import markdown_code, markdown_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import Result

__all__ = ["SHORT_HEADS", "Formatted", "bold", "code", "counts_by_client", "shown_verdicts", "table_head", "table_row"]

SHORT_HEADS = {
    Verdict.UNEXPECTED_PASS: "unexpected",
    Verdict.KNOWN_FAILURE: "known",
    Verdict.OBSERVATION: "observed",
    Verdict.NOT_APPLICABLE: "n/a",
    Verdict.HARNESS_ERROR: "harness",
}
"""Heads of narrow columns; the others are headed by the verdict itself."""
_FIRST = (Verdict.PASS, Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.KNOWN_FAILURE, Verdict.OBSERVATION)
_ORDER = tuple(dict.fromkeys((*_FIRST, *Verdict)))
"""Every verdict there is: a row of a table adds up to the results of its client."""


class Formatted(str):
    """Markdown that is escaped already."""

    __slots__ = ()


def counts_by_client(results: Iterable[Result]) -> dict[str, Counter[Verdict]]:
    """Return how often each client got each verdict."""
    counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
    for result in results:
        counts[result.client][result.verdict] += 1
    return counts


def shown_verdicts(counts: Iterable[Counter[Verdict]] | None = None) -> tuple[Verdict, ...]:
    """Return the verdicts in the order of columns: all of them, or those that any of the counts has."""
    if counts is None:
        return _ORDER
    listed = list(counts)
    return tuple(verdict for verdict in _ORDER if any(counter[verdict] for counter in listed))


def bold(text: str) -> Formatted:
    """Return text in bold."""
    return Formatted(f"**{markdown_text(text)}**")


def code(text: str) -> Formatted:
    """Return text as code; nothing where there is none."""
    return Formatted(markdown_code(text) if text else "")


def table_head(cells: Sequence[str]) -> list[str]:
    """Return the two lines that begin a table."""
    return [table_row(cells), "|" + "---|" * len(cells)]


def table_row(cells: Iterable[str]) -> str:
    """Return one line of a table; every cell is text unless it is `Formatted`."""
    return "| " + " | ".join(text if isinstance(text, Formatted) else markdown_text(text) for text in cells) + " |"
