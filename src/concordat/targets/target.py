"""Where a case plays: an upstream of its own, what its references are bound to, and what can be done to it.

A target makes one environment for each case and client. That of the sandbox is a world of the case's own; those of a
live target share one endpoint, and can neither be advanced nor looked into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request
    from concordat.tap import Scrubber

__all__ = ["CaseEnvironment", "Target"]


class CaseEnvironment(Protocol):
    """One case's upstream with its world."""

    @property
    def upstream(self) -> Upstream:
        """What the tap forwards to."""
        ...

    @property
    def bindings(self) -> Mapping[str, Any]:
        """What `$company` and its like stand for."""
        ...

    @property
    def auth(self) -> str:
        """The valid credential, as a caller gives it."""
        ...

    @property
    def failures(self) -> Sequence[str]:
        """What the upstream left unanswered, one line each: trouble of the harness, not of the client."""
        ...

    def serve_at(self, url: str) -> None:
        """Learn the URL that the client was given, for answers that must name it."""
        ...

    async def harness(self, request: Request) -> Answer:
        """Answer a request of Concordat's own, faults aside."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the virtual clock."""
        ...

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world between steps."""
        ...

    def state(self) -> dict[str, Any] | None:
        """What the upstream holds, by collection; None when it cannot be looked into."""
        ...

    def commits(self) -> dict[str, int] | None:
        """The accepted writes by operation; None when they cannot be counted."""
        ...

    def unknown_writes(self) -> dict[str, int]:
        """The writes, by operation, that a scripted answer took without saying whether they were accepted."""
        ...

    def unfired(self) -> tuple[str, ...]:
        """The must-fire faults that did not fire."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class Target(Protocol):
    """Makes environments."""

    @property
    def name(self) -> str:
        """`sandbox`, or a scrubbed URL."""
        ...

    @property
    def scrubber(self) -> Scrubber | None:
        """Removes the target's secrets from everything that is written; None for a target that has none."""
        ...

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Why the case cannot be played here, or None."""
        ...

    async def environment(self, case: Case, contract: Contract) -> CaseEnvironment:
        """Make the environment of one case."""
        ...

    async def close(self) -> None:
        """Let go of what all environments shared."""
        ...
