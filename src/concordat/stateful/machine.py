"""The rules: what a caller, the passing of time and other people may do, in any order.

Hypothesis chooses and, when the three do not agree, shrinks to the shortest sequence. Arguments that name a record are
numbers, taken round the records that there are, so that a shorter sequence still means something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from concordat.stateful.expected_answer import Expected
from concordat.stateful.judgement import Calling, answered, client_checks, judge_answer, judge_checks, judge_state
from concordat.stateful.model import Model, Row
from concordat.stateful.view import Company, Customer

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
_PLACES = st.integers(0, 5)
_STATUSES = st.sampled_from(["Active", "Archived"])
_QUERIES = st.one_of(
    st.none(),
    st.sampled_from(["status=Active", "status!=Active", "customerName~ada", "customerName~ltd&&status=Archived"]),
    st.sampled_from(_NAMES[1:4]).map(lambda name: f"customerName={name}"),
)
_SIZES = st.one_of(st.none(), st.sampled_from([1, 2, 3, 100]))
_PAGES = st.one_of(st.none(), st.integers(1, 3))


class ClientMachine(RuleBasedStateMachine):
    """One sequence. `harness`, `promised` and `known` are set by `machine_for`."""

    harness: ClassVar[ModelHarness]
    promised: ClassVar[frozenset[str]]
    known: ClassVar[KnownDefects]

    def __init__(self) -> None:
        super().__init__()
        self.stood = self.harness.begin(_WORLD)
        self.company: str = self.stood.bindings["company"]
        self.connection: str = self.stood.bindings["connection"]
        records = [Customer(one["id"], one["customerName"], one["status"]) for one in _WORLD["customers"]]
        asked = self.harness.contract.operation("customers.create").argument_names
        self.model = Model(
            refreshes="allowSyncOnPushComplete" in asked,
            rows=[Row(one, one, dirty=False) for one in records],
            companies=[Company(self.company, "Model Trading")],
        )
        judge_state("the world", self.stood.view(), self.model.view())

    def teardown(self) -> None:
        """End the example; the adapter stays for the next."""
        self.stood.close()

    # -- calls

    @rule(name=st.sampled_from(_NAMES), status=_STATUSES)
    def create(self, name: str, status: str) -> None:
        """Write a new record."""
        self._create(name, status)

    @rule(name=st.sampled_from(_NAMES[:2]), key=st.sampled_from(["first", "second"]))
    def create_under_key(self, name: str, key: str) -> None:
        """Write a record under an Idempotency-Key, perhaps once more."""
        self._create(name, "Active", key=key)

    @rule(name=st.sampled_from(_NAMES), fault=st.sampled_from(sorted(_FAULTS)))
    def create_in_vain(self, name: str, fault: str) -> None:
        """Write a new record while the upstream misbehaves."""
        self._create(name, "Active", fault=fault)

    @rule(place=_PLACES, name=st.sampled_from(_NAMES), status=_STATUSES, force=st.sampled_from([None, True, False]))
    def update(self, place: int, name: str, status: str, force: bool | None) -> None:  # noqa: FBT001 - an argument
        """Write another version of a record, or of one that is not there."""
        body = {"customerName": name, "status": status}
        arguments = {**self._at(place), "connectionId": self.connection, "body": body, "forceUpdate": force}
        self._call("customers.update", arguments)

    @rule(place=_PLACES)
    def get(self, place: int) -> None:
        """Read one record, or one that is not there."""
        self._call("customers.get", self._at(place))

    @rule(query=_QUERIES, by=st.sampled_from([None, "customerName", "-customerName"]), page=_PAGES, size=_SIZES)
    def list_customers(self, query: str | None, by: str | None, page: int | None, size: int | None) -> None:
        """Read a page of records."""
        arguments = {"companyId": self.company, "query": query, "orderBy": by, "page": page, "pageSize": size}
        self._call("customers.list", arguments)

    @rule(fault=st.sampled_from(sorted(_FAULTS)))
    def list_in_vain(self, fault: str) -> None:
        """Read a page while the upstream misbehaves."""
        self._call("customers.list", {"companyId": self.company}, fault=fault)

    @precondition(lambda self: self.model.writes)
    @rule(place=_PLACES)
    def poll(self, place: int) -> None:
        """Look what has become of a write."""
        key = self.model.writes[place % len(self.model.writes)].push.key
        self._call("pushOperations.get", {"companyId": self.company, "pushOperationKey": key})

    @rule(page=_PAGES, size=_SIZES)
    def list_writes(self, page: int | None, size: int | None) -> None:
        """Read a page of the history of writes."""
        self._call("pushOperations.list", {"companyId": self.company, "page": page, "pageSize": size})

    @rule()
    def refresh(self) -> None:
        """Ask for a refresh, perhaps while one is under way."""
        self._call("refresh.dataType", {"companyId": self.company, "dataType": "customers"})

    @rule(name=st.sampled_from(_NAMES), status=_STATUSES)
    def create_and_wait(self, name: str, status: str) -> None:
        """Write a new record, and wait until it is written."""
        self._create(name, status)
        self.time_passes(30)

    @rule()
    def refresh_and_wait(self) -> None:
        """Ask for a refresh, and wait until it is over."""
        self.refresh()
        self.time_passes(10)

    @rule()
    def look_at_status(self) -> None:
        """Ask how far the refresh is."""
        self._call("dataStatus.get", {"companyId": self.company})

    @rule(name=st.sampled_from(_COMPANY_NAMES), description=st.sampled_from(_DESCRIPTIONS))
    def found_company(self, name: str, description: str | None) -> None:
        """Make a company."""
        self._call("companies.create", {"body": _without_none({"name": name, "description": description})})

    @rule(place=_PLACES, name=st.sampled_from(_COMPANY_NAMES), description=st.sampled_from(_DESCRIPTIONS))
    def change_company(self, place: int, name: str, description: str | None) -> None:
        """Change a company in part."""
        body = _without_none({"name": name, "description": description})
        self._call("companies.update", {"companyId": self._company_at(place), "body": body})

    @rule(place=_PLACES)
    def get_company(self, place: int) -> None:
        """Read a company."""
        self._call("companies.get", {"companyId": self._company_at(place)})

    @rule(query=st.sampled_from([None, "name~a", "name=beta & co"]), page=_PAGES, size=_SIZES)
    def list_companies(self, query: str | None, page: int | None, size: int | None) -> None:
        """Read a page of companies."""
        self._call("companies.list", {"query": query, "page": page, "pageSize": size})

    @precondition(lambda self: len(self.model.companies) > 1)
    @rule(place=_PLACES)
    def delete_company(self, place: int) -> None:
        """Delete a company, but not the one of all the records."""
        own = self.model.companies[1:]
        self._call("companies.delete", {"companyId": own[place % len(own)].id})

    # -- what happens by itself

    @rule(seconds=st.sampled_from([5, 10, 30, 60, 5400]))
    def time_passes(self, seconds: int) -> None:
        """Move the virtual clock."""
        self.stood.advance(seconds)
        self.model.advance(seconds)
        self._settle(f"{seconds} s that passed")

    @rule(place=_PLACES, name=st.sampled_from([None, "Renamed elsewhere"]))
    def change_elsewhere(self, place: int, name: str | None) -> None:
        """Let somebody rename or delete a record in the accounting software."""
        there = [row for row in self.model.rows if row.source is not None]
        if there:
            row = there[place % len(there)]
            assert row.source is not None
            identifier = row.source.id
            change = {"remove": [identifier]} if name is None else {"edit": {identifier: {"customerName": name}}}
            self.stood.change({"customers": change})
            self.model.elsewhere(row, name)
            self._settle(f"a change of {identifier} elsewhere")

    # -- the machinery

    def _create(self, name: str, status: str, *, key: str | None = None, fault: str | None = None) -> None:
        body = {"customerName": name, "status": status}
        arguments = {"companyId": self.company, "connectionId": self.connection, "body": body}
        self._call("customers.create", arguments, key=key, fault=fault)

    def _call(
        self, operation: str, arguments: dict[str, Any], *, key: str | None = None, fault: str | None = None
    ) -> None:
        given = _without_none(arguments)
        if operation not in self.promised or self.known.avoids(operation, given):
            return
        plan = None if fault is None else _FAULTS[fault]
        reaches = plan is None or plan.get("when") == "after"
        expected = self.model.answer(operation, given, key) if reaches else Expected(0)
        calling = Calling(operation, given, expected, faulty=plan is not None)
        seen = self.stood.call(operation, given, key=key, fault=plan)
        failed = client_checks(calling, seen, self.harness.contract, self.promised)
        judge_checks(calling, self.known.unexplained(operation, given, failed, answered(seen)))
        held, model = self.stood.view(), self.model.view()
        judge_answer(calling, seen, held, model)
        self._settle(operation)

    def _settle(self, what: str) -> None:
        held = self.stood.view()
        judge_state(what, held, self.model.view())
        self.model.learn(held)

    def _at(self, place: int) -> dict[str, Any]:
        """Name a record that was seen, or after the last one a record that nobody has."""
        known = [one.id for row in self.model.rows if (one := row.source or row.cached) is not None]
        return {"companyId": self.company, "customerId": [*known, "nobody"][place % (len(known) + 1)]}

    def _company_at(self, place: int) -> str:
        identifier = self.model.companies[place % len(self.model.companies)].id
        assert identifier is not None
        return identifier


def machine_for(harness: ModelHarness, promised: frozenset[str], known: KnownDefects) -> type[ClientMachine]:
    """Return the machine that runs on a harness."""
    return type("Machine", (ClientMachine,), {"harness": harness, "promised": promised, "known": known})


def _without_none(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
