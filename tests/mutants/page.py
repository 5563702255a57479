"""docs/kill-matrix.md: the table of kills for readers, with what each mutant reddened in the last run.

docs/kill-matrix.json is its summary. Both are written together and read together: the page has each mutant's numbers,
the summary what was wrong, and a digest of the numbers that the page must have.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from tests.mutants.clients import MUTANTS
from tests.mutants.harness import cases_by_key
from tests.mutants.kills import KILLS
from tests.mutants.own_checks import own_checks
from tests.mutants.sandboxes import SANDBOXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.mutants.kill import Kill
    from tests.mutants.red_checks import RedChecks

__all__ = [
    "PAGE",
    "SUMMARY",
    "MutantRun",
    "Numbers",
    "Summary",
    "case_of",
    "counts",
    "load_numbers",
    "load_summary",
    "numbers_of",
    "rendered",
    "save_numbers",
    "sentence",
]

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "kill-matrix.md"
SUMMARY = DOCS / "kill-matrix.json"
_ROW = re.compile(
    r"^\| (?P<name>[a-z0-9:-]+) \| .* \| (?P<cases>\d+) \| `(?P<signature>[0-9a-f]{12})` \|$", re.MULTILINE
)
INTRODUCTION = """\
# Kill matrix

At least one mutant kills every case of the catalogue: the case fails with a client or a sandbox that is broken on
purpose, through a check that the case names. [Mutants](mutants.md) describes the rules. `tox -e mutants` runs the whole
matrix and writes this page with its numbers.
"""


class MutantRun(msgspec.Struct, frozen=True, kw_only=True):
    """What one mutant did in the last run."""

    cases: int
    """How many cases it reddened, of those that were run."""
    signature: str
    """A digest of the (case, check) that it reddened; two mutants of one signature are equivalent."""
    broken: str | None = None
    survived: list[str] = []
    """The lines of the table that did not hold."""

    @classmethod
    def of(cls, reds: RedChecks, survived: list[str]) -> MutantRun:
        """Return what is kept of a mutant's reds."""
        text = "\n".join(sorted(f"{key} {check}" for key, check in reds.signature))
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        cases = len({cases_by_key()[key].id for key in reds.checks})
        return cls(cases=cases, signature=digest, broken=reds.broken, survived=survived)


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What docs/kill-matrix.json holds."""

    catalogue: str
    """The digest of the catalogue that the last full run covered."""
    cases: int
    rows: int
    mutants: int
    """How many mutants have numbers."""
    numbers: str
    """A digest of every mutant's numbers, which stand in the page."""
    broken: dict[str, str]
    equivalent_mutants: list[list[str]]
    survivors: list[str]
    red_without_a_mutant: list[str]


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """The last run: `rows` rows of `cases` cases with each mutant."""

    catalogue: str
    cases: int
    rows: int
    mutants: dict[str, MutantRun]
    red_without_a_mutant: list[str] = []

    def summary(self) -> Summary:
        """Return what stands in docs/kill-matrix.json."""
        text = "\n".join(f"{name} {one.cases} {one.signature}" for name, one in sorted(self.mutants.items()))
        return Summary(
            catalogue=self.catalogue,
            cases=self.cases,
            rows=self.rows,
            mutants=len(self.mutants),
            numbers=hashlib.sha256(text.encode()).hexdigest()[:12],
            broken=self.broken(),
            equivalent_mutants=self.equivalent_mutants(),
            survivors=self.survived(),
            red_without_a_mutant=self.red_without_a_mutant,
        )

    def of_mutants(self, mutants: dict[str, MutantRun]) -> Numbers:
        """Return the numbers of these mutants, by name."""
        return msgspec.structs.replace(self, mutants=dict(sorted(mutants.items())))

    def equivalent_mutants(self) -> list[list[str]]:
        """Return the mutants of equal signatures, together."""
        alike: defaultdict[str, list[str]] = defaultdict(list)
        for name, run in self.mutants.items():
            if run.broken is None:
                alike[run.signature].append(name)
        return sorted(sorted(names) for names in alike.values() if len(names) > 1)

    def broken(self) -> dict[str, str]:
        """Return why mutants could not be run, by name."""
        return {name: run.broken for name, run in sorted(self.mutants.items()) if run.broken is not None}

    def survived(self) -> list[str]:
        """Return the lines of the table that did not hold."""
        return sorted(line for run in self.mutants.values() for line in run.survived)

    def problems(self) -> list[str]:
        """Return what is wrong, a line each."""
        killed = {case_of(kill) for kill in KILLS if counts(kill)}
        return [
            *(f"red without a mutant: {line}" for line in self.red_without_a_mutant),
            *(f"broken: {name}: {why}" for name, why in self.broken().items()),
            *(f"equivalent: {', '.join(names)}" for names in self.equivalent_mutants()),
            *(f"survived: {line}" for line in self.survived()),
            *(f"no kill: {case}" for case in sorted({it.id for it in cases_by_key().values()} - killed)),
        ]


