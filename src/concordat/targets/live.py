"""A live endpoint as a target, with credentials from the environment and a discovered world.

The run's clients get a placeholder credential, which the tap replaces by the real one, so that not even an SDK's log
contains it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Advance, Change
from concordat.catalogue.references import names_used
from concordat.errors import HarnessError
from concordat.sandbox import APIS
from concordat.tap import PLACEHOLDER, LiveUpstream, Scrubber, check_target
from concordat.targets.discovery import EXPLORED, Discovery
from concordat.targets.live_environment import Credential, given_bindings, given_offers, variable_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request

__all__ = ["LiveEnvironment", "LiveTarget"]


class LiveEnvironment:
    """The shared endpoint, for one case. It has no virtual clock, no changeable world and no readable state."""

    auth = PLACEHOLDER

    def __init__(self, upstream: LiveUpstream, bindings: Mapping[str, Any]) -> None:
        self.upstream = upstream
        self.bindings = bindings

    @property
    def failures(self) -> Sequence[str]:
        """The requests of the case that the endpoint did not answer, one line each."""
        return self.upstream.failures

    def serve_at(self, url: str) -> None:
        """Do nothing: no answer of a live endpoint names the tap's URL."""

    async def harness(self, request: Request) -> Answer:
        """Send a preparing request and return its answer."""
        return await self.upstream.answer(request)

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

    def commits(self) -> None:
        """Return None: the harness cannot count accepted writes."""

    def unknown_writes(self) -> dict[str, int]:
        """Return no write: a live run scripts no answer."""
        return {}

    def unfired(self) -> tuple[str, ...]:
        """Return no fault: a live run plans none."""
        return ()

    async def close(self) -> None:
        """Close the case's connections."""
        await self.upstream.close()


class LiveTarget:
    """An endpoint at a URL, with its bindings and its number of records by kind."""

    live = True

    def __init__(
        self, url: str, credential: Credential, bindings: Mapping[str, Any], offers: Mapping[str, int], *, writes: bool
    ) -> None:
        self._url = url
        self._auth = credential.authorization
        self._bindings = bindings
        self._offers = offers
        self._writes = writes
        self._scrubber = Scrubber(credential.secrets)

    @property
    def name(self) -> str:
        """The scrubbed URL."""
        return self._scrubber.text(self._url)

    @property
    def scrubber(self) -> Scrubber:
        """The scrubber that removes the credential from all output."""
        return self._scrubber

    @classmethod
    def discover(cls, url: str, api_key: str, contracts: Iterable[Contract], *, allow_writes: bool) -> LiveTarget:
        """Return the target, after a discovery of its records if one of `contracts` is a built-in API.

        Environment variables (see `live_environment`) describe the records of any other API, and take precedence over
        discovered ones. Raises CredentialsMissing, TargetUnreachable or UsageError.
        """
        check_target(url)
        return asyncio.run(_discover(url, Credential.of(api_key), contracts, allow_writes=allow_writes))

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Return the reason why the case cannot run against this endpoint, or None."""
        return _sandbox_only(case) or self._unmet_need(case) or self._forbidden_write(case, contract)

    def _unmet_need(self, case: Case) -> str | None:
        for kind, least in (case.needs or {}).items():
            if self._offers.get(kind, 0) < least:
                return f"the case needs {least} {kind}; the target offers {self._offers.get(kind, 0)}"
        unbound = sorted(_unbound(case, self._bindings))
        if unbound:
            named = ", ".join(f"${name}" for name in unbound)
            return f"this target has no binding for {named}; set {variable_for(unbound[0])}"
        return None

    def _forbidden_write(self, case: Case, contract: Contract) -> str | None:
        writes = sorted({c.call for c in case.calls() if contract.operation(c.call).method not in ("GET", "HEAD")})
        if writes and not self._writes:
            return f"the case writes ({', '.join(writes)}); pass --allow-writes to permit that"
        return None

    async def environment(self, case: Case, contract: Contract) -> LiveEnvironment:
        """Return an environment with separate connections to the endpoint."""
        del case, contract
        return LiveEnvironment(LiveUpstream(self._url, self._auth, allow_writes=self._writes), self._bindings)

    async def close(self) -> None:
        """Do nothing: the environments share nothing."""


async def _discover(
    url: str, credential: Credential, contracts: Iterable[Contract], *, allow_writes: bool
) -> LiveTarget:
    bindings: dict[str, Any] = {}
    offers: dict[str, int] = {}
    contract = next((one for one in contracts if one.name in APIS and one.operations.keys() >= EXPLORED), None)
    upstream = LiveUpstream(url, credential.authorization)
    try:
        await upstream.probe()
        if contract is not None:
            bindings, offers = await Discovery(contract, upstream).explore()
    finally:
        await upstream.close()
    return LiveTarget(url, credential, bindings | given_bindings(), offers | given_offers(), writes=allow_writes)


def _sandbox_only(case: Case) -> str | None:
    """Return the reason why the case runs in the sandbox only, or None."""
    if case.needs is None:
        return "the case needs a separate world; a live target has its own"
    if case.faults:
        return "the case plans faults; a live target has none"
    if any(isinstance(step, (Advance, Change)) for step in case.steps):
        return "the case moves the clock or changes the world; a live target allows neither"
    return None


def _unbound(case: Case, bindings: Mapping[str, Any]) -> set[str]:
    """Return the names that the case uses, and that neither the target binds nor a step saves."""
    saved = {name for call in case.calls() for name in call.save}
    used = {name for name, _ in names_used(msgspec.to_builtins([case.steps, case.client]))}
    return used - saved - {name for name, value in bindings.items() if value is not None}
