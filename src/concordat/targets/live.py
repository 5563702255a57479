"""A live endpoint as a target: its credentials from the environment, its world discovered, never changed unasked.

The run's clients are given a placeholder credential; the tap puts the real one in its place, so that not even an SDK's
log can hold it.
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
    """The shared endpoint, for one case. It cannot be advanced, changed or looked into."""

    auth = PLACEHOLDER

    def __init__(self, upstream: LiveUpstream, bindings: Mapping[str, Any]) -> None:
        self.upstream = upstream
        self.bindings = bindings

    @property
    def failures(self) -> Sequence[str]:
        """What the endpoint left unanswered during the case."""
        return self.upstream.failures

    def serve_at(self, url: str) -> None:
        """Nothing here names the tap."""

    async def harness(self, request: Request) -> Answer:
        """Send a preparing request."""
        return await self.upstream.answer(request)

    def advance(self, seconds: float) -> None:
        """Refuse: real time passes by itself."""
        message = f"a live target's clock cannot be advanced by {seconds:g} s"
        raise HarnessError(message, hint="cases that advance the clock need a `world`")

    def change(self, change: Mapping[str, Any]) -> None:
        """Refuse: a live world is not ours."""
        message = f"a live target's {', '.join(change)} cannot be changed"
        raise HarnessError(message, hint="cases that change the world need a `world`")

    def state(self) -> None:
        """None: it cannot be looked into."""

    def commits(self) -> None:
        """None: they cannot be counted."""

    def unknown_writes(self) -> dict[str, int]:
        """No answer is scripted here."""
        return {}

    def unfired(self) -> tuple[str, ...]:
        """No fault is planned here."""
        return ()

    async def close(self) -> None:
        """Let go of the case's own connections."""
        await self.upstream.close()


class LiveTarget:
    """An endpoint at a URL, and what it has to offer."""

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
        """Removes the credential from everything that is written."""
        return self._scrubber

    @classmethod
    def discover(cls, url: str, api_key: str, contracts: Iterable[Contract], *, allow_writes: bool) -> LiveTarget:
        """Ask the endpoint what it has, when one of `contracts` is an API whose questions are known.

        Of any other API the environment says it (see `given`); it has the last word in any case. Raises
        CredentialsMissing, TargetUnreachable, UsageError.
        """
        check_target(url)
        return asyncio.run(_discover(url, Credential.of(api_key), contracts, allow_writes=allow_writes))

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Why the case cannot be played against a live endpoint, or None."""
        return _unlive(case) or self._lacking(case) or self._writing(case, contract)

    def _lacking(self, case: Case) -> str | None:
        for what, least in (case.needs or {}).items():
            if self._offers.get(what, 0) < least:
                return f"the case needs {least} {what}; the target offers {self._offers.get(what, 0)}"
        unbound = sorted(_unbound(case, self._bindings))
        if unbound:
            named = ", ".join(f"${name}" for name in unbound)
            return f"nothing binds {named} on this target; set {variable_for(unbound[0])}"
        return None

    def _writing(self, case: Case, contract: Contract) -> str | None:
        writes = sorted({c.call for c in case.calls() if contract.operation(c.call).method not in ("GET", "HEAD")})
        if writes and not self._writes:
            return f"the case writes ({', '.join(writes)}); pass --allow-writes to let it"
        return None

    async def environment(self, case: Case, contract: Contract) -> LiveEnvironment:
        """Make the case's own connections to the endpoint."""
        del case, contract
        return LiveEnvironment(LiveUpstream(self._url, self._auth, allow_writes=self._writes), self._bindings)

    async def close(self) -> None:
        """Nothing is shared between environments."""


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


def _unlive(case: Case) -> str | None:
    """Return why no live endpoint can play the case, or None."""
    if case.needs is None:
        return "the case needs a world of its own; a live target has its own"
    if case.faults:
        return "the case plans faults; a live target has none to plan"
    if any(isinstance(step, (Advance, Change)) for step in case.steps):
        return "the case moves the clock or changes the world; a live target allows neither"
    return None


def _unbound(case: Case, bindings: Mapping[str, Any]) -> set[str]:
    """Return the names that the case refers to and that neither the target nor one of its own steps gives."""
    saved = {name for call in case.calls() for name in call.save}
    used = {name for name, _ in names_used(msgspec.to_builtins([case.steps, case.client]))}
    return used - saved - {name for name, value in bindings.items() if value is not None}
