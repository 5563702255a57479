"""Where a case was written: its path counts from the catalogue, of which there may be two, or it is a file apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from concordat import resources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case

__all__ = ["case_roots", "file_of"]

_APART: dict[str, Path] = {}
"""Case files outside of every catalogue, by the path that their cases have."""


def case_roots(selectors: Iterable[str]) -> list[Path]:
    """Return where the cases of a run stand: the catalogues, and each selected case file that is in none of them."""
    roots = resources.search("cases")
    known = [root.resolve() for root in roots]
    for selector in selectors:
        path = Path(selector)
        if path.suffix not in {".yaml", ".yml"} or not path.is_file():
            continue
        file = path.resolve()
        if not any(root in file.parents for root in known):
            roots.append(file)
            top = next((place for place in file.parents if place.name == "cases"), file.parent)
            _APART[str(Path("cases") / file.relative_to(top))] = file
    return roots


def file_of(case: Case) -> Path | None:
    """Return the file that a case stands in, the user's before the package's; None for one that is in no file."""
    if case.path in _APART:
        return _APART[case.path]
    return _found(case.path) if case.path else None


@cache
def _found(path: str) -> Path:
    found = resources.search(*Path(path).parts)
    return found[0].resolve() if found else Path(path).resolve()
