"""Writes docs/kill-matrix.md and its summary docs/kill-matrix.json.

    python -m tests.mutants.publish [--run [MUTANT ...] | --missing | --changed [BASE]] [--jobs N]

Without an option it writes both files from the table and the docstrings of the mutants, in a second. `--run` first runs
every mutant, or the named ones, with every line of the table and the first row of every case. `--missing` first runs
the mutants that have no numbers. Both write the files whenever a mutant ends. `--changed` writes nothing: it replays
the lines of the table whose case, mutant or line changed since BASE, by default since the branch left main, for at most
`--seconds`. Returns 1 if a line of the table does not hold, a case has no
kill, or a mutant is broken or equivalent to another.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import msgspec
from tests.mutants.clients import MUTANTS
from tests.mutants.harness import UNBROKEN, cases_by_key
from tests.mutants.kills import KILLS
from tests.mutants.page import PAGE, SUMMARY, MutantRun, Numbers, load_numbers, load_summary, save_numbers
from tests.mutants.red_checks import cross, rows_of_the_signature
from tests.mutants.replay import ROOT, base_revision, changed_lines, replay, revision
from tests.mutants.sandboxes import SANDBOXES

from concordat.catalogue.catalogue import catalogue_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutants.red_checks import RedChecks

SECONDS = 180.0
"""Time limit of `--changed` in seconds; the nightly run covers the remaining lines."""


def say(line: str) -> None:
    """Print a line at once: the matrix takes a while."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def surviving(reds: RedChecks) -> list[str]:
    """Return the lines of the table that do not hold for a mutant."""
    return [
        f"{kill} {kill.check}"
        for kill in KILLS
        if kill.mutant == reds.mutant
        and (reds.checks.get(kill.case, {}).get(kill.check) is not kill.verdict or kill.case in reds.broke_down)
    ]


def run(mutants: Sequence[str], before: Numbers, jobs: int | None) -> Numbers:
    """Run mutants with all rows of the signature, and save the numbers as they come, beside those that stay."""
    keys = rows_of_the_signature()
    numbers = msgspec.structs.replace(
        before, mutants={name: one for name, one in before.mutants.items() if name not in mutants}
    )
    if not numbers.mutants:
        cases = cases_by_key().values()
        digest, count = catalogue_digest(cases), len({case.id for case in cases})
        numbers = msgspec.structs.replace(numbers, catalogue=digest, cases=count, rows=len(keys))
    unbroken = next(cross([UNBROKEN], keys, jobs=1))
    red = [f"{key} {check}" for key, checks in unbroken.checks.items() for check in checks]
    numbers = msgspec.structs.replace(numbers, red_without_a_mutant=red)
    for number, reds in enumerate(cross(mutants, keys, jobs=jobs), 1):
        numbers.mutants[reds.mutant] = MutantRun.of(reds, surviving(reds))
        save_numbers(numbers)
        reported = reds.broken or f"{numbers.mutants[reds.mutant].cases} cases"
        say(f"{number} of {len(mutants)}\t{reds.mutant}\t{reported}")
    return numbers


def replay_changes(base: str, seconds: float) -> int:
    """Replay what changed since a revision; return the exit code."""
    changed = changed_lines(base)
    say(f"since {base[:12]}: {changed}")
    done = replay(changed.lines, seconds)
    for problem in done.problems:
        say(problem)
    if done.left:
        say(f"NOT RUN: {done.left} of {len(changed.lines)} lines, after {seconds:.0f} s: `tox -e nightly` runs them")
    return 1 if done.problems else 0


def main() -> int:
    """Write the page, or replay what changed, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--run", nargs="*", metavar="MUTANT", help="run these mutants first, or all")
    which.add_argument("--missing", action="store_true", help="run the mutants without numbers first")
    which.add_argument("--changed", nargs="?", const="", metavar="BASE", help="replay only what changed since BASE")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"time for --changed ({SECONDS:.0f})")
    parser.add_argument("--jobs", type=int, help="processes at once (as many as there are cores)")
    given = parser.parse_args()
    every = {*MUTANTS, *SANDBOXES}
    if unknown := sorted({*(given.run or ())} - every):
        parser.error(f"there is no mutant called {', '.join(unknown)}")
    if given.changed is not None:
        base = revision(ROOT, given.changed) if given.changed else base_revision(ROOT)
        if base is None and given.changed:
            parser.error(f"git knows no revision `{given.changed}`")
        if base is None:
            say("NOT RUN: git knows no revision before this one; `tox -e nightly` runs the whole matrix")
            return 0
        return replay_changes(base, given.seconds)
    numbers = load_numbers()
    if given.run != [] and numbers.summary() != load_summary():
        say(f"{PAGE} has other numbers than {SUMMARY} is of: only a full run (`--run`) mends that")
        return 1
    numbers = msgspec.structs.replace(numbers, mutants={k: v for k, v in numbers.mutants.items() if k in every})
    if given.missing or given.run is not None:
        numbers = run(sorted(every - {*numbers.mutants} if given.missing else given.run or every), numbers, given.jobs)
    save_numbers(numbers)
    say(f"{PAGE}\n{SUMMARY}")
    wrong = numbers.problems()
    for problem in wrong:
        say(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
