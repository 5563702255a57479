"""Decoding: what a change of the answer cost its caller, and what it may not have cost."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Protocol

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest

from concordat.checks import Check, FieldRetention, Verdict, decoding_of, judge
from concordat.clients.protocol import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks.model import DecodingTrace

CALL: dict[str, Any] = {
    "call": "customers.list",
    "with": {"companyId": "8a210b68-6988-11ed-a1eb-0242ac120002", "page": 2},
}
PAGE: dict[str, Any] = {"pageNumber": 1, "results": [{"id": "c-1", "status": "Active"}], "links": {}}


class JudgeChange(Protocol):
    """Judges one change: the rule, its place, the answer under it, and what the caller then read."""

    def __call__(
        self, rule: str, at: str, answer: object, read: object, *, first: object = PAGE, **more: object
    ) -> tuple[Check, DecodingTrace]: ...


@pytest.fixture
def play(trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]) -> JudgeChange:
    """Return a function that judges a change: the rule, its place, the answer under it, and what the caller then read.

    `first` is what the caller read of the answer without the change, which is `PAGE`.
    """

    def shown(read: object) -> Outcome | None:
        return read if read is None or isinstance(read, Outcome) else outcomes.ok(read)

    def run(
        rule: str, at: str, answer: object, read: object, *, first: object = PAGE, **more: object
    ) -> tuple[Check, DecodingTrace]:
        faults = [
            {"on": "customers.list", "evolve": {"rule": "complete", "at": at}},
            {"on": "customers.list", "at": 2, "evolve": {"rule": rule, "at": at}},
        ]
        body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        case = trace(
            ({**CALL, "id": "before"}, [exchange(answer=msgspec.json.encode(PAGE))], shown(first)),
            ({**CALL, "id": "after"}, [exchange(number=2, answer=body, **more)], shown(read)),
            case={"world": {}, "faults": faults},
        )
        decoded = decoding_of(case)
        assert decoded is not None
        return next(check for check in judge(case) if check.id == "decoding"), decoded

    return run


def page(**changes: object) -> dict[str, Any]:
    return {**PAGE, **changes}


@pytest.mark.parametrize(
    ("rule", "at", "answer", "read", "retention", "verdict"),
    [
        ("new-field", "", page(concordatAddition="new"), PAGE, "dropped", "pass"),
        ("new-field", "", page(concordatAddition="new"), page(concordatAddition="new"), "kept", "pass"),
        ("new-field", "", page(concordatAddition="new"), {"pageNumber": 1}, "dropped", "fail"),
        ("new-field", "", page(concordatAddition="new"), page(pageNumber=2), "changed", "fail"),
        ("new-enum-value", "/pageNumber", page(pageNumber="Odd"), page(pageNumber="Unknown"), "changed", "pass"),
        ("new-enum-value", "/pageNumber", page(pageNumber="Odd"), page(pageNumber="Odd"), "kept", "pass"),
        ("null", "/pageNumber", page(pageNumber=None), page(pageNumber=None), "kept", "pass"),
        ("null", "/links", page(links=None), {"pageNumber": 1, "results": PAGE["results"]}, "kept", "pass"),
        ("null", "/links", page(links=None), page(links={}), "changed", "fail"),
        ("absent", "/links", {"pageNumber": 1, "results": PAGE["results"]}, page(links=None), "kept", "pass"),
        ("absent", "/links", {"pageNumber": 1, "results": PAGE["results"]}, page(links=[]), "changed", "fail"),
        ("absent", "/links/next", PAGE, page(links={"next": None}), "kept", "pass"),
        ("absent", "/links/next", PAGE, page(links={"next": ""}), "changed", "fail"),
        ("integral-float", "/pageNumber", b'{"pageNumber":1.0}', {"pageNumber": 1}, "kept", "pass"),
        ("integral-float", "/pageNumber", b'{"pageNumber":1.0}', {"pageNumber": "1"}, "changed", "fail"),
        ("integral-float", "/pageNumber", b'{"pageNumber":1.0}', {}, "dropped", "fail"),
        ("reordered", "", dict(reversed(PAGE.items())), PAGE, "kept", "pass"),
        ("reordered", "", dict(reversed(PAGE.items())), page(pageNumber=7), "changed", "fail"),
        ("byte-order-mark", "", b"\xef\xbb\xbf" + msgspec.json.encode(PAGE), PAGE, "kept", "pass"),
    ],
)
def test_field_retention_and_verdict_follow_from_the_outcome(
    play: JudgeChange, rule: str, at: str, answer: object, read: object, *, retention: str, verdict: str
) -> None:
    check, what = play(rule, at, answer, read)
    assert (what.retention, check.verdict) == (FieldRetention(retention), Verdict(verdict))


@pytest.mark.parametrize(
    ("sent", "read", "verdict"),
    [
        ("2022-10-23T09:08:07Z", "2022-10-23T09:08:07+00:00", "pass"),
        ("2022-10-23T09:08:07.250Z", "2022-10-23T09:08:07.25+00:00", "pass"),
        ("2022-10-23T09:08:07.6401039Z", "2022-10-23T09:08:07.640103+00:00", "fail"),
        ("2022-10-23T23:30:00+02:00", "2022-10-23T21:30:00Z", "pass"),
        ("2022-10-23T23:30:00+02:00", "2022-10-23T23:30:00Z", "fail"),
        ("2022-10-23T23:30:00", "2022-10-23T23:30:00.000", "pass"),
        ("2022-10-23T23:30:00", "2022-10-23T23:30:00Z", "fail"),
        ("2022-10-23", "2022-10-23T00:00:00", "pass"),
        ("2022-10-23", "2022-10-22T22:00:00Z", "fail"),
    ],
)
def test_a_date_may_be_spelled_otherwise_and_not_moved(play: JudgeChange, sent: str, read: str, verdict: str) -> None:
    check, _ = play("date-utc", "/made", page(made=sent), page(made=read))
    assert check.verdict == Verdict(verdict)


def test_the_share_counts_every_path_of_the_answer(play: JudgeChange) -> None:
    _, what = play("new-field", "", page(concordatAddition="new"), {"pageNumber": 1, "links": {}})
    assert (what.kept, what.total) == (2, 5)


def test_what_was_not_read_without_the_change_either_is_not_its_cost(play: JudgeChange) -> None:
    poorer = {"results": PAGE["results"], "links": {}}
    check, what = play("new-field", "", page(concordatAddition="new"), poorer, first=poorer)
    assert check.verdict is Verdict.PASS
    assert (what.retention, what.kept) == (FieldRetention.DROPPED, 3)


def test_a_value_that_is_made_up_is_red_at_should(play: JudgeChange) -> None:
    check, _ = play("absent", "/links", {"pageNumber": 1, "results": PAGE["results"]}, page(links=[]))
    assert (check.level, check.kind, check.pointer) == ("should", "extra", "/links")


@pytest.mark.parametrize(("status", "retention"), [(200, "typed-error"), (None, "untyped-error")])
def test_an_error_is_typed_when_it_shows_the_status(
    play: JudgeChange, outcomes: type[OutcomeBuilders], status: int | None, retention: str
) -> None:
    check, what = play("new-field", "", page(concordatAddition="new"), outcomes.failed(status))
    assert (what.retention, what.kept, check.verdict) == (FieldRetention(retention), 0, Verdict.BLOCKED)


def test_a_client_that_dies_has_crashed(play: JudgeChange) -> None:
    check, what = play("null", "/links", page(links=None), None)
    assert (what.retention, check.verdict) == (FieldRetention.CRASH, Verdict.BLOCKED)


@pytest.mark.parametrize(
    ("rule", "coding", "pack"), [("gzip", "gzip", gzip.compress), ("br", "br", brotli.compress)], ids=["gzip", "br"]
)
def test_a_coded_answer_is_compared_unpacked(
    play: JudgeChange, exchange: MakeExchange, rule: str, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    body = pack(msgspec.json.encode(PAGE))
    response = exchange(answer=body).response
    assert response is not None
    coded = msgspec.structs.replace(response, headers=(*response.headers, ("Content-Encoding", coding)))
    check, what = play(rule, "", body, PAGE, response=coded)
    assert (check.verdict, what.kept, what.total) == (Verdict.PASS, 4, 4)


def test_a_coding_that_was_not_offered_makes_the_case_not_applicable(play: JudgeChange) -> None:
    check, _ = play("br", "", PAGE, PAGE)
    assert check.verdict is Verdict.NOT_APPLICABLE
    assert "does not offer br" in check.message


def test_an_answer_that_is_not_read_without_the_change_makes_the_case_not_applicable(
    play: JudgeChange, outcomes: type[OutcomeBuilders]
) -> None:
    check, _ = play("new-field", "", page(concordatAddition="new"), PAGE, first=outcomes.failed())
    assert check.verdict is Verdict.NOT_APPLICABLE
    check, _ = play("every-field", "", page(more=1), page(more=1), first=outcomes.failed())
    assert check.verdict is Verdict.PASS


def test_a_place_that_is_not_read_without_the_change_is_no_failure_of_it(play: JudgeChange) -> None:
    poorer = {"results": PAGE["results"], "links": {}}
    check, what = play("integral-float", "/pageNumber", page(pageNumber=1.0), poorer, first=poorer)
    assert (what.retention, check.verdict) == (FieldRetention.DROPPED, Verdict.PASS)


def test_a_list_that_was_lost_as_a_whole_is_spared_when_it_is_empty(play: JudgeChange) -> None:
    poorer = {"pageNumber": 1, "links": {}}
    check, _ = play("absent", "/results/0/id", page(results=[{}]), poorer, first=poorer)
    assert check.verdict is Verdict.PASS


def test_a_case_without_a_change_has_no_such_check(trace: MakeTrace) -> None:
    assert decoding_of(trace()) is None
    assert not [check for check in judge(trace()) if check.id == "decoding"]
