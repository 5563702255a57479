"""Compares the facts about one client in two reports: versions, files, public interface and ledger reviews."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from concordat.gate.changes import Change, ChangeKind
from concordat.report.summary import results_by_cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from concordat.clients.public_api import PublicApiDifference
    from concordat.runner.result import ClientInfo, Result

__all__ = ["REVIEW_NOTICE", "capability_changes", "review_changes", "version_changes"]

REVIEW_NOTICE = dt.timedelta(days=30)
"""The time before `review-by` from which a cause gets a warning."""
_DIGEST = 12


def version_changes(old: ClientInfo, new: ClientInfo) -> Iterator[Change]:
    """Yield one change that names every differing fact."""
    facts = (
        ("version", old.version, new.version),
        ("package", old.package, new.package),
        ("artifact", old.artifact_sha256, new.artifact_sha256),
        ("lock of its dependencies", old.lock_sha256, new.lock_sha256),
        ("runtime", old.runtime, new.runtime),
        ("call style", old.style, new.style),
    )
    lines = tuple(f"{name}: {_short(was)} -> {_short(now)}" for name, was, now in facts if was != now)
    if lines:
        yield Change(kind=ChangeKind.VERSION, client=new.label, was=old.label, now=new.label, lines=lines)


def capability_changes(old: ClientInfo, new: ClientInfo) -> Iterator[Change]:
    """Yield one change when the differences between the package and its document changed."""
    was, now = set(map(_difference, old.public_api)), set(map(_difference, new.public_api))
    lines = [f"now: {one}" for one in sorted(now - was)] + [f"no longer: {one}" for one in sorted(was - now)]
    if old.document != new.document:
        lines.insert(0, f"compared with another document: {old.document} -> {new.document}")
    if lines:
        yield Change(kind=ChangeKind.CAPABILITY, client=new.label, lines=tuple(lines))


def _difference(difference: PublicApiDifference) -> str:
    return f"{difference.kind}: {difference}"


def review_changes(info: ClientInfo, results: Iterable[Result], today: dt.date) -> Iterator[Change]:
    """Yield a change for each cause of a known failure whose review is near or past. `results` are the client's."""
    failures = results_by_cause(results)
    for cause in info.causes:
        found = failures.get((info.label, cause.id))
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
            lines=(cause.reason, f"{len(found)} known failures have this cause: {_some(found)}"),
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
