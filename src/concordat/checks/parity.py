"""The shape of a case with one client: what must be equal for two clients to agree.

The shape is the canonical requests and what the caller learned. Left out is what call styles cannot share: headers,
error classes, members that are null or unset, the spelling of an instant, defaults sent or left away; generated ids are
numbered by first appearance. Of a request that is sent over and over the first three count.

Calls that run together send in no defined order. Their requests are compared as a set with the numbers of repeats, and
where a planned fault strikes whichever of them arrives first, so are the outcomes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.checks.expected_request import as_text
from concordat.checks.outcomes import reported_of, shown_status
from concordat.compare.canonical import read_json, without_base, without_repeats
from concordat.compare.decimals import number_text
from concordat.compare.instants import instant_text
from concordat.compare.tagged import Tag, read_tags
from concordat.compare.values import clean, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["shape"]

_GENERATED = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


_SHORTEST, _LONGEST = 32, 36
_COUNTED = 3
"""Repeats of one request that count."""


def shape(trace: CaseTrace) -> str:
    """Return a digest (16 hexadecimal digits) that is equal for clients that agree on the case."""
    ids: dict[str, str] = {}
    parts = [
        _together(steps, trace, ids) if len(steps) > 1 else _alone(steps[0], trace, ids) for steps in _groups(trace)
    ]
    return hashlib.sha256(_text_of(parts)).hexdigest()[:16]


def _groups(trace: CaseTrace) -> list[list[StepTrace]]:
    """Return the client's steps in order, with those together that ran together: they name the same exchanges."""
    groups: list[list[StepTrace]] = []
    for step in trace.steps:
        if step.call.via != "client":
            continue
        if groups and step.exchanges and _numbers(step) == _numbers(groups[-1][0]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _numbers(step: StepTrace) -> list[int]:
    return [exchange.number for exchange in step.exchanges]


def _alone(step: StepTrace, trace: CaseTrace, ids: dict[str, str]) -> Any:
    return {
        "step": step.label,
        "requests": without_repeats(
            [_request(exchange, step, trace, ids) for exchange in step.exchanges if not exchange.straggler]
        ),
        "outcome": _outcome(step, ids),
    }


def _together(steps: Sequence[StepTrace], trace: CaseTrace, ids: dict[str, str]) -> Any:
    """Return the part of calls that ran together, independent of the order in which their requests arrived."""
    outcomes = _outcomes(steps, trace, ids)
    sent = [
        (exchange, next((step for step in steps if exchange.operation == step.call.call), steps[0]))
        for exchange in steps[0].exchanges
        if not exchange.straggler
    ]
    # ids that no earlier part has are numbered in the order of the requests without them
    sent.sort(key=lambda one: _text_of(_request(one[0], one[1], trace, dict(ids))))
    times = Counter(_text_of(_request(exchange, step, trace, ids)) for exchange, step in sent)
    return {
        "steps": [step.label for step in steps],
        "requests": sorted(text.decode() for text in times),
        "times": sorted(min(count, _COUNTED) for count in times.values()),
        "outcomes": outcomes,
    }


def _outcomes(steps: Sequence[StepTrace], trace: CaseTrace, ids: dict[str, str]) -> list[Any]:
    """Return the outcomes by step, or in an order of their own where it is a matter of arrival which call failed."""
    shown = [_outcome(step, dict(ids)) for step in steps]
    struck = any(sum(fault.on in (None, step.call.call) for step in steps) > 1 for fault in trace.case.faults)
    if struck and any(not isinstance(one, dict) or one["reported"] != "ok" for one in shown):
        bare = ([one["reported"], one["status"]] if isinstance(one, dict) else [one, None] for one in shown)
        return sorted(bare, key=_text_of)
    return [_outcome(step, ids) for step in steps]


def _text_of(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _request(exchange: Exchange, step: StepTrace, trace: CaseTrace, ids: dict[str, str]) -> Any:
    request = exchange.request
    if request is None:
        return "not HTTP"
    defaults: dict[str, str] = {}
    if step.operation is not None and exchange.operation == step.operation.name:
        defaults = {item.name: as_text(item.default) for item in step.operation.parameters if item.default is not None}
    try:
        body = _value(read_json(request.body), ids, nulls=True) if request.body else None
    except ValueError:
        body = hashlib.sha256(request.body).hexdigest()
    return {
        "method": request.method,
        "path": [_text(part, ids) for part in without_base(request.segments, trace.base_path)],
        "query": sorted([name, _text(value, ids)] for name, value in request.query if defaults.get(name) != value),
        "body": body,
    }


def _outcome(step: StepTrace, ids: dict[str, str]) -> Any:
    outcome = step.outcome
    if outcome is None:
        return "blocked" if step.blocked else step.lost or "lost"
    payload = None if outcome.payload is msgspec.UNSET else _value(read_tags(outcome.payload), ids, nulls=False)
    reported = reported_of(outcome)
    # the status is part of what a refused caller learned; after a success most styles do not show it
    return {
        "reported": str(reported),
        "status": None if reported == "ok" else shown_status(outcome),
        "payload": payload if reported == "ok" else None,
    }


def _value(value: Any, ids: dict[str, str], *, nulls: bool) -> Any:
    kind = kind_of(value)
    if kind == "object":
        members = {clean(key): _value(item, ids, nulls=nulls) for key, item in sorted(value.items())}
        return members if nulls else {key: item for key, item in members.items() if item is not None}
    if kind == "array":
        return [_value(item, ids, nulls=nulls) for item in value]
    if kind == "number":
        return {"number": number_text(value)}
    if kind == "string":
        return _text(value, ids)
    return _other(value, nulls=nulls)


def _other(value: Any, *, nulls: bool) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": hashlib.sha256(value).hexdigest()}
    if isinstance(value, Tag):
        return None if value.name in ("object", "undefined") and not nulls else [value.name, value.value]
    return value


def _text(text: str, ids: dict[str, str]) -> Any:
    if _SHORTEST <= len(text) <= _LONGEST and _GENERATED.fullmatch(text):
        return ids.setdefault(text.lower(), f"id-{len(ids) + 1}")
    # a text with a real escape in it is not the one whose surrogate is written as that escape
    return instant_text(text) or (text if (safe := clean(text)) == text else {"escaped": safe})
