"""A finding as a difference of two wires: what the contract asks for, and what a client did."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.checks.outcomes import reported_of
from concordat.explore.views import Sent, received_of, sent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.contract import Operation
    from concordat.explore.deviations import Seen
    from concordat.explore.scenario import Scenario
    from concordat.explore.views import Expected

__all__ = ["wire_diff"]

_MOST: Final = 40
_WIDE: Final = 160
_JSON_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")
"""A number as `compare.decimals` writes it, where JSON can carry it."""
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+00:00\.(\d*)")


def wire_diff(scenario: Scenario, operation: Operation, expected: Expected, seen: Seen) -> tuple[str, ...]:
    """Return the lines of what was asked for (`-`), what was done (`+`) and what both have (two blanks)."""
    reported = " or ".join(str(one) for one in expected.reported)
    status = "" if expected.status is None else f", status {expected.status}"
    wanted = [*_request(expected.asked), f"reported {reported}{status}", *_json("payload", expected.payload)]
    done: list[str] = []
    for exchange in seen.exchanges:
        done.extend(["(no HTTP)"] if exchange.request is None else _request(sent_of(exchange.request, operation)))
    if not seen.exchanges:
        done.append("(nothing was sent)")
    if seen.outcome is None:
        done.append(f"(the client {seen.lost})")
    else:
        received = received_of(seen.outcome, scenario)
        shown = "" if received.status is None else f", status {received.status}"
        error = seen.outcome.error
        raised = f" ({error.cls}: {error.message})".replace("\n", " ")[:_WIDE] if error is not None else ""
        done += [f"reported {reported_of(seen.outcome)}{shown}{raised}", *_json("payload", received.payload)]
    lines = [line.rstrip("\n") for line in difflib.ndiff(wanted, done) if not line.startswith("?")]
    return tuple(lines[:_MOST])


def _request(asked: Sent) -> list[str]:
    path = "/" + "/".join(segment.replace("/", "%2F") for segment in asked.path)
    query = [f"query {name} = {msgspec.json.encode(value).decode()}" for name, value in asked.query.items()]
    return [f"{asked.method} {path}", *query, *_json("body", asked.body)]


def _json(name: str, value: Any) -> Sequence[str]:
    if value is None:
        return []
    text = msgspec.json.format(msgspec.json.encode(_plain(value), order="sorted"), indent=2).decode("utf-8", "replace")
    first, *rest = text.splitlines()
    return [f"{name} {first}"[:_WIDE], *[line[:_WIDE] for line in rest]]


def _plain(value: Any) -> Any:
    """Return canonical JSON with its numbers and instants as people write them."""
    if isinstance(value, str):
        instant = _INSTANT.fullmatch(value)
        return value if instant is None else f"{instant[1]}{'.' + instant[2] if instant[2] else ''}Z"
    if isinstance(value, dict):
        number = value.get("number") if len(value) == 1 else None
        if isinstance(number, str) and _JSON_NUMBER.fullmatch(number):
            return msgspec.Raw(number.encode())
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
