"""Writes docs/kill-matrix.md: `python -m tests.mutants.publish [--play [MUTANT ...] | --missing] [--jobs N]`.

Without a play, from the table and the mutants' own sentences, in a second. With `--play` every mutant is first played
with every line of the table and the first row of every case (or the named mutants alone), with `--missing` those that
have no numbers yet, or too few; the numbers go into docs/kill-matrix.json, each as soon as it is there. Ends with 1 if
something is wrong: a line that does not hold, a case without a kill, a twin, a mutant that is broken.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.mutants.clients import MUTANTS
from tests.mutants.crossing import cross, rows_of_the_signature
from tests.mutants.kills import KILLS
from tests.mutants.page import NUMBERS, PAGE, Numbers, Played, load_numbers, rendered, save_numbers
from tests.mutants.playing import WHOLE, cases_by_key
from tests.mutants.sandboxes import SANDBOXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.crossing import Reds


def say(line: str) -> None:
    """Print a line at once: a whole matrix takes a while."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def surviving(reds: Reds) -> list[str]:
    """Return the lines of the table that do not hold for a mutant."""
    return [
        f"{kill} {kill.check}"
        for kill in KILLS
        if kill.mutant == reds.player
        and (reds.checks.get(kill.case, {}).get(kill.check) is not kill.verdict or kill.case in reds.broke_down)
    ]


def play(players: Sequence[str], kept: dict[str, Played], jobs: int | None) -> Numbers:
    """Play mutants with all rows of the signature, and save the numbers as they come, after `kept`."""
    keys = rows_of_the_signature()
    cases = len({case.id for case in cases_by_key().values()})
    whole = next(cross([WHOLE], keys, jobs=1))
    red = [f"{key} {check}" for key, checks in whole.checks.items() for check in checks]
    numbers = Numbers(cases=cases, rows=len(keys), red_without_a_mutant=red, mutants=kept)
    for number, reds in enumerate(cross(players, keys, jobs=jobs), 1):
        kept[reds.player] = Played.of(reds, surviving(reds))
        save_numbers(numbers)
        say(f"{number} of {len(players)}\t{reds.player}\t{reds.broken or f'{kept[reds.player].cases} cases'}")
    return numbers


def main() -> int:
    """Write the page, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--play", nargs="*", metavar="MUTANT", help="play first: these mutants, or all")
    which.add_argument("--missing", action="store_true", help="play first: the mutants without numbers")
    parser.add_argument("--jobs", type=int, help="processes at once (as many as there are cores)")
    given = parser.parse_args()
    every = {*MUTANTS, *SANDBOXES}
    if unknown := sorted({*(given.play or ())} - every):
        parser.error(f"there is no mutant called {', '.join(unknown)}")
    numbers = load_numbers()
    kept = {name: played for name, played in numbers.mutants.items() if name in every}
    if given.missing or given.play is not None:
        players = sorted(
            given.play or every
            if not given.missing
            else every - {name for name, played in kept.items() if not played.partial}
        )
        kept = {name: played for name, played in kept.items() if name not in players}
        numbers = play(players, kept, given.jobs)
    save_numbers(numbers.of_mutants(kept))
    PAGE.write_text(rendered(load_numbers()), "utf-8")
    say(f"{PAGE}\n{NUMBERS}")
    wrong = load_numbers().problems()
    for problem in wrong:
        say(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
