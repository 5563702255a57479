"""The state machine of a live run: reads of a client, compared with the records that the harness read.

Records may change during the run. An answer that contradicts the model counts only if a second call and a second
reading of the list contradict each other in the same way, and the list stayed as it is around the second call.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from concordat.compare.canonical import read_json
from concordat.compare.diff import diff
from concordat.contract_tests.semantic.reader import Contradicted, Contradiction, Refused, brief, page_of
from concordat.contract_tests.semantic.record_relation import conditions_of, judge_record
from concordat.contract_tests.semantic.window import orders_of
from concordat.http1.exchange import Ending
from concordat.stateful.expected_answer import Expected
from concordat.stateful.judgement import (
    Disagreement,
    ModelCall,
    Participant,
    answer_body,
    answered,
    call_text,
    client_checks,
    judge_checks,
)
from concordat.stateful.live_model import ListCall, judge_list, sample_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from concordat.contract_tests.semantic.list_operation import ListOperation
    from concordat.contract_tests.semantic.reader import ListReader
    from concordat.stateful.harness import HarnessTrace
    from concordat.stateful.known_defects import KnownDefects
    from concordat.stateful.live_harness import LiveHarness
    from concordat.stateful.live_model import LiveModel

    Judge = Callable[[Any, str], Iterable[Contradiction]]
    """Yields the contradictions of an answer's JSON; the text is the request line."""

__all__ = ["Expect", "LiveMachine", "live_machine_for"]


class Expect(Enum):
    """The statuses of an answer that can be judged: a success, a success of a listed record, or a refusal."""

    ANY = "any"
    LISTED = "listed"
    REFUSAL = "refusal"


_ATTEMPTS = 3
_NOT_FOUND = 404
_FIRST_REFUSAL = 400
_SUCCESS = range(200, 300)
_UNKNOWN_IDS = {"uuid": "c0c0c0c0-dada-4ada-8ada-c0c0c0c0dada"}
"""Ids of no record, by the format of the parameter."""
_UNKNOWN_ID = "concordat-nobody"
_INDEXES = st.integers(0, 40)
_SIZES = st.one_of(st.none(), st.sampled_from([1, 2, 3, 10, 100]))
_PAGES = st.one_of(st.none(), st.integers(1, 3))


