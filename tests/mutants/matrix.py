"""Which cases kill which mutants, by which checks: `python -m tests.mutants.matrix [MUTANT ...] [-k PART_OF_A_KEY]`.

For choosing a mutant's line in `kills.py`; no test runs it. Needs `PYTHONPATH=clients/reference`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.clients import MUTANTS
from tests.mutants.playing import WHOLE, Failed, Stand, cases_by_key
from tests.mutants.sandboxes import SANDBOXES

from concordat.catalogue.model import Profile

if TYPE_CHECKING:
    from concordat.engine.result import Result


def red(result: Result | Failed) -> list[str]:
    """Return what is red in a result."""
    if isinstance(result, Failed):
        return [str(result)]
    found = [f"{check.id}{'' if check.verdict == 'fail' else '!'}" for check in result.checks if check.verdict.red]
    return found or ([f"{result.verdict}: {result.reason}"] if result.verdict.red else [])


def main() -> None:
    """Play what the command line names with every case of the gate profile, and print what is red."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mutants", nargs="*")
    parser.add_argument("-k", default="", help="part of the cases' keys")
    given = parser.parse_args()
    keys = [key for key, case in cases_by_key().items() if given.k in key and case.profile is Profile.GATE]
    players = given.mutants or [*MUTANTS, *SANDBOXES]
    with tempfile.TemporaryDirectory() as folder:
        stand = Stand(Path(folder))
        whole = stand.play({WHOLE: keys})
        for key in keys:
            if reds := red(whole[WHOLE, key]):
                print(f"(the whole client)\t{key}\t{' '.join(reds)}")
        for player in players:
            found = stand.play({player: keys})
            killed = {key: reds for key in keys if (reds := red(found[player, key])) and not red(whole[WHOLE, key])}
            print(f"{player}\t{len(killed)} of {len(keys)}", flush=True)
            for key, reds in killed.items():
                print(f"{player}\t{key}\t{' '.join(reds)}")


if __name__ == "__main__":
    main()
