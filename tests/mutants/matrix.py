"""Which cases kill which mutants, by which checks: `python -m tests.mutants.matrix [MUTANT ...] [-k PART] [--rows]`.

For choosing a mutant's or a case's line in the table; no test runs it. A check in brackets is none of the case's own:
through it the case is not killed.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.mutants.clients import MUTANTS
from tests.mutants.crossing import cross, first_rows
from tests.mutants.named import own_checks
from tests.mutants.playing import WHOLE, cases_by_key
from tests.mutants.sandboxes import SANDBOXES

from concordat.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.crossing import Reds


def say(line: str) -> None:
    """Print a line at once: a whole matrix takes a while."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def show(reds: Reds, played: int) -> None:
    """Print what a player reddened."""
    say(f"{reds.player}\t{reds.broken or f'{len(reds.checks)} of {played}'}")
    for key, checks in reds.checks.items():
        own = own_checks(cases_by_key()[key])
        shown = [check if check in own else f"({check})" for check in checks]
        broken = "\tits patch broke down" if key in reds.broke_down else ""
        say(f"{reds.player}\t{key}\t{' '.join(shown)}{broken}")


def main(argv: Sequence[str] | None = None) -> None:
    """Run what the command line names, and print what is red; a name of nothing ends with 2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mutants", nargs="*")
    parser.add_argument("-k", default="", help="part of the cases' keys")
    parser.add_argument("--rows", action="store_true", help="every row of a table, instead of its first")
    parser.add_argument("--jobs", type=int, help="processes at once (as many as there are cores)")
    given = parser.parse_args(argv)
    known = [*MUTANTS, *SANDBOXES]
    for name in given.mutants:
        if name not in known:
            parser.error(f"there is no mutant `{name}`; {did_you_mean(name, known)}")
    keys = [key for key in (cases_by_key() if given.rows else first_rows()) if given.k in key]
    if not keys:
        parser.error(f"no case has `{given.k}` in its key")
    for whole in cross([WHOLE], keys, jobs=1):
        show(whole, len(keys))
        keys = [key for key in keys if key not in whole.checks]
    for reds in cross(given.mutants or known, keys, jobs=given.jobs):
        show(reds, len(keys))


if __name__ == "__main__":
    main()
