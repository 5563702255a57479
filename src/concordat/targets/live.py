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
from concordat.errors import CatalogueError
from concordat.sandbox import APIS, UnmetNeed, plugin_of
from concordat.tap import PLACEHOLDER, LiveUpstream, Scrubber, check_target
from concordat.targets.bindings import AUTH, MARK
from concordat.targets.discovery import discover
from concordat.targets.given_records import GivenRecords
from concordat.targets.live_case import DisposableEnvironment, LiveEnvironment
from concordat.targets.live_environment import Credential, given_bindings, given_offers, variable_for
from concordat.targets.marks import Marks
from concordat.targets.pacing import Pacing
from concordat.targets.permission import Permission, permission_need, removed_record
from concordat.targets.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.sandbox import Stock

__all__ = ["ANSWER_DEADLINE", "LiveTarget", "sandbox_only"]

ANSWER_DEADLINE = 15.0
"""Seconds for one answer, in a run so that a client can report a missing one before the deadline of its call."""


class LiveTarget:
    """An endpoint at a URL, with the records that its discovery found and those that the environment names."""

    live = True

    def __init__(self, url: str, credential: Credential, records: GivenRecords, *, permission: Permission) -> None:
        self._url = url
        self._auth = credential.authorization
        self._records = records
        self._permission = permission
        self._scrubber = Scrubber(credential.secrets)
        self.pacing = Pacing()
        self.marks = Marks()
        self._turn = Turn(url)

    @property
    def name(self) -> str:
        """The scrubbed URL."""
        return self._scrubber.text(self._url)

    @property
    def mark(self) -> str:
        """The beginning of the marks of the run."""
        return self.marks.prefix

    @property
    def options(self) -> str:
        """`--target` with the scrubbed URL, and the permission to write if there is one."""
        return " ".join(filter(None, (f"--target {self.name}", self._permission.option)))

    @property
    def scrubber(self) -> Scrubber:
        """The scrubber that removes the credential from all output."""
        return self._scrubber

    @classmethod
    def discover(
        cls,
        url: str,
        api_key: str,
        contracts: Iterable[Contract],
        *,
        permission: Permission = Permission.READ,
        pacing: Pacing | None = None,
    ) -> LiveTarget:
        """Return the target, after a discovery of its records if one of `contracts` is a built-in API.

        Environment variables (see `live_environment`) describe the records of any other API, and take precedence over
        discovered ones. Raises CredentialsMissing, TargetUnreachable or UsageError.
        """
        check_target(url)
        pace = pacing or Pacing()
        target = asyncio.run(_discover(url, Credential.of(api_key), contracts, permission, pace))
        target.pacing, pace.enforced = pace, True
        return target

    def refusal(self, case: Case, contract: Contract) -> str | None:
        """Return the reason why the case cannot run against this endpoint, or None."""
        return (
            sandbox_only(case)
            or removed_record(case, contract)
            or self._unmet_need(case, contract)
            or self._forbidden(case, contract)
        )

    def _unmet_need(self, case: Case, contract: Contract) -> str | None:
        try:
            bindings = self._records.bind(case, contract)
        except (UnmetNeed, CatalogueError) as unmet:
            return str(unmet)
        unbound = sorted(_unbound(case, bindings))
        if unbound:
            named = ", ".join(f"${name}" for name in unbound)
            return f"this target has no binding for {named}; set {variable_for(unbound[0])}"
        return None

    def _forbidden(self, case: Case, contract: Contract) -> str | None:
        need = permission_need(case, contract)
        return None if need.least <= self._permission else f"{need.reason}; {need.least.remedy}"

    def permission_need(self, case: Case, contract: Contract) -> Permission | None:
        """Return the permission with which the case could run, None for a case that cannot run here at all."""
        if sandbox_only(case) or removed_record(case, contract) or self._unmet_need(case, contract):
            return None
        return permission_need(case, contract).least

    async def environment(self, case: Case, contract: Contract) -> LiveEnvironment:
        """Return an environment with separate connections to the endpoint.

        In a run that writes, one case runs at a time, so that none reads what another is changing.
        """
        writes = self._permission >= Permission.WRITE
        bindings = {**self._records.bind(case, contract), AUTH: PLACEHOLDER, MARK: self.marks.next()}
        upstream = LiveUpstream(self._url, self._auth, allow_writes=writes, deadline=ANSWER_DEADLINE, pace=self.pacing)
        if self._permission is Permission.DISPOSABLE:
            made: LiveEnvironment = DisposableEnvironment(upstream, bindings, self.pacing, contract, case.faults)
        else:
            made = LiveEnvironment(upstream, bindings, self.pacing)
        if writes:
            await made.take(self._turn)
        return made

    async def close(self) -> None:
        """Do nothing: the environments share nothing."""


async def _discover(
    url: str, credential: Credential, contracts: Iterable[Contract], permission: Permission, pace: Pacing
) -> LiveTarget:
    stocks: dict[str, Stock] = {}
    upstream = LiveUpstream(url, credential.authorization, deadline=ANSWER_DEADLINE, pace=pace)
    try:
        await upstream.probe()
        contract = next((one for one in contracts if one.name in APIS), None)
        if contract is not None:
            stock = await discover(contract, upstream, Scrubber(credential.secrets).text)
            stocks = dict.fromkeys(plugin_of(contract.name).contracts, stock)
    finally:
        await upstream.close()
    return LiveTarget(url, credential, GivenRecords(stocks, given_bindings(), given_offers()), permission=permission)


def sandbox_only(case: Case) -> str | None:
    """Return the reason why a case runs in the sandbox only, or None."""
    if case.needs is None:
        return "the case needs a separate world; a live target has its own"
    if any(isinstance(step, (Advance, Change)) for step in case.steps):
        return "the case moves the clock or changes the world; a live target allows neither"
    return None


def _unbound(case: Case, bindings: Mapping[str, Any]) -> set[str]:
    """Return the names that the case uses, and that neither the target binds nor a step saves.

    Faults are planned before the steps, and cannot use a saved name.
    """
    saved = {name for call in case.calls() for name in call.save}
    in_steps = {name for name, _ in names_used(msgspec.to_builtins([case.steps, case.client]))}
    in_faults = {name for name, _ in names_used(msgspec.to_builtins(case.faults))}
    bound = {AUTH, MARK, *(name for name, value in bindings.items() if value is not None)}
    return (in_steps - saved | in_faults) - bound