def load_summary() -> Summary:
    """Return the summary of the last run, an empty one where there was none."""
    if not SUMMARY.exists():
        return Numbers(catalogue="", cases=0, rows=0, mutants={}).summary()
    return msgspec.json.decode(SUMMARY.read_bytes(), type=Summary)


def load_numbers() -> Numbers:
    """Return the numbers of the last run, none at all where there was none."""
    return numbers_of(PAGE.read_text("utf-8") if PAGE.exists() else "", load_summary())


def numbers_of(page: str, summary: Summary) -> Numbers:
    """Return the numbers of a run as a page and its summary have them."""
    survived: defaultdict[str, list[str]] = defaultdict(list)
    for line in summary.survivors:
        survived[line.partition(" ")[0]].append(line)
    found = {
        row["name"]: MutantRun(
            cases=int(row["cases"]),
            signature=row["signature"],
            broken=summary.broken.get(row["name"]),
            survived=survived[row["name"]],
        )
        for row in _ROW.finditer(page)
    }
    return Numbers(
        catalogue=summary.catalogue,
        cases=summary.cases,
        rows=summary.rows,
        mutants=found,
        red_without_a_mutant=summary.red_without_a_mutant,
    )


def save_numbers(numbers: Numbers) -> None:
    """Write the page and its summary."""
    PAGE.write_text(rendered(numbers), "utf-8")
    SUMMARY.write_bytes(msgspec.json.format(msgspec.json.encode(numbers.summary()), indent=1) + b"\n")


def case_of(kill: Kill) -> str:
    """Return the id of the case that a line is about."""
    return kill.case.partition("[")[0]


def counts(kill: Kill) -> bool:
    """Whether a line kills its case: through a check that the case names."""
    case = cases_by_key().get(kill.case)
    return case is not None and kill.check in own_checks(case)


def sentence(mutant: str) -> str:
    """Return what a mutant does wrong, in its own words."""
    return ({**MUTANTS, **SANDBOXES}[mutant].__doc__ or "").strip().partition("\n")[0]


def rendered(numbers: Numbers) -> str:
    """Return the page."""
    parts = [INTRODUCTION, *_totals(numbers), *_cases(), *_mutants(numbers), *_wrong(numbers)]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def _totals(numbers: Numbers) -> Iterator[str]:
    killed = {case_of(kill) for kill in KILLS if counts(kill)}
    rows = [
        ("cases", len({case.id for case in cases_by_key().values()})),
        ("cases that are killed", len(killed)),
        ("client mutants", len(MUTANTS)),
        ("sandbox mutants", len(SANDBOXES)),
        ("lines of the table", len(KILLS)),
        ("lines through a check that the case names", sum(map(counts, KILLS))),
        ("broken mutants", len(numbers.broken())),
        ("equivalent mutants", len(numbers.equivalent_mutants())),
    ]
    yield _table(("", "number"), rows)
    of = f"`{numbers.catalogue}`" if numbers.catalogue else "(not recorded)"
    yield (
        f"A mutant counts only if it changes what no other changes: each ran with {numbers.rows} rows of "
        f"{numbers.cases} cases,\nand no two redden the same checks of the same cases. Digest of the catalogue of the "
        f"last full run:\n{of}.\n"
    )


def _cases() -> Iterator[str]:
    lines: defaultdict[str, list[Kill]] = defaultdict(list)
    for kill in KILLS:
        if counts(kill):
            lines[case_of(kill)].append(kill)
    areas: defaultdict[str, list[str]] = defaultdict(list)
    for case in {case.id: case for case in cases_by_key().values()}.values():
        areas[case.area].append(case.id)
    yield "## Cases\n"
    for area in sorted(areas):
        yield f"### {area}\n"
        rows = [(f"`{case}`", ", ".join(map(_line, lines[case])) or "**nothing**") for case in sorted(areas[area])]
        yield _table(("case", "killed by (through)"), rows)


def _line(kill: Kill) -> str:
    return f"{kill.mutant} (`{kill.check}`)"


def _mutants(numbers: Numbers) -> Iterator[str]:
    yield "## Mutants\n"
    yield (
        "The third column counts the cases that a mutant reddened in the last run, at whichever check. The signature "
        "is a\ndigest of these cases and checks: mutants of one signature are equivalent.\n"
    )
    for title, mutants in (("Clients", MUTANTS), ("Sandboxes", SANDBOXES)):
        yield f"### {title}\n"
        rows = [(name, sentence(name), *_reddened(numbers, name)) for name in sorted(mutants)]
        yield _table(("mutant", "what it does", "cases", "signature"), rows)


def _reddened(numbers: Numbers, mutant: str) -> tuple[object, object]:
    run = numbers.mutants.get(mutant)
    return ("not run yet", "") if run is None else (run.cases, f"`{run.signature}`")


def _wrong(numbers: Numbers) -> Iterator[str]:
    yield "## Broken and equivalent mutants\n"
    wrong = [
        *(f"- {name} does not run: {why}\n" for name, why in numbers.broken().items()),
        *(f"- of one signature: {', '.join(names)}\n" for names in numbers.equivalent_mutants()),
        *(f"- not killed: {line}\n" for line in numbers.survived()),
    ]
    yield "".join(wrong) or "None.\n"
