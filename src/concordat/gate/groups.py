"""Groups of equal changes: one edit of an SDK that affects forty cases appears once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from concordat.gate.changes import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.gate.changes import Comparison

__all__ = ["Group", "grouped", "verdict_line"]

_NUMBERED = re.compile(r"^(?:request|call) \d+: ")
_DIFFERENCE = re.compile(r"(/\S*): (gone|new|was)\b")
_DIFFERENCES = {"gone": "gone", "new": "new", "was": "changed"}
_NOUNS = {
    ChangeKind.REGRESSION: ("regression", "regressions"),
    ChangeKind.CHANGED_FAILURE: ("failure changed", "failures changed"),
    ChangeKind.NEW_FAILURE: ("new failure", "new failures"),
    ChangeKind.VANISHED: ("case vanished", "cases vanished"),
    ChangeKind.NOT_JUDGED: ("case not judged", "cases not judged"),
    ChangeKind.FLAKY: ("flaky", "flaky"),
    ChangeKind.CLIENT_LOST: ("client lost", "clients lost"),
    ChangeKind.REVIEW_OVERDUE: ("review overdue", "reviews overdue"),
    ChangeKind.NEWLY_KNOWN: ("newly known failure", "newly known failures"),
    ChangeKind.STILL_FAILING: ("still failing", "still failing"),
    ChangeKind.FIX: ("fix", "fixes"),
    ChangeKind.WIRE: ("wire shape changed", "wire shapes changed"),
    ChangeKind.OUTCOME: ("outcome changed", "outcomes changed"),
    ChangeKind.CAPABILITY: ("capability changed", "capabilities changed"),
    ChangeKind.NOT_ASKED: ("selection narrower", "selections narrower"),
    ChangeKind.REVIEW_DUE: ("review due", "reviews due"),
    ChangeKind.NEW: ("new case", "new cases"),
    ChangeKind.VERSION: ("version changed", "versions changed"),
}


class Group(msgspec.Struct, frozen=True):
    """Changes with the same kind, client and headline, in the order of the comparison."""

    kind: ChangeKind
    red: bool
    client: str
    headline: str
    changes: tuple[Change, ...]

    @property
    def noun(self) -> str:
        """The kind with the number of changes: `37 regressions`, `regression`."""
        return _NOUNS[self.kind][0] if len(self.changes) == 1 else f"{len(self.changes)} {_NOUNS[self.kind][1]}"


def grouped(changes: Iterable[Change]) -> tuple[Group, ...]:
    """Return the changes in groups: red ones first, then by kind and size."""
    found: dict[tuple[bool, ChangeKind, str, str], list[Change]] = {}
    for change in changes:
        found.setdefault((change.red, change.kind, change.client, _headline(change)), []).append(change)
    groups = [Group(kind, red, client, text, tuple(members)) for (red, kind, client, text), members in found.items()]
    order = tuple(ChangeKind)
    groups.sort(key=lambda group: (not group.red, order.index(group.kind), -len(group.changes)))
    return tuple(groups)


def _headline(change: Change) -> str:
    """Return the text of a change without its case."""
    if change.kind is ChangeKind.NEWLY_KNOWN:
        return "; ".join(change.lines)
    present = [check.name for check in change.checks if not check.gone]
    if present:
        return "; ".join(dict.fromkeys(present))
    if change.kind in (ChangeKind.WIRE, ChangeKind.OUTCOME):
        return "; ".join(dict.fromkeys(_difference(_NUMBERED.sub("", line)) for line in change.lines))
    if change.kind is ChangeKind.FIX:
        return "; ".join(dict.fromkeys(check.name for check in change.checks))
    if change.case is None:
        return change.title or "; ".join(change.lines)
    return "; ".join(dict.fromkeys(_NUMBERED.sub("", line) for line in change.lines))


def _difference(line: str) -> str:
    """Return a difference without its values: `/query/pageSize gone`."""
    found = _DIFFERENCE.match(line)
    return line if found is None else f"{found[1]} {_DIFFERENCES[found[2]]}"


def _counted(comparison: Comparison, *, red: bool) -> str:
    """Return the number of red, or of other, changes by kind: `37 regressions, 1 review overdue`."""
    counts = Counter(change.kind for change in comparison.changes if change.red is red)
    return ", ".join(f"{counts[kind]} {_NOUNS[kind][counts[kind] != 1]}" for kind in ChangeKind if counts[kind])


def verdict_line(comparison: Comparison) -> str:
    """Return the decision in one line."""
    if comparison.failing:
        return f"STOPPED: {_counted(comparison, red=True)} (fail on {comparison.fail_on})"
    other = _counted(comparison, red=False)
    same = "nothing changed" if any(pair.compared for pair in comparison.pairs) else "no result was compared"
    return f"passed (fail on {comparison.fail_on}){f'; {other}' if other else f': {same}'}"
