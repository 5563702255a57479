"""The state machine of a live run with writes: records of its own, followed from the request to the read.

Names are unique, and updates and deletions concern only records that the same sequence created. Waits are real and
bounded; a task that takes longer leaves the call unjudged. No rule has a precondition: the sequences that Hypothesis
draws must not depend on an endpoint's answers, which may differ at each run of a sequence.
"""

from __future__ import annotations

import secrets
import time
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from concordat.contract_tests.semantic.reader import Contradicted, Contradiction, Refused, brief
from concordat.stateful.judgement import Disagreement, Participant
from concordat.stateful.live_machine import Expect, LiveMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["WritingMachine"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 5.0
_MOST_WAITS = 6
"""Longest waits that a run may spend in all, before it makes no further writes."""
_MOST_CREATED = 2
_PENDING = "Pending"
_SUCCESS = "Success"
_COMPLETE = "Complete"
_PROCESS = secrets.token_hex(4)
_numbers = count(1)
_STATUSES = st.sampled_from(["Active", "Archived"])
_INDEXES = st.integers(0, 5)


class WritingMachine(LiveMachine):
    """One sequence of reads and writes. `longest_wait` limits the wait for a push or a refresh, in seconds."""

    longest_wait: ClassVar[float] = 90.0

    def __init__(self) -> None:
        super().__init__()
        self.created: dict[str, tuple[str, str]] = {}
        self.companies: dict[str, str] = {}

    # -- customers

    @rule(status=_STATUSES)
    def create(self, status: str) -> None:
        """Create a customer, follow its push, refresh, and read it back."""
        if len(self.created) >= _MOST_CREATED or not self._can_write():
            return
        name = _unique_name()
        push = self._push("customers.create", {**self._account, "body": {"customerName": name, "status": status}})
        record = self._follow(push)
        if record is not None:
            self.created[record] = (name, status)
            self._read_back(record)

    @rule(index=_INDEXES, status=_STATUSES)
    def update(self, index: int, status: str) -> None:
        """Update a customer that this sequence created, follow the push, refresh, and read it back."""
        if not self.created:
            self.create(status)
        if not self.created or not self._can_write():
            return
        record = list(self.created)[index % len(self.created)]
        name = _unique_name()
        body = {"customerName": name, "status": status}
        arguments = {**self._account, "customerId": record, "body": body, "forceUpdate": True}
        if self._follow(self._push("customers.update", arguments)) is not None:
            self.created[record] = (name, status)
            self._read_back(record)

    # -- companies

    @rule()
    def create_company(self) -> None:
        """Create a company, if the client can delete it afterwards."""
        if len(self.companies) >= _MOST_CREATED or "companies.delete" not in self.promised:
            return
        name = _unique_name()

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            yield from _different(body, {"name": name}, request, "write.answer")

        body = self._write("companies.create", {"body": {"name": name}}, judge)
        identifier = body.get("id") if isinstance(body, dict) else None
        if isinstance(identifier, str) and identifier:
            self.companies[identifier] = name

    @rule(index=_INDEXES)
    def update_company(self, index: int) -> None:
        """Rename a company that this sequence created."""
        identifier, name = self._company_at(index), _unique_name()
        if identifier is None:
            return

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            yield from _different(body, {"id": identifier, "name": name}, request, "write.answer")

        if self._write("companies.update", {"companyId": identifier, "body": {"name": name}}, judge) is not None:
            self.companies[identifier] = name

    @rule(index=_INDEXES)
    def get_company(self, index: int) -> None:
        """Read a company that this sequence created."""
        identifier = self._company_at(index)
        if identifier is None:
            return

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            yield from _different(body, {"id": identifier, "name": self.companies[identifier]}, request, "read.back")

        self.call("companies.get", {"companyId": identifier}, judge, expect=Expect.LISTED)

    @rule(index=_INDEXES)
    def delete_company(self, index: int) -> None:
        """Delete a company that this sequence created; it cannot be read afterwards."""
        identifier = self._company_at(index)
        if identifier is None:
            return
        answered = self.model.judged["companies.delete"]
        self._write("companies.delete", {"companyId": identifier}, _no_contradiction)
        if self.model.judged["companies.delete"] > answered:
            del self.companies[identifier]
            self.call("companies.get", {"companyId": identifier}, _no_contradiction, expect=Expect.REFUSAL)

    def teardown(self) -> None:
        """Delete the remaining companies of this sequence, and end the example."""
        try:
            for identifier in self.companies if "companies.delete" in self.promised else ():
                self.live_run.call("companies.delete", {"companyId": identifier})
        finally:
            super().teardown()

    # -- helpers of the rules

    def _write(
        self, operation: str, arguments: Mapping[str, Any], judge: Callable[[Any, str], Iterable[Contradiction]]
    ) -> Any:
        """Call a writing operation once and return the JSON of its success, None without one."""
        self.model.forget()
        return self.call(operation, arguments, judge, repeat=False)

    def _push(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Start a push and return its answer."""

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            key = body.get("pushOperationKey") if isinstance(body, dict) else None
            if not isinstance(key, str) or not key:
                yield Contradiction("push.key", request, "the key of the push", brief(key))

        return self._write(operation, arguments, judge)

    def _follow(self, push: Any) -> str | None:
        """Poll a push until it ends, and return the id of the written record; None without one."""
        if not isinstance(push, dict):
            return None
        key = push["pushOperationKey"]
        arguments = {**self._company, "pushOperationKey": key}
        ended: list[Any] = []

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            yield from _different(body, {"pushOperationKey": key}, request, "push.key")
            if ended:
                yield from _different(body, {"status": ended[0]}, request, "push.ended-once")

        def poll() -> Any:
            body = self.call("pushOperations.get", arguments, judge, expect=Expect.LISTED)
            return None if not isinstance(body, dict) else body

        body = self._until(poll, lambda found: found.get("status") != _PENDING, "a push")
        if body is None:
            return None
        ended.append(body.get("status"))
        poll()  # an ended push stays as it is
        self.model.forget()
        if body.get("status") != _SUCCESS:
            self.model.unjudged[f"a push ended as {brief(body.get('status'))}"] += 1
            return None
        changes = body.get("changes")
        changed = changes[0] if isinstance(changes, list) and changes else None
        reference = changed.get("recordRef") if isinstance(changed, dict) else None
        record = reference.get("id") if isinstance(reference, dict) else None
        if not isinstance(record, str) or not record:
            self.model.unjudged["a push names no record"] += 1
            return None
        return str(record)

    def _read_back(self, record: str) -> None:
        """Refresh the customers, wait for the end, and read a written one."""
        if "refresh.dataType" not in self.promised:
            return
        arguments = {**self._company, "dataType": "customers"}

        def start() -> Any:
            pull = self._write("refresh.dataType", arguments, _no_contradiction)
            return pull if isinstance(pull, dict) else {}

        # a refresh is refused while another one runs, such as one that the write itself started
        pull = self._until(start, bool, "a refresh of another caller")
        identifier = pull.get("id") if isinstance(pull, dict) else None
        if not isinstance(identifier, str) or not identifier:
            return
        operation = self.live.contract.operation("pullOperations.get")

        def poll() -> Any:
            try:
                body = self.model.readers[0].body(operation, {**self._company, "datasetId": identifier})
            except (Refused, Contradicted) as error:
                self.model.unjudged[str(error)] += 1
                return None
            return body if isinstance(body, dict) else None

        def ended(found: Mapping[str, Any]) -> bool:
            return found.get("isCompleted") is True or found.get("isErrored") is True

        done = self._until(poll, ended, "a refresh")
        self.model.forget()
        if done is None or done.get("status") != _COMPLETE:
            return
        name, status = self.created[record]

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            yield from _different(body, {"id": record, "customerName": name, "status": status}, request, "read.back")

        self.call("customers.get", {**self._company, "customerId": record}, judge, expect=Expect.LISTED)
        self._read_once(name)

    def _read_once(self, name: str) -> None:
        """Count the customers with a unique name. Raises Disagreement for a write that happened twice."""
        window = self.model.window(self.model.reader("customers.list"), again=True)
        times = 0 if window is None else [one.get("customerName") for one in window.records].count(name)
        if window is not None and window.whole and times != 1:
            why = str(Contradiction("write.once", window.first.request, f"one {name}", str(times)))
            found = Disagreement(Participant.TARGET, f"customers.create {name}", why, check="write.once", live=True)
            self.model.found, self.model.found_after = found, tuple(self.trace)
            raise found

    def _until(self, poll: Callable[[], Any], ended: Callable[[Any], bool], what: str) -> Any:
        """Poll until an answer has ended, and return it; None after the longest wait, or for an unjudged answer."""
        end, pause = time.monotonic() + self.longest_wait, _FIRST_PAUSE
        while True:
            found = poll()
            if found is None or ended(found):
                return found
            if time.monotonic() + pause > end:
                self.model.unjudged[f"{what} did not end within {self.longest_wait:g} s"] += 1
                return None
            self.model.waited += pause
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _can_write(self) -> bool:
        """Whether the target has a connection for writes, and the run has time to wait for their ends."""
        if self.model.waited > self.longest_wait * _MOST_WAITS:
            self.model.unjudged["the run has waited too long for further writes"] += 1
            return False
        return self.live.bindings.get("connection") is not None and bool(self.model.readers)

    @property
    def _company(self) -> dict[str, Any]:
        return {"companyId": self.live.bindings["company"]}

    @property
    def _account(self) -> dict[str, Any]:
        return {**self._company, "connectionId": self.live.bindings["connection"]}

    def _company_at(self, index: int) -> str | None:
        """Return one of the companies of this sequence, a new one without any; None when none can be created."""
        if not self.companies:
            self.create_company()
        if not self.companies:
            return None
        return list(self.companies)[index % len(self.companies)]


def _different(body: Any, expected: Mapping[str, Any], request: str, check: str) -> Iterable[Contradiction]:
    """Yield a contradiction for each expected member that a body does not have."""
    for name, value in expected.items():
        observed = body.get(name) if isinstance(body, dict) else body
        if observed != value:
            yield Contradiction(check, f"{request} at /{name}", brief(value), brief(observed))


def _no_contradiction(body: Any, request: str) -> Iterable[Contradiction]:
    del body, request
    return ()


def _unique_name() -> str:
    """Return a name that no other run has."""
    return f"Concordat {_PROCESS} {next(_numbers)}"
