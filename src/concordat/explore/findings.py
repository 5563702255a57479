"""Findings: deviations of one cause with their smallest scenario, the clients that have them, and their text."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.explore.canonical_form import received_of, sent_of
from concordat.explore.value_corpus import EVOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from concordat.contract import Operation
    from concordat.explore.canonical_form import Expected, Sent
    from concordat.explore.deviations import Deviation, Fingerprint, ScenarioTrace
    from concordat.explore.scenario import Scenario

__all__ = ["ClientGroup", "ExplorationFinding", "is_evolution", "trigger_text", "wire_diff"]

_WORD: Final = re.compile(r"[a-z0-9]+")
_MAX_LINES: Final = 40
_MAX_WIDTH: Final = 160
_JSON_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")
"""A number in the spelling of `compare.decimals` that JSON allows too."""
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+00:00\.(\d*)")


@dataclass(frozen=True, slots=True)
class ClientGroup:
    """Clients with the same deviations in a finding's scenario."""

    clients: tuple[str, ...]
    deviations: tuple[Deviation, ...]

    @property
    def conforming(self) -> bool:
        """Whether the clients keep to the contract."""
        return not self.deviations


@dataclass(frozen=True, kw_only=True)
class ExplorationFinding:
    """One class of divergence with its smallest scenario.

    `triggers` are the features of that scenario, `clients` the labels of the failing clients, and `operations` the
    number of occurrences by operation.
    """

    fingerprint: Fingerprint
    deviation: Deviation
    scenario: Scenario
    triggers: frozenset[str]
    clients: tuple[str, ...]
    groups: tuple[ClientGroup, ...] = ()
    operations: dict[str, int] = field(default_factory=dict)
    difference: tuple[str, ...] = ()
    """The `wire_diff` of the client whose scenario was shrunk."""
    shrunk: bool = True
    replays: bool | None = None
    """Whether the case fails for every failing client and for no conforming one; None before the replay."""
    known: dict[str, str] = field(default_factory=dict)
    """The class of the parity ledger by client, for the clients that have one."""
    file: Path | None = None

    @cached_property
    def case_id(self) -> str:
        """The id of the finding's case, which is the same in every run."""
        identity = (self.fingerprint, sorted(self.triggers), self.clients, self.scenario.key)
        digest = hashlib.sha256(msgspec.json.encode(identity)).hexdigest()
        check, kind, pointer, _ = self.fingerprint
        words = "-".join(_WORD.findall(f"{check} {kind} {pointer}".lower()))
        kebab = re.sub("([A-Z])", r"-\1", self.scenario.operation).lower()
        operation = ".".join("-".join(_WORD.findall(part)) for part in kebab.split("."))
        return f"quarantine.{operation}.{words}-{digest[:6]}"

    @property
    def new(self) -> tuple[str, ...]:
        """The failing clients without a class in the ledger."""
        return tuple([client for client in self.clients if client not in self.known])

    @property
    def conforming(self) -> tuple[str, ...]:
        """The clients that keep to the contract."""
        return tuple([client for group in self.groups if group.conforming for client in group.clients])

    @property
    def signature(self) -> tuple[str, str, str, str]:
        """The operation, the check with its kind, the pointer and the clients: the heading in a report."""
        check, kind, pointer, _ = self.fingerprint
        return self.scenario.operation, f"{check} {kind}", pointer, " ".join(self.clients)

    def explains(self, fingerprint: Fingerprint, client: str, features: frozenset[str]) -> bool:
        """Whether a client's deviation in a scenario with these features belongs to this finding."""
        return self.fingerprint == fingerprint and client in self.clients and self._places <= _places(features)

    @cached_property
    def _places(self) -> frozenset[str]:
        return _places(self.triggers)


def is_evolution(feature: str) -> bool:
    """Whether a feature is one of the ways in which an API may change over time."""
    return feature.rpartition(": ")[2] in EVOLVED


def _places(features: frozenset[str]) -> frozenset[str]:
    """Return the places of features, and an evolution in full.

    A text with a slash and a text with a percent sign that change in the same place are one finding.
    """
    return frozenset([feature if is_evolution(feature) else feature.partition(": ")[0] for feature in features])


def trigger_text(triggers: Iterable[str]) -> str:
    """Return the triggers as the end of a sentence, without the bare places that another trigger details."""
    listed = sorted(triggers)
    detailed = {trigger.rpartition(": ")[0] for trigger in listed}
    kept = [trigger for trigger in listed if trigger not in detailed]
    return f" with {', '.join(kept)}" if kept else ""


def wire_diff(scenario: Scenario, operation: Operation, expected: Expected, trace: ScenarioTrace) -> tuple[str, ...]:
    """Return the lines that only the contract expects (`-`), only the client has (`+`), or both have (two spaces)."""
    status = "" if expected.status is None else f", status {expected.status}"
    reported = " or ".join(str(one) for one in expected.reported)
    wanted = [*_request_lines(expected.request), f"reported {reported}{status}", *_json("payload", expected.payload)]
    observed: list[str] = []
    for exchange in trace.exchanges:
        request = exchange.request
        observed.extend(["(no HTTP)"] if request is None else _request_lines(sent_of(request, operation)))
    if not trace.exchanges:
        observed.append("(nothing was sent)")
    if trace.outcome is None:
        observed.append(f"(the client {trace.lost})")
    else:
        received = received_of(trace.outcome, scenario)
        status = "" if received.status is None else f", status {received.status}"
        error = trace.outcome.error
        raised = f" ({error.cls}: {error.message})".replace("\n", " ")[:_MAX_WIDTH] if error is not None else ""
        observed += [f"reported {received.reported}{status}{raised}", *_json("payload", received.payload)]
    lines = [line.rstrip("\n") for line in difflib.ndiff(wanted, observed) if not line.startswith("?")]
    return tuple(lines[:_MAX_LINES])


def _request_lines(request: Sent) -> list[str]:
    path = "/" + "/".join(segment.replace("/", "%2F") for segment in request.path)
    query = [f"query {name} = {msgspec.json.encode(value).decode()}" for name, value in request.query.items()]
    return [f"{request.method} {path}", *query, *_json("body", request.body)]


def _json(name: str, value: Any) -> Sequence[str]:
    if value is None:
        return []
    text = msgspec.json.format(msgspec.json.encode(_plain(value), order="sorted"), indent=2).decode("utf-8", "replace")
    first, *rest = text.splitlines()
    return [f"{name} {first}"[:_MAX_WIDTH], *[line[:_MAX_WIDTH] for line in rest]]


def _plain(value: Any) -> Any:
    """Return canonical JSON with numbers and instants in their usual spelling."""
    if isinstance(value, str):
        instant = _INSTANT.fullmatch(value)
        return value if instant is None else f"{instant[1]}{'.' + instant[2] if instant[2] else ''}Z"
    if isinstance(value, dict):
        number = value.get("number") if len(value) == 1 else None
        if isinstance(number, str) and _JSON_NUMBER.fullmatch(number):
            return msgspec.Raw(number.encode())
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
