"""Where a case was written: its path counts from the catalogue, of which there may be two."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from concordat import resources

if TYPE_CHECKING:
    from concordat.catalogue.model import Case

__all__ = ["file_of"]


def file_of(case: Case) -> Path | None:
    """Return the file that a case stands in, the user's before the package's; None for one that is in no file."""
    return _found(case.path) if case.path else None


@cache
def _found(path: str) -> Path:
    found = resources.search(*Path(path).parts)
    return found[0].resolve() if found else Path(path).resolve()
