"""The target of the public fixtures in one pytest session: the sandbox, or a live endpoint after one discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.catalogue.model import Case
from concordat.errors import ConcordatError
from concordat.sandbox import parse_world
from concordat.targets.permission import Permission
from concordat.targets.sandbox import SandboxEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.targets.live import LiveTarget
    from concordat.targets.target import CaseEnvironment

__all__ = ["FixtureTarget"]

_CASE = Case(id="test", title="A test of a user", why="It uses the fixtures.", source=[], steps=[])
"""The case of an environment that no case of the catalogue has."""


class FixtureTarget:
    """Creates the environment of each test. `url` is `sandbox`, or the URL of a live endpoint."""

    def __init__(self, url: str, api_key: str, permission: Permission) -> None:
        self.live = url != "sandbox"
        self.writes = permission >= Permission.WRITE
        self._permission = permission
        self._url = url
        self._api_key = api_key
        self._discovered: dict[str, LiveTarget | ConcordatError] = {}
        self._targets: list[LiveTarget] = []

    def check(self, contract: Contract) -> None:
        """Discover the records of a live endpoint, once for each contract.

        Raises CredentialsMissing, TargetUnreachable or UsageError, for each test again without another attempt.
        """
        if not self.live:
            return
        from concordat.targets.live import LiveTarget

        found = self._discovered.get(contract.name)
        if found is None:
            try:
                found = LiveTarget.discover(self._url, self._api_key, [contract], permission=self._permission)
                self._targets.append(found)
            except ConcordatError as error:
                found = error
            self._discovered[contract.name] = found
        if isinstance(found, ConcordatError):
            raise found.with_traceback(None)

    async def environment(self, contract: Contract, world: Mapping[str, Any] | None) -> CaseEnvironment:
        """Return the environment of one test, after `check`. Raises CatalogueError for an invalid world."""
        if not self.live:
            return SandboxEnvironment(_CASE, contract, parse_world(world, contract.name))
        found = self._discovered[contract.name]
        assert not isinstance(found, ConcordatError)
        return await found.environment(_CASE, contract)

    def clean(self, text: str) -> str:
        """Return the text without the credential."""
        for target in self._targets[:1]:
            text = target.scrubber.text(text)
        return text

    def clean_bytes(self, data: bytes) -> bytes:
        """Return the bytes without the credential."""
        return self._targets[0].scrubber.bytes(data) if self._targets else data

    def clean_exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange without the credential."""
        return self._targets[0].scrubber.exchange(exchange) if self._targets else exchange
