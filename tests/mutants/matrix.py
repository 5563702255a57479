"""Prints which cases kill which mutants, by which checks.

    python -m tests.mutants.matrix [MUTANT ...] [-k PART] [--rows] [--jobs N]

Helps to choose the line of a mutant or a case in the table; no test runs it. A check in parentheses is not one of the
case's own checks, so it does not kill the case.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.mutants.clients import MUTANTS
from tests.mutants.harness import UNBROKEN, cases_by_key
from tests.mutants.own_checks import own_checks
from tests.mutants.red_checks import cross, first_rows
from tests.mutants.sandboxes import SANDBOXES

from concordat.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.red_checks import RedChecks


def say(line: str) -> None:
    """Print a line at once: the matrix takes a while."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def show(reds: RedChecks, case_count: int) -> None:
    """Print the red checks of a mutant."""
    say(f"{reds.mutant}\t{reds.broken or f'{len(reds.checks)} of {case_count}'}")
    for key, checks in reds.checks.items():
        own = own_checks(cases_by_key()[key])
        shown = [check if check in own else f"({check})" for check in checks]
        broken = "\tthe patch itself failed" if key in reds.broke_down else ""
        say(f"{reds.mutant}\t{key}\t{' '.join(shown)}{broken}")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the named mutants and cases, and print the red checks. Exits with 2 for an unknown name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
    for unbroken in cross([UNBROKEN], keys, jobs=1):
        show(unbroken, len(keys))
        keys = [key for key in keys if key not in unbroken.checks]
    for reds in cross(given.mutants or known, keys, jobs=given.jobs):
        show(reds, len(keys))


if __name__ == "__main__":
    main()
