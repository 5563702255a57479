"""The targets of the contract tests: their options, and a served target with the report of its findings."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from concordat.contract import check_operation_names, load_contract, load_contracts
from concordat.contract_tests import server
from concordat.contract_tests.case_text import CasePremise, NotExpressible, case_of, yaml_of
from concordat.contract_tests.discovery import known_at
from concordat.contract_tests.fuzz import FuzzPlan, WriteScope, findings_of, operations_of
from concordat.contract_tests.semantic.list_operation import lists_of
from concordat.contract_tests.semantic.reader import ListReader, Served
from concordat.contract_tests.semantic.relation import RELATIONS
from concordat.contract_tests.semantic.search import SearchResult, search
from concordat.documents import read_document
from concordat.errors import CatalogueError, UsageError, did_you_mean
from concordat.sandbox import APIS, list_rules_of, open_sandbox
from concordat.sandbox.serve import read_world
from concordat.tap import Scrubber
from concordat.targets.live_environment import Credential, chosen_records
from concordat.targets.pacing import check_rate, parse_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from concordat.contract_tests.fuzz import FuzzFinding
    from concordat.contract_tests.semantic.list_operation import ListOperation

__all__ = ["LINKS", "ContractTestOptions", "ServedContract", "options_of"]

LINKS = "links"
"""The name of the test of linked operations, beside the names of operations."""
_LIVE_RATE = "5/s"
_MARKER_OPERATION = "companies.list"
"""An operation that all contracts of the known API have."""
_NAMES = {
    "companyId": "company",
    "connectionId": "connection",
    "customerId": "customer",
    "attachmentId": "attachment",
}
"""The case names of discovered ids, as in live runs (docs/live-runs.md)."""


@dataclass(frozen=True, slots=True)
class ContractTestOptions:
    """The options. `target` is `sandbox` or a URL; only a URL has a `credential`. `FuzzPlan` describes the others.

    `operations` are the ones to test, without the links; by default all, and the links.
    """

    target: str
    contracts: tuple[str, ...]
    writes: WriteScope
    operations: tuple[str, ...] = ()
    examples: int | None = None
    seed: int | None = None
    rate: str | None = None
    credential: Credential | None = None

    @property
    def live(self) -> bool:
        """Whether the target is a URL."""
        return self.target != "sandbox"

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield (contract, operation) of every test, with LINKS as the last operation of a contract."""
        for contract in self.contracts:
            for operation in (*operations_of(contract, writes=self.writes), LINKS):
                if not self.operations or operation in self.operations:
                    yield contract, operation

    def relations(self) -> Iterator[tuple[str, str, str]]:
        """Yield (contract, list operation, relation) of every semantic test."""
        for contract in self.contracts:
            for lists in _lists(contract):
                if not self.operations or lists.name in self.operations:
                    for relation in RELATIONS:
                        yield contract, lists.name, relation

    @contextmanager
    def at(self, contract: str) -> Iterator[ServedContract]:
        """Serve the target with one contract. Raises TargetUnreachable for a live one that does not answer."""
        factory = server.sandbox(contract)
        if self.credential is not None:
            factory = server.live(
                self.target,
                self.credential.authorization,
                allow_writes=self.writes is not WriteScope.READS,
                interval=0.0 if self.rate is None else parse_rate(self.rate),
            )
        with server.serve(factory) as served:
            if self.live:  # the first discovery of a URL decides which records the tests use
                known_at(served.url, {"Authorization": served.auth}, chosen_records())
            yield ServedContract(self, contract, served)


