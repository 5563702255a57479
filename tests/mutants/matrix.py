"""Which cases kill which mutants, by which checks: `python -m tests.mutants.matrix [MUTANT ...] [-k PART] [--rows]`.

For choosing a mutant's line in `kills.py`; no test runs it. Needs `PYTHONPATH=clients/reference`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.clients import MUTANTS
from tests.mutants.playing import WHOLE, Failed, Stand, cases_by_key
from tests.mutants.sandboxes import SANDBOXES

from concordat.catalogue.model import Profile

if TYPE_CHECKING:
    from concordat.engine.result import Result

SIDE_BY_SIDE = 3


def red(result: Result | Failed) -> list[str]:
    """Return what is red in a result."""
    if isinstance(result, Failed):
        return [str(result)]
    found = [f"{check.id}{'' if check.verdict == 'fail' else '!'}" for check in result.checks if check.verdict.red]
    return found or ([f"{result.verdict}: {result.reason}"] if result.verdict.red else [])


def say(line: str) -> None:
    """Print a line at once: a whole matrix takes a while."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Play what the command line names with every case of the gate profile, and print what is red."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mutants", nargs="*")
    parser.add_argument("-k", default="", help="part of the cases' keys")
    parser.add_argument("--rows", action="store_true", help="every row of a table, instead of its first")
    given = parser.parse_args()
    cases = {key: case for key, case in cases_by_key().items() if given.k in key and case.profile is Profile.GATE}
    keys = [key for key, case in cases.items() if given.rows or case.row in (None, *case.rows[:1])]
    players = given.mutants or [*MUTANTS, *SANDBOXES]
    with tempfile.TemporaryDirectory() as folder:
        stand = Stand(Path(folder))
        whole = stand.play({WHOLE: keys})
        for key in keys:
            if reds := red(whole[WHOLE, key]):
                say(f"(the whole client)\t{key}\t{' '.join(reds)}")
        sound = [key for key in keys if not red(whole[WHOLE, key])]
        for at in range(0, len(players), SIDE_BY_SIDE):
            group = players[at : at + SIDE_BY_SIDE]
            found = stand.play(dict.fromkeys(group, sound))
            for player in group:
                killed = {key: reds for key in sound if (reds := red(found[player, key]))}
                say(f"{player}\t{len(killed)} of {len(sound)}")
                for key, reds in killed.items():
                    say(f"{player}\t{key}\t{' '.join(reds)}")


if __name__ == "__main__":
    main()
