"""The state machine: calls, the passing of time and changes by other users, in any order.

Hypothesis chooses the sequence, and shrinks one with a disagreement to the shortest. A rule's `index` selects a record
modulo the number of records, so that a shortened sequence stays valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from concordat.stateful.expected_answer import Expected
from concordat.stateful.judgement import ModelCall, answered, client_checks, judge_answer, judge_checks, judge_state
from concordat.stateful.model import Model, Row
from concordat.stateful.state_view import Company, Customer

if TYPE_CHECKING:
    from concordat.stateful.harness import ModelHarness
    from concordat.stateful.known_defects import KnownDefects

__all__ = ["ClientMachine", "machine_for"]

_NAMES = ("Ada Ltd", "Zoë & Co", "O'Neil 50%", "a+b c", "Ünï 日本 💶", "x/y?z #1", '"quoted" \\ back', "ada LTD")
_COMPANY_NAMES = ("Alpha", "Beta & Co", "Gamma, Inc.", "O'Neil - 3")
_DESCRIPTIONS = (None, "Für alle 💶")
_WORLD: dict[str, Any] = {
    "companies": [{"name": "Model Trading"}],
    "customers": [
        {"id": "c-1", "customerName": "Ada Ltd", "status": "Active"},
        {"id": "c 2/3", "customerName": "Babbage & Sons", "status": "Archived"},
        {"id": "ü%20", "customerName": "Curie", "status": "Active"},
    ],
    "push": {"takes": "30s"},
    "sync": {"takes": "10s"},
    "rate-limit": {"limit": 1_000_000},
}
_FAULTS: dict[str, dict[str, Any]] = {
    "503": {"respond": {"status": 503, "json": {"statusCode": 503, "service": "Model", "error": "Down"}}},
    "429": {"respond": {"status": 429, "json": {"statusCode": 429, "service": "Model", "error": "Slow"}}},
    "500 after": {"respond": {"status": 500, "json": {"statusCode": 500, "error": "Oops"}}, "when": "after"},
    "reset after": {"reset": True, "when": "after"},
    "close": {"close": True},
}
_INDEXES = st.integers(0, 5)
_STATUSES = st.sampled_from(["Active", "Archived"])
_QUERIES = st.one_of(
    st.none(),
    st.sampled_from(["status=Active", "status!=Active", "customerName~ada", "customerName~ltd&&status=Archived"]),
    st.sampled_from(_NAMES[1:4]).map(lambda name: f"customerName={name}"),
)
_SIZES = st.one_of(st.none(), st.sampled_from([1, 2, 3, 100]))
_PAGES = st.one_of(st.none(), st.integers(1, 3))


class ClientMachine(RuleBasedStateMachine):
    """One sequence of rules. `machine_for` sets `harness`, `promised` and `known`."""

    harness: ClassVar[ModelHarness]
    promised: ClassVar[frozenset[str]]
    known: ClassVar[KnownDefects]

    def __init__(self) -> None:
        super().__init__()
        self.harness_run = self.harness.begin(_WORLD)
        self.company: str = self.harness_run.bindings["company"]
        self.connection: str = self.harness_run.bindings["connection"]
        records = [Customer(one["id"], one["customerName"], one["status"]) for one in _WORLD["customers"]]
        argument_names = self.harness.contract.operation("customers.create").argument_names
        self.model = Model(
            refreshes="allowSyncOnPushComplete" in argument_names,
            rows=[Row(one, one, dirty=False) for one in records],
            companies=[Company(self.company, "Model Trading")],
        )
        judge_state("the world", self.harness_run.view(), self.model.view())

    def teardown(self) -> None:
        """End the example, not the adapter."""
        self.harness_run.close()

    # -- calls

    @rule(name=st.sampled_from(_NAMES), status=_STATUSES)
    def create(self, name: str, status: str) -> None:
        """Create a customer."""
        self._create(name, status)

    @rule(name=st.sampled_from(_NAMES[:2]), key=st.sampled_from(["first", "second"]))
    def create_under_key(self, name: str, key: str) -> None:
        """Create a customer with an Idempotency-Key that may have been used before."""
        self._create(name, "Active", key=key)

    @rule(name=st.sampled_from(_NAMES), fault=st.sampled_from(sorted(_FAULTS)))
    def create_with_fault(self, name: str, fault: str) -> None:
        """Create a customer while the upstream has a fault."""
        self._create(name, "Active", fault=fault)

    @rule(index=_INDEXES, name=st.sampled_from(_NAMES), status=_STATUSES, force=st.sampled_from([None, True, False]))
    def update(self, index: int, name: str, status: str, force: bool | None) -> None:  # noqa: FBT001 - an argument
        """Update a customer, which may not exist."""
        body = {"customerName": name, "status": status}
        arguments = {**self._customer_at(index), "connectionId": self.connection, "body": body, "forceUpdate": force}
        self._call("customers.update", arguments)

    @rule(index=_INDEXES)
    def get(self, index: int) -> None:
        """Read a customer, which may not exist."""
        self._call("customers.get", self._customer_at(index))

    @rule(query=_QUERIES, by=st.sampled_from([None, "customerName", "-customerName"]), page=_PAGES, size=_SIZES)
    def list_customers(self, query: str | None, by: str | None, page: int | None, size: int | None) -> None:
        """Read a page of customers."""
        arguments = {"companyId": self.company, "query": query, "orderBy": by, "page": page, "pageSize": size}
        self._call("customers.list", arguments)

    @rule(fault=st.sampled_from(sorted(_FAULTS)))
    def list_with_fault(self, fault: str) -> None:
        """Read a page of customers while the upstream has a fault."""
        self._call("customers.list", {"companyId": self.company}, fault=fault)

    @precondition(lambda self: self.model.writes)
    @rule(index=_INDEXES)
    def poll(self, index: int) -> None:
        """Read the push of a write."""
        key = self.model.writes[index % len(self.model.writes)].push.key
        self._call("pushOperations.get", {"companyId": self.company, "pushOperationKey": key})

    @rule(page=_PAGES, size=_SIZES)
    def list_writes(self, page: int | None, size: int | None) -> None:
        """Read a page of the pushes."""
        self._call("pushOperations.list", {"companyId": self.company, "page": page, "pageSize": size})

    @rule()
    def refresh(self) -> None:
        """Request a refresh, which may be refused while another runs."""
        self._call("refresh.dataType", {"companyId": self.company, "dataType": "customers"})

    @rule(name=st.sampled_from(_NAMES), status=_STATUSES)
    def create_and_wait(self, name: str, status: str) -> None:
        """Create a customer and wait until its push ends."""
        self._create(name, status)
        self.time_passes(30)

    @rule()
    def refresh_and_wait(self) -> None:
        """Request a refresh and wait until it ends."""
        self.refresh()
        self.time_passes(10)

    @rule()
    def get_data_status(self) -> None:
        """Read the status of the data sets."""
        self._call("dataStatus.get", {"companyId": self.company})

    @rule(name=st.sampled_from(_COMPANY_NAMES), description=st.sampled_from(_DESCRIPTIONS))
    def create_company(self, name: str, description: str | None) -> None:
        """Create a company."""
        self._call("companies.create", {"body": _without_none({"name": name, "description": description})})

    @rule(index=_INDEXES, name=st.sampled_from(_COMPANY_NAMES), description=st.sampled_from(_DESCRIPTIONS))
    def update_company(self, index: int, name: str, description: str | None) -> None:
        """Update a part of a company."""
        body = _without_none({"name": name, "description": description})
        self._call("companies.update", {"companyId": self._company_at(index), "body": body})

    @rule(index=_INDEXES)
    def get_company(self, index: int) -> None:
        """Read a company."""
        self._call("companies.get", {"companyId": self._company_at(index)})

    @rule(query=st.sampled_from([None, "name~a", "name=beta & co"]), page=_PAGES, size=_SIZES)
    def list_companies(self, query: str | None, page: int | None, size: int | None) -> None:
        """Read a page of companies."""
        self._call("companies.list", {"query": query, "page": page, "pageSize": size})

    @precondition(lambda self: len(self.model.companies) > 1)
    @rule(index=_INDEXES)
    def delete_company(self, index: int) -> None:
        """Delete a company, except the one with the customers."""
        own = self.model.companies[1:]
        self._call("companies.delete", {"companyId": own[index % len(own)].id})

    # -- events without a call

    @rule(seconds=st.sampled_from([5, 10, 30, 60, 5400]))
    def time_passes(self, seconds: int) -> None:
        """Move the virtual clock."""
        self.harness_run.advance(seconds)
        self.model.advance(seconds)
        self._compare_states(f"{seconds} s that passed")

    @rule(index=_INDEXES, name=st.sampled_from([None, "Renamed elsewhere"]))
    def change_elsewhere(self, index: int, name: str | None) -> None:
        """Rename or delete a customer in the accounting software."""
        existing = [row for row in self.model.rows if row.source is not None]
        if existing:
            row = existing[index % len(existing)]
            assert row.source is not None
            identifier = row.source.id
            change = {"remove": [identifier]} if name is None else {"edit": {identifier: {"customerName": name}}}
            self.harness_run.change({"customers": change})
            self.model.elsewhere(row, name)
            self._compare_states(f"a change of {identifier} elsewhere")

    # -- helpers of the rules

    def _create(self, name: str, status: str, *, key: str | None = None, fault: str | None = None) -> None:
        body = {"customerName": name, "status": status}
        arguments = {"companyId": self.company, "connectionId": self.connection, "body": body}
        self._call("customers.create", arguments, key=key, fault=fault)

    def _call(
        self, operation: str, arguments: dict[str, Any], *, key: str | None = None, fault: str | None = None
    ) -> None:
        passed = _without_none(arguments)
        if operation not in self.promised or self.known.avoids(operation, passed):
            return
        plan = None if fault is None else _FAULTS[fault]
        reaches = plan is None or plan.get("when") == "after"
        expected = self.model.answer(operation, passed, key) if reaches else Expected(0)
        call = ModelCall(operation, passed, expected, faulty=plan is not None)
        trace = self.harness_run.call(operation, passed, key=key, fault=plan)
        failed = client_checks(call, trace, self.harness.contract, self.promised)
        judge_checks(call, self.known.unexplained(operation, passed, failed, answered(trace)))
        judge_answer(call, trace, self.harness_run.view(), self.model.view())
        self._compare_states(operation)

    def _compare_states(self, cause: str) -> None:
        """Raise Disagreement when the states differ; otherwise give the model the sandbox's ids."""
        sandbox = self.harness_run.view()
        judge_state(cause, sandbox, self.model.view())
        self.model.learn_ids(sandbox)

    def _customer_at(self, index: int) -> dict[str, Any]:
        """Return the ids of a known customer, or after the last one those of a customer that does not exist."""
        known = [one.id for row in self.model.rows if (one := row.source or row.cached) is not None]
        return {"companyId": self.company, "customerId": [*known, "nobody"][index % (len(known) + 1)]}

    def _company_at(self, index: int) -> str:
        identifier = self.model.companies[index % len(self.model.companies)].id
        assert identifier is not None
        return identifier


def machine_for(harness: ModelHarness, promised: frozenset[str], known: KnownDefects) -> type[ClientMachine]:
    """Return the state machine of a harness."""
    return type("Machine", (ClientMachine,), {"harness": harness, "promised": promised, "known": known})


def _without_none(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