def options_of(config: pytest.Config, *, api_key: str) -> ContractTestOptions:
    """Return the options of a pytest run. `api_key` is for a live target. Raises UsageError or CredentialsMissing."""
    target = str(config.getoption("--target"))
    live = target != "sandbox"
    seed = config.getoption("--hypothesis-seed", None)
    rate = config.getoption("--rate-limit")
    if rate is not None:
        check_rate(rate, live=live)
    known = [
        name for name, contract in load_contracts().items() if name in APIS and _MARKER_OPERATION in contract.operations
    ]
    contracts = tuple(config.getoption("--api")) or tuple(known)
    for name in contracts:
        if name not in known:
            message = f"there is no contract `{name}` whose API is known here"
            raise UsageError(message, hint=did_you_mean(name, known))
    writes = _write_scope(config) if live else WriteScope.ALL
    operations = tuple(config.getoption("--operation"))
    testable = {name for contract in contracts for name in operations_of(contract, writes=WriteScope.ALL)}
    check_operation_names(operations, {*testable, LINKS}, "contract under test has")
    readable = {name for contract in contracts for name in operations_of(contract, writes=writes)}
    refused = [name for name in operations if name not in {*readable, LINKS}]
    if refused:
        message = f"{', '.join(refused)} would write to the live target"
        hint = "pass --allow-writes to permit POST, or --disposable to permit every write"
        raise UsageError(message, hint=hint)
    return ContractTestOptions(
        target,
        contracts,
        writes,
        operations,
        examples=config.getoption("--examples"),
        seed=int(seed) if seed is not None and str(seed).isdigit() else None,
        rate=rate or (_LIVE_RATE if live else None),
        credential=Credential.of(api_key) if live else None,
    )


def _write_scope(config: pytest.Config) -> WriteScope:
    """Return the operations that a live run may call: all of a disposable target only."""
    if config.getoption("--disposable", default=False):
        return WriteScope.ALL
    return WriteScope.CREATES if config.getoption("--allow-writes") else WriteScope.READS


def _lists(contract: str) -> tuple[ListOperation, ...]:
    rules = list_rules_of(contract)
    return () if rules is None else lists_of(load_contract(contract), rules)


class ServedContract:
    """A served target with one contract."""

    def __init__(self, options: ContractTestOptions, contract: str, served: server.ServedUpstream) -> None:
        self._options = options
        self._contract = contract
        self._served = served

    def findings(self, operation: str) -> str:
        """Run one operation, or LINKS, and return the findings as text, empty when there are none.

        Raises HarnessError when schemathesis fails, and the upstream's error when that fails.
        """
        options, served = self._options, self._served
        plan = FuzzPlan(
            self._contract,
            served.url,
            served.auth,
            None if operation == LINKS else operation,
            examples=options.examples,
            seed=options.seed,
            rate=options.rate,
            writes=options.writes,
        )
        text = "\n\n".join(self._text(finding) for finding in findings_of(plan))
        if served.failures:
            raise served.failures[0]
        return self.scrubbed(text)

    def contradictions(self, operation: str, relation: str) -> SearchResult:
        """Search for contradictions between the answers of a list operation.

        Raises the upstream's error when that fails.
        """
        options, served, contract = self._options, self._served, load_contract(self._contract)
        lists = next(one for one in _lists(self._contract) if one.name == operation)
        known = known_at(served.url, {"Authorization": served.auth})
        missing = [name for name in lists.parents if name not in known]
        if missing:
            return SearchResult(unjudged=Counter([f"the target has no record for {', '.join(missing)}"]))
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = served.auth
            arguments = {name: known[name] for name in lists.parents}
            base_path = urlsplit(options.target).path.rstrip("/") if options.live else ""
            reader = ListReader(Served(session, served.url, base_path), contract, lists, arguments)
            result = search(reader, relation, examples=options.examples, chosen_seed=options.seed)
        if served.failures:
            raise served.failures[0]
        return result

    def scrubbed(self, text: str) -> str:
        """Return a text without the credential."""
        credential = self._options.credential
        return text if credential is None else Scrubber(credential.secrets).text(text)

    def premise(self) -> CasePremise:
        """Return the premise of a case for this target."""
        if self._options.live:
            found = known_at(self._served.url, {"Authorization": self._served.auth})
            names = {_NAMES[name]: value for name, value in found.items() if name in _NAMES}
            return CasePremise({"needs": {"attachments": 1} if "attachment" in names else {"customers": 1}}, names)
        path = server.world_file()
        sandbox = open_sandbox(load_contract(self._contract), read_world(path))
        names = {name: value for name, value in sandbox.bindings.items() if isinstance(value, str)}
        sandbox.close()
        return CasePremise({"world": read_document(path, CatalogueError, "the world").value}, names)

    def _text(self, finding: FuzzFinding) -> str:
        head = f"{finding.check}: {finding.title}\n{finding.message}\n\nReproduce with:\n    {finding.curl}\n"
        try:
            case = case_of(finding, self._contract, self.premise())
        except NotExpressible as reason:
            return f"{head}\nThe case format cannot express this: {reason}."
        return f"{head}\nAs a case for the catalogue:\n\n{yaml_of(case)}"
