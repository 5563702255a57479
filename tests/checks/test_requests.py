"""Request checks: each part passes as asked, and goes red when it is sent differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import Verdict, judge
from concordat.http1.exchange import Ending

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace, OutcomeBuilders

    from concordat.checks import Check
    from concordat.values import Problem

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST_PATH = f"/companies/{COMPANY}/data/customers"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}
CREATE: dict[str, Any] = {
    "call": "customers.create",
    "with": {
        "companyId": COMPANY,
        "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171",
        "body": {"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z"},
    },
}


def by_id(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.id: check for check in checks}


def reds(checks: tuple[Check, ...]) -> set[str]:
    return {check.id for check in checks if check.verdict.red}


def expecting(step: dict[str, Any], **expect: object) -> dict[str, Any]:
    return {**step, "expect": expect}


@pytest.mark.parametrize(
    ("change", "red", "kind", "pointer"),
    [
        ({"method": "HEAD"}, "request.method", "changed", ""),
        ({"target": f"/companies/{COMPANY}/data/suppliers?page=2"}, "request.path", "changed", "/3"),
        ({"target": f"/companies//{COMPANY}/data/customers?page=2"}, "request.path", "changed", "/1 /2 /3 /4"),
        ({"target": f"{LIST_PATH}?page=1"}, "request.query", "changed", "/page"),
        ({"target": LIST_PATH}, "request.query", "missing", "/page"),
        ({"target": f"{LIST_PATH}?page=2&page=2"}, "request.query", "count", "/page"),
        ({"target": f"{LIST_PATH}?page=2&orderBy=id"}, "request.query", "extra", "/orderBy"),
        ({"target": f"{LIST_PATH}?page=2&pageSize=50"}, "request.query", "changed", "/pageSize"),
        ({"body": b"null"}, "request.body", "extra", ""),
    ],
)
def test_a_read_that_is_sent_differently_fails_the_part_that_differs(
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
    *,
    change: dict[str, Any],
    red: str,
    kind: str,
    pointer: str,
) -> None:
    checks = judge(trace((LIST, [exchange(**change)], outcomes.ok())))
    found = by_id(checks)[red]
    assert found.verdict is Verdict.FAIL
    if red != "request.path":
        assert (found.kind, found.pointer) == (kind, pointer)
    assert by_id(checks)["outcome.reported"].verdict is Verdict.BLOCKED
    assert reds(checks) == {red}


def test_a_parameter_that_was_not_passed_may_be_sent_with_the_default_of_the_contract(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    sent = exchange(target=f"{LIST_PATH}?page=2&pageSize=100")
    assert not reds(judge(trace((LIST, [sent], outcomes.ok()))))


def test_a_query_that_the_case_writes_takes_no_default(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests=[{"query": {"page": 2}}])
    sent = exchange(target=f"{LIST_PATH}?page=2&pageSize=100")
    assert reds(judge(trace((step, [sent], outcomes.ok())))) == {"request.query"}


def test_a_null_or_undefined_argument_is_not_sent(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = {"call": "customers.list", "with": {"companyId": COMPANY, "query": None, "orderBy": {"$undefined": True}}}
    assert not reds(judge(trace((step, [exchange(target=LIST_PATH)], outcomes.ok()))))
    sent = exchange(target=f"{LIST_PATH}?query=None")
    assert reds(judge(trace((step, [sent], outcomes.ok())))) == {"request.query"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"customerName": "Ada", "status": "Active"}, "/modifiedDate"),
        ({"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T01:00:00Z"}, "/modifiedDate"),
        ({"customerName": "Ada", "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z", "id": None}, "/id"),
        ({"customerName": 1, "status": "Active", "modifiedDate": "2022-10-23T00:00:00Z"}, "/customerName"),
    ],
)
def test_a_body_that_is_not_the_given_one_fails_where_it_differs(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], body: object, pointer: str
) -> None:
    checks = judge(trace((CREATE, [exchange(write=True, body=msgspec.json.encode(body))], outcomes.ok())))
    assert reds(checks) == {"request.body"}
    assert by_id(checks)["request.body"].pointer == pointer


@pytest.mark.parametrize(
    "spelling", ["2022-10-23T00:00:00.000Z", "2022-10-23T00:00:00+00:00", "2022-10-23T02:00:00+02:00"]
)
def test_another_spelling_of_the_same_instant_is_the_given_body(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], spelling: str
) -> None:
    body = msgspec.json.encode({**CREATE["with"]["body"], "modifiedDate": spelling})
    assert not reds(judge(trace((CREATE, [exchange(write=True, body=body)], outcomes.ok()))))


@pytest.mark.parametrize(
    ("expectation", "body", "red"),
    [
        ({"body": {"status": "Active"}}, b'{"status":"Active"}', False),
        ({"body": {"status": "Active"}}, b'{"status":"Active","id":"1"}', True),
        ({"body-has": {"status": "Active"}}, b'{"status":"Active","id":"1"}', False),
        ({"body-has": {"status": "Active"}}, b'{"id":"1"}', True),
        ({"body-text": {"matches": '.*"rate":1\\.10.*'}}, b'{"rate":1.10}', False),
        ({"body-text": {"matches": '.*"rate":1\\.10.*'}}, b'{"rate":1.1}', True),
        ({"body": {"rate": {"number": "1.10"}}}, b'{"rate":1.10}', False),
        ({"body": {"rate": {"number": "1.10"}}}, b'{"rate":1.1}', True),
        ({"body": {"absent": True}}, b"", False),
        ({"body": {"absent": True}}, b"{}", True),
        ({"body": {"status": "Active"}}, b"not JSON", True),
        ({"headers": {"content-type": "application/json"}}, b"{}", False),
        ({"headers": {"Idempotency-Key": {"any": True}}}, b"{}", True),
    ],
)
def test_parts_that_a_case_writes_are_judged_as_written(
    trace: MakeTrace,
    exchange: MakeExchange,
    outcomes: type[OutcomeBuilders],
    *,
    expectation: dict[str, Any],
    body: bytes,
    red: bool,
) -> None:
    if "headers" in expectation:
        expectation = {**expectation, "body": {}}
    checks = judge(trace((expecting(CREATE, requests=[expectation]), [exchange(write=True, body=body)], outcomes.ok())))
    part = "request.headers" if "headers" in expectation else "request.body"
    assert (part in reds(checks)) is red
    assert by_id(checks)[part].verdict is (Verdict.FAIL if red else Verdict.PASS)


def test_an_entry_that_names_its_own_place_judges_only_what_it_says(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests=[{"method": "GET", "path": ["companies", {"any": "string"}, "data", "customers"]}])
    assert not reds(judge(trace((step, [exchange(target=f"{LIST_PATH}?page=7")], outcomes.ok()))))


def test_the_base_path_stands_before_the_path_and_is_asked_for(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    with_base = trace((LIST, [exchange(target=f"/v1{LIST_PATH}?page=2")], outcomes.ok()), base_path="/v1")
    without = trace((LIST, [exchange()], outcomes.ok()), base_path="/v1")
    assert not reds(judge(with_base))
    assert reds(judge(without)) == {"request.path"}


def test_what_differs_at_another_place_is_blocked_by_the_path(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    checks = judge(trace((LIST, [exchange(target="/elsewhere?x=1")], outcomes.ok())))
    assert reds(checks) == {"request.path"}
    assert by_id(checks)["request.query"].verdict is Verdict.BLOCKED


@pytest.mark.parametrize("count", [0, 2, 3])
def test_a_read_sent_another_number_of_times_fails_the_count(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], count: int
) -> None:
    checks = judge(trace((LIST, [exchange(number=n + 1) for n in range(count)], outcomes.ok())))
    assert reds(checks) == {"request.count"}
    assert by_id(checks)["request.count"].kind == "count"


def test_an_extra_request_of_another_kind_fails_the_count(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    checks = judge(trace((CREATE, [exchange(write=True), exchange(number=2)], outcomes.ok()), commits={}))
    assert "request.count" in reds(checks)


def test_attempts_are_counted_and_each_is_like_the_expected_request(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, attempts=3)
    good = [exchange(number=n, status=503 if n < 3 else 200) for n in (1, 2, 3)]
    changed = [*good[:2], exchange(number=3, target=f"{LIST_PATH}?page=3")]
    assert not reds(judge(trace((step, good, outcomes.ok()))))
    assert reds(judge(trace((step, good[:2], outcomes.failed(503))))) == {"request.count"}
    checks = judge(trace((step, changed, outcomes.ok())))
    assert reds(checks) == {"request.query"}
    assert by_id(checks)["request.query"].exchange == 3


def test_an_empty_list_of_requests_forbids_all_of_them(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests=[])
    assert not reds(judge(trace((step, [], outcomes.failed()))))
    assert "request.count" in reds(judge(trace((step, [exchange()], outcomes.ok()))))


def test_any_requests_with_attempts_are_counted_and_not_compared(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests="any", attempts={"at-least": 1})
    assert not reds(judge(trace((step, [exchange(), exchange(number=2, target=f"{LIST_PATH}?x")], outcomes.ok()))))
    assert "request.count" in reds(judge(trace((step, [], outcomes.ok()))))


def test_any_requests_without_attempts_are_not_even_counted(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests="any")
    for sent in ([], [exchange(), exchange(number=2, target=f"{LIST_PATH}?x")]):
        checks = by_id(judge(trace((step, sent, outcomes.ok()))))
        assert not {check for check in checks if check.startswith("request.") and check != "request.contract"}


def test_the_second_of_two_expected_requests_has_its_own_checks(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    step = expecting(LIST, requests=[{}, {"path": ["moved"]}])
    sent = [exchange(), exchange(number=2, target="/other")]
    checks = judge(trace((step, sent, outcomes.ok())))
    assert reds(checks) == {"request.2.path"}
    assert by_id(checks)["request.1.path"].verdict is Verdict.PASS


def test_a_request_that_breaks_the_contract_fails_unless_the_case_means_it(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders], broken: Problem
) -> None:
    sent = exchange(request_problems=(broken,))
    checks = judge(trace((LIST, [sent], outcomes.ok())))
    assert reds(checks) == {"request.contract"}
    assert by_id(checks)["request.contract"].pointer == "/query/page"
    assert by_id(checks)["request.contract"].kind == "minimum"
    assert not reds(judge(trace((LIST, [sent], outcomes.ok()), case={"allow": ["contract"]})))


def test_bytes_that_are_no_request_are_counted_and_break_the_contract(
    trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]
) -> None:
    garbage = exchange(request=None, unparsable=b"\x16\x03", response=None, operation=None, ending=Ending.UNPARSABLE)
    checks = judge(trace((LIST, [garbage], outcomes.failed())))
    assert by_id(checks)["request.contract"].kind == "unparsable"
    assert by_id(checks)["request.count"].verdict is Verdict.PASS


def test_a_straggler_is_not_counted(trace: MakeTrace, exchange: MakeExchange, outcomes: type[OutcomeBuilders]) -> None:
    late = exchange(number=2, straggler=True)
    assert not reds(judge(trace((LIST, [exchange(), late], outcomes.ok()))))
