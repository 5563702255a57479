"""The environments of a live target: one of any endpoint, and one of a disposable endpoint, which allows faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.errors import HarnessError
from concordat.tap import PLACEHOLDER, FaultyUpstream
from concordat.targets.bindings import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from concordat.catalogue.model import Fault
    from concordat.contract import Contract
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request
    from concordat.tap import LiveUpstream, Written
    from concordat.targets.pacing import Pacing
    from concordat.targets.patience import Patience
    from concordat.targets.turn import Turn

__all__ = ["DisposableEnvironment", "LiveEnvironment"]


class LiveEnvironment:
    """The shared endpoint, for one case. It has no virtual clock, no changeable world and no readable state."""

    auth = PLACEHOLDER
    real_time = True

    def __init__(self, endpoint: LiveUpstream, bindings: Mapping[str, Any], pacing: Pacing) -> None:
        self._endpoint = endpoint
        self._pacing = pacing
        self._turn: Turn | None = None
        self.bindings = bindings

    @property
    def patience(self) -> Patience:
        """The longest wait of a call, which the cases of a process share."""
        return self._pacing.patience

    async def take(self, turn: Turn) -> None:
        """Wait until no other case has the turn, and keep it until the environment is closed."""
        await turn.acquire()
        self._turn = turn

    @property
    def upstream(self) -> Upstream:
        """The endpoint."""
        return self._endpoint

    @property
    def failures(self) -> Sequence[str]:
        """The requests of the case that were not forwarded, one line each."""
        return self._endpoint.refusals

    @property
    def misfits(self) -> Sequence[str]:
        """The planned faults that do not fit the endpoint's answers: none, for none is planned."""
        return ()

    @property
    def stopped(self) -> str | None:
        """Why the endpoint got no further request of the case, None where it got all."""
        return self._endpoint.stopped

    async def ready(self) -> None:
        """Wait until a request of the next call can be sent at once."""
        await self._pacing.ready()

    def serve_at(self, url: str) -> None:
        """Do nothing: no answer of a live endpoint names the tap's URL."""

    async def harness(self, request: Request) -> Answer:
        """Send a preparing request and return its answer."""
        return await self._endpoint.answer(request)

    def advance(self, seconds: float) -> None:
        """Raise HarnessError: a live endpoint has no virtual clock."""
        message = f"a live target's clock cannot be advanced by {seconds:g} s"
        raise HarnessError(message, hint="cases that advance the clock need a `world`")

    def change(self, change: Mapping[str, Any]) -> None:
        """Raise HarnessError: the harness cannot change a live world."""
        message = f"a live target's {', '.join(change)} cannot be changed"
        raise HarnessError(message, hint="cases that change the world need a `world`")

    def state(self) -> None:
        """Return None: the harness cannot read the state."""

    def commits(self) -> dict[str, int] | None:
        """Return None: the harness cannot count accepted writes."""
        return None

    def unknown_writes(self) -> dict[str, int]:
        """Return no write: a live run scripts no answer."""
        return {}

    def written(self) -> Sequence[Written]:
        """Return the writes that the endpoint accepted, the harness's included."""
        return self._endpoint.written

    def unfired(self) -> tuple[str, ...]:
        """Return no fault: a live run plans none."""
        return ()

    async def close(self) -> None:
        """Close the case's connections, and end its turn."""
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
        await self._endpoint.close()


class DisposableEnvironment(LiveEnvironment):
    """A disposable endpoint, for one case: planned faults stand before it, and its answers tell the accepted writes.

    Raises CatalogueError for a fault that names an unbound value.
    """

    def __init__(
        self,
        endpoint: LiveUpstream,
        bindings: Mapping[str, Any],
        pacing: Pacing,
        contract: Contract,
        faults: Sequence[Fault],
    ) -> None:
        super().__init__(endpoint, bindings, pacing)
        self._faulty = FaultyUpstream(endpoint, contract, [fill(fault, bindings) for fault in faults])

    @property
    def upstream(self) -> Upstream:
        """The endpoint, behind the planned faults."""
        return self._faulty

    @property
    def misfits(self) -> Sequence[str]:
        """The ids of the planned faults that do not fit the endpoint's answers."""
        return self._faulty.misfits()

    def serve_at(self, url: str) -> None:
        """Set the base URL of planned redirects."""
        self._faulty.serve_at(url)

    async def harness(self, request: Request) -> Answer:
        """Send a preparing request past the planned faults, and return its answer."""
        return await self._faulty.process(request)

    def commits(self) -> dict[str, int]:
        """Return the number of accepted writes by operation, the harness's included."""
        return self._faulty.accepted_writes()

    def unknown_writes(self) -> dict[str, int]:
        """Return the number of writes by operation of which nothing says whether they were accepted."""
        return self._faulty.unknown_writes()

    def unfired(self) -> tuple[str, ...]:
        """Return the must-fire faults that did not fire."""
        return self._faulty.unfired()
