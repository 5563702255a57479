"""The part of the table that is played with every change: sandbox mutants, and of clients a few for each check."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.mutants.kills import KILLS
from tests.mutants.playing import cases_by_key

from concordat.catalogue.model import Profile

if TYPE_CHECKING:
    from tests.mutants.kill import Kill

__all__ = ["gate_lines"]

OF_EACH_CHECK = 3
"""How many client mutants stand for one check in one area; starting one costs a fifth of a second."""
_NUMBERING = re.compile(r"^[^:]*:|(?<=request)\.\d+")


def gate_lines() -> list[Kill]:
    """Return the first line of every sandbox mutant, and for each check and area those of its first client mutants."""
    chosen: dict[str, Kill] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for kill in KILLS:
        case = cases_by_key().get(kill.case)
        if case is None or case.profile is Profile.FULL or kill.mutant in chosen:
            continue
        place = (case.area, _NUMBERING.sub("", kill.check))
        if kill.mutant.startswith("sandbox:") or taken[place] < OF_EACH_CHECK:
            chosen[kill.mutant] = kill
            taken[place] += not kill.mutant.startswith("sandbox:")
    return list(chosen.values())
