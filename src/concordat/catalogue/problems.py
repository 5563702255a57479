"""What is wrong with a catalogue, collected, so that one look shows all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from concordat.errors import CatalogueError, ConcordatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["SHOWN", "CatalogueProblems", "Flaw", "sort_problems"]

_E = TypeVar("_E", bound=ConcordatError)
SHOWN = 20
"""How many problems are printed; the rest are counted."""


class Flaw(NamedTuple):
    """A problem inside one value, not yet located: a JSON pointer into it, what is wrong, how to mend it."""

    pointer: str
    message: str
    hint: str | None = None


class CatalogueProblems(CatalogueError):  # noqa: N818 - several errors in one
    """Every problem of a catalogue. `problems` holds them all, sorted by place; the text shows the first 20."""

    def __init__(self, problems: Sequence[CatalogueError]) -> None:
        self.problems = sort_problems(problems)
        first = self.problems[0]
        super().__init__(first.message, where=first.where, cause=first.cause, hint=first.hint)

    def __str__(self) -> str:
        """One line a problem, then how many more there are."""
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        rest = len(self.problems) - SHOWN
        if rest > 0:
            lines.append(f"... and {rest} more")
        return "\n".join(lines)


def sort_problems(problems: Iterable[_E]) -> tuple[_E, ...]:
    """Return the problems by file, line and column, each said once."""
    unique = {(str(problem.where), problem.message): problem for problem in problems}
    return tuple(sorted(unique.values(), key=_place))


def _place(problem: ConcordatError) -> tuple[str, int, int, str]:
    where = problem.where
    if where is None:
        return ("", 0, 0, problem.message)
    return (str(where.path), where.line or 0, where.column or 0, problem.message)
