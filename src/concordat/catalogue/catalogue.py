"""The catalogue: all cases, with their rows expanded, and the places and digests of the cases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Case
from concordat.documents import Places, parse_document
from concordat.errors import CatalogueError, Location

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Catalogue", "case_digest", "catalogue_digest"]

_SHORT = 12


class Catalogue(msgspec.Struct, frozen=True):
    """Cases in the order of their files.

    `sha256` is the digest of every file's name and bytes; `files` holds the places of each file by `Case.path`.
    """

    cases: tuple[Case, ...]
    sha256: str
    files: Mapping[str, Places] = {}

    def file_of(self, case: Case) -> Path | None:
        """Return the absolute path of a case's file, None for a case without a file."""
        places = self.files.get(case.path)
        return None if places is None else places.file

    def locate(self, case: Case, pointer: str = "") -> Location:
        """Return the place in the file of a JSON pointer into a case."""
        places = self.files.get(case.path)
        if places is None:
            return Location(Path(case.path), case.line or None)
        return places.locate(f"/{places.item(case.line)}{pointer}")

    def text(self, case: Case) -> str:
        """Return the lines of a case in its file, with the comment above them."""
        return self.files[case.path].block(case.line)

    def item(self, case: Case) -> Any:
        """Return the raw case: its item in the file's list."""
        places = self.files[case.path]
        return parse_document(places.text, places.path, CatalogueError).value[places.item(case.line)]


def catalogue_digest(cases: Iterable[Case]) -> str:
    """Return the SHA-256 of the cases in their order. Files and lines do not change it."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(_encoded(case))
    return digest.hexdigest()


def case_digest(case: Case) -> str:
    """Return the identity of one case: 12 hexadecimal digits."""
    return hashlib.sha256(_encoded(case)).hexdigest()[:_SHORT]


def _encoded(case: Case) -> bytes:
    """Return the case as JSON without its place.

    The JSON omits defaults, so that a key which the format gains later does not change digests.
    """
    return msgspec.json.encode(msgspec.structs.replace(case, path="", line=0, home=[]))
