"""What the options aim the contract tests at, and what comes of one of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from concordat.contract import load_contract, load_contracts
from concordat.contract_tests import server as serving
from concordat.contract_tests.case_text import Given, Unspeakable, case_of, yaml_of
from concordat.contract_tests.discovery import known_at
from concordat.contract_tests.fuzz import Plan, findings_of, operations_of
from concordat.errors import UsageError, did_you_mean
from concordat.sandbox import APIS, open_sandbox
from concordat.sandbox.serve import read_world
from concordat.tap import Scrubber
from concordat.targets.live_environment import Credential

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from concordat.contract_tests.fuzz import Finding

__all__ = ["LINKS", "Aim", "Aimed", "aim_of"]

LINKS = "links"
"""Stands for the sequences of linked operations, where there is otherwise an operation's name."""
_LIVE_RATE = "5/s"
_PLAYED = "companies.list"
"""An operation that the contracts have whose API is known here."""
_NAMES = {
    "companyId": "company",
    "connectionId": "connection",
    "customerId": "customer",
    "attachmentId": "attachment",
}
"""The names that a live run gives to what it finds (docs/live-runs.md)."""


@dataclass(frozen=True, slots=True)
class Aim:
    """The options: `target` is `sandbox` or a URL, `credential` that of a live one. See `Plan` for the others."""

    target: str
    contracts: tuple[str, ...]
    writes: bool
    examples: int | None = None
    seed: int | None = None
    rate: str | None = None
    credential: Credential | None = None

    @property
    def live(self) -> bool:
        """Whether the target is an endpoint at a URL."""
        return self.target != "sandbox"

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield (contract, operation) for every test, the links of a contract last."""
        for contract in self.contracts:
            for operation in (*operations_of(contract, writes=self.writes), LINKS):
                yield contract, operation

    @contextmanager
    def at(self, contract: str) -> Iterator[Aimed]:
        """Serve the target with one contract. Raises TargetUnreachable for a live one that does not answer."""
        make = serving.sandbox(contract)
        if self.credential is not None:
            make = serving.live(self.target, self.credential.authorization, allow_writes=self.writes)
        with serving.serving(make) as served:
            yield Aimed(self, contract, served)


def aim_of(config: pytest.Config, *, api_key: str) -> Aim:
    """Read the options; `api_key` is that of a live run. Raises UsageError or CredentialsMissing."""
    target = str(config.getoption("--target"))
    live = target != "sandbox"
    seed = config.getoption("--hypothesis-seed", None)
    known = [name for name, contract in load_contracts().items() if name in APIS and _PLAYED in contract.operations]
    contracts = tuple(config.getoption("--api")) or tuple(known)
    for name in contracts:
        if name not in known:
            message = f"there is no contract `{name}` whose API is known here"
            raise UsageError(message, hint=did_you_mean(name, known))
    return Aim(
        target,
        contracts,
        writes=not live or bool(config.getoption("--allow-writes")),
        examples=config.getoption("--examples"),
        seed=int(seed) if seed is not None and str(seed).isdigit() else None,
        rate=config.getoption("--rate-limit") or (_LIVE_RATE if live else None),
        credential=Credential.of(api_key) if live else None,
    )


class Aimed:
    """One contract's target, served."""

    def __init__(self, aim: Aim, contract: str, served: serving.Served) -> None:
        self._aim = aim
        self._contract = contract
        self._served = served

    def findings(self, operation: str) -> str:
        """Run one operation, or the links, and return everything found as text; empty when nothing was.

        Raises HarnessError when schemathesis or the serving itself failed.
        """
        aim, served = self._aim, self._served
        plan = Plan(
            self._contract,
            served.url,
            served.auth,
            None if operation == LINKS else operation,
            examples=aim.examples,
            seed=aim.seed,
            rate=aim.rate,
            writes=aim.writes,
        )
        text = "\n\n".join(self._told(finding) for finding in findings_of(plan))
        if served.failures:
            raise served.failures[0]
        return text if aim.credential is None else Scrubber(aim.credential.secrets).text(text)

    def given(self) -> Given:
        """Say where a case of this target plays."""
        if self._aim.live:
            found = known_at(self._served.url, {"Authorization": self._served.auth})
            names = {_NAMES[name]: value for name, value in found.items() if name in _NAMES}
            return Given({"needs": {"attachments": 1} if "attachment" in names else {"customers": 1}}, names)
        path = serving.world_file()
        held = open_sandbox(load_contract(self._contract), read_world(path))
        names = {name: value for name, value in held.bindings.items() if isinstance(value, str)}
        held.close()
        return Given({"world": yaml.safe_load(path.read_text("utf-8"))}, names)

    def _told(self, finding: Finding) -> str:
        head = f"{finding.check}: {finding.title}\n{finding.message}\n\nReproduce with:\n    {finding.curl}\n"
        try:
            case = case_of(finding, self._contract, self.given())
        except Unspeakable as reason:
            return f"{head}\nNo case of the catalogue can say this: {reason}."
        return f"{head}\nAs a case for the catalogue:\n\n{yaml_of(case)}"
