"""Findings: symptoms with what triggers them, grouped so that one cause is told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from concordat.explore.value_corpus import EVOLVED

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.explore.deviations import Deviation
    from concordat.explore.scenario import Scenario

__all__ = ["Finding", "Hit", "Mark", "Standing"]

Mark: TypeAlias = tuple[str, str, str, str]
"""Check, kind, generalised pointer and detail: see `Deviation.mark`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One scenario in which one client has one symptom; `choices` is what Hypothesis needs to shrink it."""

    scenario: Scenario
    choices: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """Clients that did the same with a finding's scenario; `observed` is what that was, as far as it differs."""

    clients: tuple[str, ...]
    symptoms: tuple[Deviation, ...]

    @property
    def conforming(self) -> bool:
        """Whether they did as the contract asks."""
        return not self.symptoms


@dataclass(kw_only=True)
class Finding:
    """One class of divergence, by its smallest scenario.

    `triggers` are the features of that scenario which a plainer one does not have. `clients` are those at fault.
    `operations` counts where it was met.
    """

    mark: Mark
    symptom: Deviation
    scenario: Scenario
    triggers: frozenset[str]
    clients: tuple[str, ...]
    standings: tuple[Standing, ...] = ()
    operations: dict[str, int] = field(default_factory=dict)
    difference: tuple[str, ...] = ()
    """What the contract asks for and what the first of them did, line by line (`-` and `+`)."""
    shrunk: bool = True
    replays: bool | None = None
    """Whether its case is red for every client at fault, and for no other; None where it was not tried."""
    case_id: str = ""
    known: dict[str, str] = field(default_factory=dict)
    """The class of the parity ledger that it belongs to, by client; a client that is not there has a new one."""
    file: Path | None = None

    @property
    def new(self) -> tuple[str, ...]:
        """The clients at fault for which the ledger has no class."""
        return tuple([client for client in self.clients if client not in self.known])

    @property
    def signature(self) -> tuple[str, str, str, str]:
        """Operation, check with kind, pointer and clients: what it is grouped by in a report."""
        check, kind, pointer, _ = self.mark
        return self.scenario.operation, f"{check} {kind}", pointer, " ".join(self.clients)

    def explains(self, mark: Mark, client: str, features: frozenset[str]) -> bool:
        """Whether a symptom in a scenario with these features is no news."""
        return self.mark == mark and client in self.clients and self._places <= _places(features)

    @cached_property
    def _places(self) -> frozenset[str]:
        return _places(self.triggers)


def _places(features: frozenset[str]) -> frozenset[str]:
    """Return the places of features; of how an answer has evolved, what it is too.

    A text with a slash and one with a percent sign that are changed in the same place are one finding.
    """
    return frozenset(
        [feature if feature.rpartition(": ")[2] in EVOLVED else feature.partition(": ")[0] for feature in features]
    )
