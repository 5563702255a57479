"""One import of an adapter's code, whatever its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concordat.errors import Location

__all__ = ["Import"]


@dataclass(frozen=True, slots=True)
class Import:
    """One import, or one other way to code that is not the adapter's: what it names and where it stands."""

    name: str
    where: Location
