"""The account of a live target that broke results: what it did, how often and from when, as one sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.checks.model import TargetFailureKind, Verdict
from concordat.targets.pacing import SENT, STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.runner.result import Result

__all__ = ["limit_note", "target_account"]

_DEEDS = {
    TargetFailureKind.NO_ANSWER: "did not answer {count}",
    TargetFailureKind.NOT_JSON: "answered {count} with something else than JSON",
    TargetFailureKind.CONTRACT: "broke the contract in its answers to {count}",
    TargetFailureKind.DATA: "answered {count} with other data than the cases expect",
}
_MOST_DEEDS = 5


def target_account(results: Iterable[Result]) -> str | None:
    """Return what the target did, None where it broke no result.

    Such as `the target answered 429 to 37 requests, first at 10:32:05 UTC in customers.list.first-page; 35 results say
    nothing about a client`. The most frequent failure comes first.
    """
    broken = 0
    counts: Counter[tuple[TargetFailureKind, int | None]] = Counter()
    firsts: dict[tuple[TargetFailureKind, int | None], tuple[str, str]] = {}
    listed = list(results)
    for result in listed:
        broken += result.verdict is Verdict.TARGET
        for event in result.target_events:
            deed = event.kind, event.status
            counts[deed] += event.requests
            first = event.first, result.key
            firsts[deed] = min(firsts.get(deed, first), first)
    if not broken:
        return None
    parts = [
        f"{_deed(kind, status, count)}, first at {_time(firsts[kind, status][0])} in {firsts[kind, status][1]}"
        for (kind, status), count in counts.most_common(_MOST_DEEDS)
    ]
    if len(counts) > _MOST_DEEDS:
        parts.append(f"failed in {len(counts) - _MOST_DEEDS} other ways")
    stops = [result.reason for result in listed if (result.reason or "").startswith(STOPPED)]
    stopped = f"; {stops[0]}, before {len(stops):,} others" if stops else ""
    noun = "result says" if broken == 1 else "results say"
    deeds = "; it ".join(parts) or "broke the premise of cases"
    return f"the target {deeds}; {broken:,} {noun} nothing about a client{stopped}"


def limit_note(results: Iterable[Result]) -> str | None:
    """Return how many results --max-requests kept from running, None without one."""
    left = sum((result.reason or "").startswith(SENT) for result in results)
    if not left:
        return None
    return f"the run has sent as many requests as --max-requests allows: {left:,} result{'s' * (left > 1)} did not run"


def _deed(kind: TargetFailureKind, status: int | None, requests: int) -> str:
    count = "one request" if requests == 1 else f"{requests:,} requests"
    if kind is TargetFailureKind.STATUS:
        needless = " that the cases expect it to refuse" if status in range(200, 300) else ""
        return f"answered {status} to {count}{needless}"
    return _DEEDS[kind].format(count=count)


def _time(first: str) -> str:
    return f"{first[11:19]} UTC"
