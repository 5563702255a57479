"""Findings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from concordat.explore.deviations import Deviation

__all__ = ["sentence", "shown", "trigger_words"]

_MOST: Final = 60
_PARTS: Final = {"request.query": "query", "request.body": "body", "outcome.payload": "payload"}


def sentence(symptom: Deviation) -> str:
    """Return what a client did, in one clause that follows its name."""
    wording = _CHECKS.get(symptom.check)
    if wording is not None:
        return wording(symptom)
    place, want, have = symptom.pointer or "/", shown(symptom.expected), shown(symptom.observed)
    part = _PARTS.get(symptom.check, symptom.check)
    if symptom.kind == "missing":
        return f"{want} is missing from the {part} at {place}"
    if symptom.kind == "extra":
        return f"{have} was added to the {part} at {place}"
    if symptom.kind == "count":
        return f"the {part} has {have} items in place of {want} at {place}"
    return f"the {part} has {have} in place of {want} at {place}"


def _alive(symptom: Deviation) -> str:
    return "its process ended in the call" if symptom.kind == "died" else "it never answered"


def _count(symptom: Deviation) -> str:
    if symptom.kind != "missing":
        return f"{shown(symptom.observed)} requests were sent"
    return "nothing was sent" + (f" ({symptom.detail})" if symptom.detail else "")


def _path(symptom: Deviation) -> str:
    place = f" at {symptom.pointer}" if symptom.pointer else ""
    return f"the path has {shown(symptom.observed)} in place of {shown(symptom.expected)}{place}"


def _reported(symptom: Deviation) -> str:
    detail = symptom.detail.partition(" ")[2]
    return f"the client reported {symptom.observed}" + (f" ({detail})" if detail else "")


_CHECKS: Final[dict[str, Callable[[Deviation], str]]] = {
    "client.alive": _alive,
    "call.possible": lambda symptom: f"it has no place for {symptom.pointer.lstrip('/')}",
    "request.count": _count,
    "request.contract": lambda symptom: f"the request breaks the contract at {symptom.pointer} ({symptom.kind})",
    "request.method": lambda symptom: f"{symptom.observed} was sent in place of {symptom.expected}",
    "request.path": _path,
    "outcome.reported": _reported,
    "outcome.error.status": lambda symptom: f"the caller was shown the status {shown(symptom.observed)}",
}


def trigger_words(triggers: Iterable[str]) -> str:
    """Return when it happens, as the end of a sentence; a place that is told of in detail is named once."""
    listed = sorted(triggers)
    reported = {trigger.rpartition(": ")[0] for trigger in listed}
    kept = [trigger for trigger in listed if trigger not in reported]
    return f" with {', '.join(kept)}" if kept else ""


def shown(value: Any) -> str:
    """Return canonical JSON for people, cut where it is long."""
    if isinstance(value, dict) and set(value) == {"number"}:
        return str(value["number"])
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return text if len(text) <= _MOST else text[: _MOST - 3] + "..."
