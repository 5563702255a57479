"""Expansion: one item of a case file becomes one `Case` for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from concordat.catalogue.evolution_rows import EvolutionTable, evolution_rows
from concordat.catalogue.model import (
    Advance,
    Call,
    Case,
    Change,
    ClientSettings,
    Fault,
    Level,
    Parallel,
    Profile,
    Step,
    WriteSafetyExpectation,
)
from concordat.catalogue.references import fill_row, names_used
from concordat.catalogue.rules import broken_rules
from concordat.documents.conversion import convert
from concordat.errors import Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["STEP_KINDS", "RawCase", "build", "row_values"]

STEP_KINDS = ("call", "parallel", "advance", "change")
"""The keys that identify the kinds of steps."""

_STEP_TYPES: dict[str, type[Any]] = {"call": Call, "parallel": Parallel, "advance": Advance, "change": Change}


class RawCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One item of a case file before the expansion of its rows. `model.Case` describes the common fields."""

    id: str
    title: str
    why: str
    source: str | list[str]
    """`contract:<contract>#<operation>...`, `document:<number>...`, `domain:<section>`, `rfc:<number>#<section>`,
    `principle:<name>` or `undefined:<name>`; one or a list."""
    steps: list[dict[str, Any]]
    """The steps; each is a `call`, `parallel`, `advance` or `change`."""
    level: Level = Level.MUST
    apis: list[str] = []
    profile: Profile = Profile.DEFAULT
    needs: dict[str, Any] | None = None
    world: dict[str, Any] | None = None
    client: ClientSettings = ClientSettings()
    faults: list[Fault] = []
    state: dict[str, Any] | None = None
    write_safety: WriteSafetyExpectation | None = None
    allow: list[Literal["contract", "answers"]] = []
    rows: list[dict[str, Any]] | EvolutionTable | None = None
    """A table: each row has an `id` and values for the case's variables; or evolution rules that generate the rows."""


def build(raw: Any, *, area: str, path: str, line: int, home: Sequence[str] = ()) -> tuple[list[Case], list[Flaw]]:
    """Return the cases of one item of a case file, one for each row, and the item's flaws.

    `home` lists the contracts of the file's project; when it is empty, the case is about every contract.

    Pointers of the flaws begin at the item. Cases with a flaw are omitted.
    """
    if not isinstance(raw, dict):
        return [], [Flaw("", "a case is a mapping with `id`, `title`, `why`, `source` and `steps`", None)]
    rows = raw.get("rows")
    if rows is None:
        case, flaws = _one(raw, None, [], area=area, path=path, line=line, home=home)
        return ([case] if case else []), flaws
    plain = {key: value for key, value in raw.items() if key != "rows"}
    if isinstance(rows, dict):
        rows, flaws = evolution_rows(rows, home)
        if flaws:
            return [], flaws
    flaws = _row_flaws(rows, plain)
    if flaws:
        return [], flaws
    cases: list[Case] = []
    names = [row["id"] for row in rows]
    # only keys with variables are filled for each row; the others (most often the world) are shared
    varying = {pointer.split("/")[1] for _, pointer in names_used(plain)}
    templates = {key: value for key, value in plain.items() if key in varying}
    for row in rows:
        filled = {**plain, **fill_row(templates, row)}
        case, found = _one(filled, row["id"], names, area=area, path=path, line=line, home=home)
        flaws.extend(found)
        if case:
            cases.append(case)
    return cases, flaws


def row_values(raw: dict[str, Any], case: Case) -> dict[str, Any]:
    """Return the values of a case's row by name; `raw` is the case's item in its file."""
    rows = raw["rows"]
    if isinstance(rows, dict):
        rows, _ = evolution_rows(rows, case.home)
    return {name: value for row in rows if row["id"] == case.row for name, value in row.items() if name != "id"}


def _one(
    raw: dict[str, Any], row: str | None, rows: list[str], *, area: str, path: str, line: int, home: Sequence[str]
) -> tuple[Case | None, list[Flaw]]:
    item, flaws = convert(raw, RawCase)
    steps: list[Step] = []
    listed = raw.get("steps")
    for index, step in enumerate(listed if isinstance(listed, list) else ()):
        built, found = _step(step, join_pointer("steps", index))
        flaws.extend(found)
        if built is not None:
            steps.append(built)
    if item is None or flaws:
        return None, flaws
    case = Case(
        id=item.id,
        title=item.title,
        why=item.why,
        source=[item.source] if isinstance(item.source, str) else item.source,
        steps=steps,
        level=item.level,
        apis=item.apis,
        profile=item.profile,
        needs=item.needs,
        world=item.world,
        client=item.client,
        faults=item.faults,
        state=item.state,
        write_safety=item.write_safety,
        allow=item.allow,
        area=area,
        row=row,
        rows=rows,
        path=path,
        line=line,
        home=list(home),
    )
    flaws = list(broken_rules(case))
    return (None if flaws else case), flaws


def _step(raw: Any, pointer: str) -> tuple[Step | None, list[Flaw]]:
    if not isinstance(raw, dict):
        return None, [Flaw(pointer, "a step is a mapping", f"begin it with one of {', '.join(STEP_KINDS)}")]
    kinds = [kind for kind in STEP_KINDS if kind in raw]
    if len(kinds) == 1:
        return convert(raw, _STEP_TYPES[kinds[0]], pointer)
    if kinds:
        return None, [Flaw(pointer, f"a step has only one of the keys {' and '.join(kinds)}", "write two steps")]
    first = next(iter(raw), "")
    message = f"a step needs one of the keys {', '.join(STEP_KINDS)}"
    return None, [Flaw(pointer, message, did_you_mean(first, STEP_KINDS))]


def _row_flaws(rows: Any, case: dict[str, Any]) -> list[Flaw]:
    if not isinstance(rows, list) or not rows:
        return [Flaw("/rows", "`rows` is a non-empty list of mappings with an `id`", None)]
    flaws: list[Flaw] = []
    seen: dict[str, int] = {}
    known: set[str] = set()
    for index, row in enumerate(rows):
        here = join_pointer("rows", index)
        if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
            flaws.append(Flaw(here, "a row is a mapping with an `id` that is text", "put numbers in quotes"))
            continue
        if any(letter in row["id"] for letter in "[] \t"):
            flaws.append(Flaw(here + "/id", f"the row id `{row['id']}` contains a bracket or a space", "use dashes"))
        if row["id"] in seen:
            flaws.append(
                Flaw(here + "/id", f"row `{row['id']}` occurs twice (rows {seen[row['id']] + 1} and {index + 1})")
            )
        seen.setdefault(row["id"], index)
        known.update(row)
    return flaws or list(_variable_flaws(rows, case, known))


def _variable_flaws(rows: list[dict[str, Any]], case: dict[str, Any], known: set[str]) -> Iterator[Flaw]:
    """Yield the variables that a row lacks, and those that the case does not use."""
    used = {name: pointer for name, pointer in reversed(list(names_used(case))) if name in known}
    for index, row in enumerate(rows):
        for name, pointer in used.items():
            if name not in row:
                message = f"row `{row['id']}` has no `{name}`, which the case uses at {pointer}"
                yield Flaw(join_pointer("rows", index), message, f"give `{name}:` in every row")
    for name in sorted(known - used.keys() - {"id"}):
        index = next(index for index, row in enumerate(rows) if name in row)
        hint = did_you_mean(name, {name for name, _ in names_used(case)})
        yield Flaw(join_pointer("rows", index, name), f"the case does not use `${name}`", hint)
