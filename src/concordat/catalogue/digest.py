"""What identifies a catalogue, and a case, as they are played."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case

__all__ = ["case_digest", "catalogue_digest"]

_SHORT = 12


def catalogue_digest(cases: Iterable[Case]) -> str:
    """Return the SHA-256 of the cases in their order, wherever they stand in their files."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(_encoded(case))
    return digest.hexdigest()


def case_digest(case: Case) -> str:
    """Return what identifies one case: 12 hexadecimal digits."""
    return hashlib.sha256(_encoded(case)).hexdigest()[:_SHORT]


def _encoded(case: Case) -> bytes:
    """Return what the case says, without where it stands.

    The model is written without its defaults, so that a word which the format gains later changes no digest.
    """
    return msgspec.json.encode(msgspec.structs.replace(case, path="", line=0, home=[]))
