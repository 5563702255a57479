"""A client's own facts in two reports: versions, files, what the package offers, and the reviews of its ledger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.gate.changes import Change, ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from concordat.runner.result import ClientInfo, Result

__all__ = ["REVIEW_NOTICE", "capability_changes", "review_changes", "version_changes"]

REVIEW_NOTICE = dt.timedelta(days=30)
"""How long before its `review-by` a cause is warned of."""
_FACTS = (
    ("version", "version"),
    ("package", "package"),
    ("artifact", "artifact_sha256"),
    ("lock of its dependencies", "lock_sha256"),
    ("runtime", "runtime"),
    ("call style", "style"),
)
_DIGEST = 12


def version_changes(old: ClientInfo, new: ClientInfo) -> Iterator[Change]:
    """Yield one change that names every fact that differs."""
    lines = tuple(
        f"{name}: {_short(was)} -> {_short(now)}"
        for name, field in _FACTS
        if (was := getattr(old, field)) != (now := getattr(new, field))
    )
    if lines:
        yield Change(kind=ChangeKind.VERSION, client=new.label, was=old.label, now=new.label, lines=lines)


def capability_changes(old: ClientInfo, new: ClientInfo) -> Iterator[Change]:
    """Yield one change where the differences between the package and its document are others than they were."""
    was, now = set(map(_said, old.public_api)), set(map(_said, new.public_api))
    lines = [f"now: {one}" for one in sorted(now - was)] + [f"no longer: {one}" for one in sorted(was - now)]
    if old.document != new.document:
        lines.insert(0, f"compared with another document: {old.document} -> {new.document}")
    if lines:
        yield Change(kind=ChangeKind.CAPABILITY, client=new.label, lines=tuple(lines))


def _said(difference: object) -> str:
    return f"{getattr(difference, 'kind', '')}: {difference}"


def review_changes(info: ClientInfo, results: Iterable[Result], today: dt.date) -> Iterator[Change]:
    """Yield a change for each cause that a known failure rests on and whose review is near or past."""
    resting: dict[str, list[Result]] = {}
    for result in results:
        for name in {check.cause for check in result.checks if check.verdict is Verdict.KNOWN_FAILURE and check.cause}:
            resting.setdefault(name, []).append(result)
    for cause in info.causes:
        found = resting.get(cause.id)
        due = _date(cause.review_by)
        if not found or due is None or today + REVIEW_NOTICE < due:
            continue
        overdue = due < today
        days = abs((due - today).days)
        span = "1 day" if days == 1 else f"{days} days"
        when = f"was due {span} ago" if overdue else f"is due in {span}" if days else "is due today"
        yield Change(
            kind=ChangeKind.REVIEW_OVERDUE if overdue else ChangeKind.REVIEW_DUE,
            client=info.label,
            title=f"cause `{cause.id}`: its review {when} ({cause.review_by})",
            lines=(cause.reason, f"{len(found)} known failures rest on it: {_some(found)}"),
        )


def _some(results: Sequence[Result], most: int = 3) -> str:
    keys = [result.key for result in results]
    return ", ".join(keys[:most]) + (" ..." if len(keys) > most else "")


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _short(value: object) -> str:
    text = "none" if value in (None, "") else str(value)
    return text[:_DIGEST] if len(text) == 64 and text.isalnum() else text  # noqa: PLR2004 - a SHA-256
