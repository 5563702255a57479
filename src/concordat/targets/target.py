"""The interface of targets: the environment of a case has an upstream, bindings and a world.

A target creates one environment for each case and client. In the sandbox each environment has a separate world; those
of a live target share one endpoint, without a virtual clock and without a readable state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request
    from concordat.tap import Scrubber, Written
    from concordat.targets.pacing import Pacing
    from concordat.targets.patience import Patience
    from concordat.targets.permission import Permission

__all__ = ["CaseEnvironment", "Target"]


class CaseEnvironment(Protocol):
    """One case's upstream with its world."""

    @property
    def upstream(self) -> Upstream:
        """The upstream to which the tap forwards."""
        ...

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The values of references such as `$company`, by name."""
        ...

    @property
    def auth(self) -> str:
        """The valid credential, as callers pass it to the client."""
        ...

    @property
    def failures(self) -> Sequence[str]:
        """The requests that the harness did not forward to the upstream, one line each: a failure of the harness."""
        ...

    @property
    def misfits(self) -> Sequence[str]:
        """The ids of the planned faults that do not fit a live target's answers; in a sandbox, none."""
        ...

    @property
    def stopped(self) -> str | None:
        """Why the target got no further request of the case, None where it got all."""
        ...

    async def ready(self) -> None:
        """Wait until a request of the next call can be sent at once."""
        ...

    @property
    def real_time(self) -> bool:
        """Whether the upstream follows the real clock, so that waiting is the only way to let time pass."""
        ...

    @property
    def patience(self) -> Patience:
        """The longest wait of a call where the real clock runs."""
        ...

    def serve_at(self, url: str) -> None:
        """Set the client's base URL, for answers that must name it."""
        ...

    async def harness(self, request: Request) -> Answer:
        """Return the answer to a request of the harness, without planned faults."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the virtual clock."""
        ...

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world between steps."""
        ...

    def state(self) -> dict[str, Any] | None:
        """Return the upstream's records by collection, None when the harness cannot read them."""
        ...

    def commits(self) -> dict[str, int] | None:
        """Return the number of accepted writes by operation, None when the harness cannot count them."""
        ...

    def unknown_writes(self) -> dict[str, int]:
        """Return the number of writes by operation that may have been accepted: nothing says so."""
        ...

    def written(self) -> Sequence[Written]:
        """Return the writes that a live endpoint accepted, the harness's included; none of a sandbox."""
        ...

    def unfired(self) -> tuple[str, ...]:
        """Return the must-fire faults that did not fire."""
        ...

    async def close(self) -> None:
        """Release the environment's resources."""
        ...


class Target(Protocol):
    """Creates the environments of cases."""

    @property
    def name(self) -> str:
        """`sandbox`, or a scrubbed URL."""
        ...

    @property
    def options(self) -> str:
        """The command-line options that select the target, empty for the sandbox."""
        ...

    @property
    def live(self) -> bool:
        """Whether the target is an endpoint outside of Concordat, whose state the harness cannot read."""
        ...

    @property
    def mark(self) -> str:
        """The beginning of the marks of a live run, empty for the sandbox."""
        ...

    @property
    def scrubber(self) -> Scrubber | None:
        """The scrubber that removes the target's secrets from all output; None for a target without secrets."""
        ...

    @property
    def pacing(self) -> Pacing | None:
        """The pace of the run, None for a target without limits."""
        ...

    def permission_need(self, case: Case, contract: Contract) -> Permission | None:
        """Return the permission with which the case could run, None for a case that cannot run here at all."""
        ...

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Return the reason why the case cannot run on this target, or None."""
        ...

    async def environment(self, case: Case, contract: Contract) -> CaseEnvironment:
        """Return a new environment for one case."""
        ...

    async def close(self) -> None:
        """Release the resources that all environments share."""
        ...