class LiveMachine(RuleBasedStateMachine):
    """One sequence of reads. `live_machine_for` sets the class attributes; the model serves all sequences."""

    live: ClassVar[LiveHarness]
    model: ClassVar[LiveModel]
    promised: ClassVar[frozenset[str]]
    known: ClassVar[KnownDefects]

    def __init__(self) -> None:
        super().__init__()
        self.live_run = self.live.begin()
        self.trace: list[str] = []

    def teardown(self) -> None:
        """End the example, not the adapter."""
        self.live_run.close()

    # -- rules

    @rule(which=_INDEXES, page=_PAGES, size=_SIZES)
    def list_page(self, which: int, page: int | None, size: int | None) -> None:
        """Read a page of a list."""
        reader = self._reader(which)
        if reader is not None:
            self._list(reader, ListCall(page, size))

    @rule(which=_INDEXES, choice=st.integers(0, 10_000), size=_SIZES)
    def list_filtered(self, which: int, choice: int, size: int | None) -> None:
        """Read a filtered list, with a value that a record has."""
        reader = self._reader(which)
        window = None if reader is None else self.model.window(reader)
        conditions = [] if reader is None or window is None else conditions_of(reader.lists, window)
        if reader is not None and conditions:
            self._list(reader, ListCall(size=size, conditions=(conditions[choice % len(conditions)],)))

    @rule(which=_INDEXES, choice=_INDEXES, page=_PAGES, size=_SIZES)
    def list_ordered(self, which: int, choice: int, page: int | None, size: int | None) -> None:
        """Read a page of an ordered list."""
        reader = self._reader(which)
        window = None if reader is None else self.model.window(reader)
        orders = [] if reader is None or window is None else orders_of(reader, window)
        if reader is not None and orders:
            self._list(reader, ListCall(page, size, order=orders[choice % len(orders)]))

    @rule(which=_INDEXES, index=_INDEXES)
    def get(self, which: int, index: int) -> None:
        """Read a record of a list, or after the last one a record that does not exist."""
        reader = self._reader(which)
        window = None if reader is None else self.model.window(reader)
        if reader is None or window is None or reader.lists.reads is None:
            return
        ids = [one for one in window.ids if one is not None]
        identifier = [*ids, None][index % (len(ids) + 1)]
        self._get(reader, identifier)

    @rule(which=_INDEXES)
    def read_again(self, which: int) -> None:
        """Read something that is not a list, and compare it with what the harness reads."""
        if not self.model.others or not self.model.readers:
            return
        operation, arguments = self.model.others[which % len(self.model.others)]
        reader = self.model.readers[0]

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            for one in diff(reader.body(operation, arguments), body):
                expected, observed = one.sides
                yield Contradiction("read.same", f"{request} at {brief(one.pointer)}", brief(expected), brief(observed))

        self.call(operation.name, arguments, judge)

    # -- calls and their judgement

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        judge: Judge,
        *,
        reader: ListReader | None = None,
        lists: ListOperation | None = None,
        expect: Expect = Expect.ANY,
        repeat: bool = True,
    ) -> Any:
        """Call an operation and return the JSON of its success, None without one.

        `reader` is the list that the model reads again, `lists` the one whose records the answer has. A call that does
        not `repeat` is judged by one answer. Raises Disagreement for a wrong client, and for an endpoint whose answers
        contradict each other.
        """
        try:
            return self._call(operation, arguments, judge, reader=reader, lists=lists, expect=expect, repeat=repeat)
        except Disagreement as found:
            self.model.found = found
            self.model.found_after = tuple(self.trace)
            raise

    def _call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        judge: Judge,
        *,
        reader: ListReader | None,
        lists: ListOperation | None,
        expect: Expect,
        repeat: bool,
    ) -> Any:
        """Return the JSON of a success as `call` does."""
        if operation not in self.promised or self.known.avoids(operation, arguments):
            return None
        seen: set[Contradiction] = set()
        for attempt in range(_ATTEMPTS):
            before = self._state(reader, again=attempt > 0)
            call, trace = self._called(operation, arguments, lists)
            found = self._contradictions(call, trace, judge, expect)
            if not found:
                return None if found is None or answered(trace) not in _SUCCESS else _json(trace)
            counted = found & seen if repeat else found
            unchanged = not repeat or (attempt > 0 and before == self._state(reader, again=True))
            if counted and unchanged:
                why = "\n".join(sorted(map(str, counted)))
                check = min(counted, key=str).check
                raise Disagreement(Participant.TARGET, call_text(call), why, check=check, live=True)
            seen = found
        self.model.unjudged[f"{operation}: the records changed at each attempt"] += 1
        return None

    def _contradictions(
        self, call: ModelCall, trace: HarnessTrace, judge: Judge, expect: Expect
    ) -> set[Contradiction] | None:
        """Return the contradictions of an answer, None for one that cannot be judged. Counts both."""
        status, request = answered(trace), _request_line(trace)
        if expect is Expect.LISTED and status == _NOT_FOUND:
            return {Contradiction("record.found", request, "the listed record", str(status))}
        if status not in _SUCCESS and not (expect is Expect.REFUSAL and status >= _FIRST_REFUSAL):
            reason = f"was answered with {status}" if status else "had no complete answer"
            self.model.unjudged[f"{call.operation} {reason}"] += 1
            return None
        try:
            if expect is Expect.REFUSAL:
                body = brief(_json(trace))
                found = (
                    set() if status >= _FIRST_REFUSAL else {Contradiction("record.found", request, "a refusal", body)}
                )
            else:
                found = set(judge(_json(trace), request))
        except Contradicted as error:
            found = {error.contradiction}
        except Refused as error:
            self.model.unjudged[str(error)] += 1
            return None
        self.model.judged[call.operation] += not found
        return found

    def _state(self, reader: ListReader | None, *, again: bool) -> tuple[Any, ...] | None:
        """Return the ids and the total of the list, None without a list."""
        window = None if reader is None else self.model.window(reader, again=again)
        return None if window is None else (window.ids, window.first.total)

    def _called(
        self, operation: str, arguments: Mapping[str, Any], lists: ListOperation | None
    ) -> tuple[ModelCall, HarnessTrace]:
        """Call once and judge the client by the answer that it received. Raises Disagreement."""
        trace = self.live_run.call(operation, arguments)
        self.trace.append(f"{_request_line(trace)} was answered with {answered(trace)}")
        note(f"# {self.trace[-1]}")
        call = ModelCall(operation, arguments, Expected(0, sample_facts(lists, answer_body(trace))))
        failed = client_checks(call, trace, self.live.contract, self.promised, live=True)
        judge_checks(call, self.known.unexplained(operation, arguments, failed, answered(trace)), live=True)
        return call, trace

    def _list(self, reader: ListReader, call: ListCall) -> None:
        """Read a page of a list."""
        lists = reader.lists
        arguments = {**reader.arguments, **call.arguments(lists.rules)}

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            window = self.model.window(reader)
            return () if window is None else judge_list(lists, window, call, page_of(lists, request, body))

        if self.model.window(reader) is not None:
            self.call(lists.name, arguments, judge, reader=reader, lists=lists)

    def _get(self, reader: ListReader, identifier: str | None) -> None:
        """Read a record of a list; None reads a record that does not exist."""
        lists = reader.lists
        assert lists.reads is not None
        name = lists.reads.name

        def judge(body: Any, request: str) -> Iterable[Contradiction]:
            window = self.model.window(reader)
            known = {} if window is None else dict(zip(window.ids, window.records, strict=True))
            if identifier is not None and identifier in known:
                yield from judge_record(lists, known[identifier], body, request)

        arguments = {**reader.arguments, lists.id_parameter: identifier or _unknown_id(lists)}
        expect = Expect.REFUSAL if identifier is None else Expect.LISTED
        self.call(name, arguments, judge, reader=reader, lists=lists, expect=expect)

    def _reader(self, which: int) -> ListReader | None:
        """Return one of the lists that the endpoint shows and the client can read."""
        readers = [one for one in self.model.readers if one.lists.name in self.promised]
        return readers[which % len(readers)] if readers else None


def live_machine_for(
    base: type[LiveMachine], live: LiveHarness, model: LiveModel, promised: frozenset[str], known: KnownDefects
) -> type[LiveMachine]:
    """Return the state machine of a live harness, with the rules of `base`."""
    return type("Machine", (base,), {"live": live, "model": model, "promised": promised, "known": known})


def _unknown_id(lists: ListOperation) -> str:
    """Return a valid id of no record."""
    parameters = () if lists.reads is None else lists.reads.parameters
    schema = next((one.schema for one in parameters if one.name == lists.id_parameter), {})
    return _UNKNOWN_IDS.get(str(schema.get("format")), _UNKNOWN_ID)


def _json(trace: HarnessTrace) -> Any:
    """Return the JSON of the last complete answer with numbers as written, None for any other answer."""
    exchange = trace.exchanges[-1] if trace.exchanges else None
    if exchange is None or exchange.response is None or exchange.ending is not Ending.COMPLETE:
        return None
    try:
        return read_json(exchange.response.body)
    except ValueError:
        return None


def _request_line(trace: HarnessTrace) -> str:
    exchange = trace.exchanges[-1] if trace.exchanges else None
    request = None if exchange is None else exchange.request
    return "no request" if request is None else f"{request.method} {request.target}"
