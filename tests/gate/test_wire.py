"""What a client sent, and what its caller saw, where the verdict did not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.gate.cases import compare_results
from concordat.gate.changes import ChangeKind
from concordat.gate.wire import caller_changes, wire_changes
from concordat.runner.result import ExchangeView, MessageView

if TYPE_CHECKING:
    from tests.gate.conftest import MakeExchange, MakeResult

    from concordat.runner.result import Result

ONE = "0b8bc7a0-3a2c-4d3e-9b1c-6f2a4a1d9e55"
TWO = "1c9cd8b1-4b3d-4e4f-8c2d-7a3b5b2e0f66"
JSON = (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GET /things?a=1&b=2 HTTP/1.1", "GET /things?b=2&a=1 HTTP/1.1"),
        ("GET /things/a%2Db HTTP/1.1", "GET /things/a-b HTTP/1.1"),
        (f"GET /things/{ONE} HTTP/1.1", f"GET /things/{TWO} HTTP/1.1"),
    ],
)
def test_what_no_server_may_tell_apart_is_no_change(
    result: MakeResult, exchange: MakeExchange, before: str, after: str
) -> None:
    assert wire_changes(result(exchanges=(exchange(before),)), result(exchanges=(exchange(after),))) == ()


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"line": "GET /things HTTP/1.1"}, 'request 1: /query/page: gone, was "2"'),
        ({"line": "GET /things?page=2&pageSize=9 HTTP/1.1"}, 'request 1: /query/pageSize: new, "9"'),
        ({"line": "GET /things?page=2&page=2 HTTP/1.1"}, 'request 1: /query/page: was "2", now ["2","2"]'),
        ({"line": "GET /things?page=expected HTTP/1.1"}, 'request 1: /query/page: was "2", now "expected"'),
        ({"line": "GET /Things?page=2 HTTP/1.1"}, 'request 1: /path: was "/things", now "/Things"'),
        ({"line": "POST /things?page=2 HTTP/1.1"}, 'request 1: /method: was "GET", now "POST"'),
        ({"headers": (("Accept", "*/*"),)}, 'request 1: /headers/accept: was "application/json", now "*/*"'),
        ({"body": '{"n":1}', "headers": JSON}, 'request 1: /body: new, {"n":1}'),
    ],
)
def test_the_text_of_a_change_has_the_old_and_the_new_value(
    result: MakeResult, exchange: MakeExchange, changed: dict[str, Any], line: str
) -> None:
    assert line in wire_changes(result(), result(exchanges=(exchange(**changed),)))


def test_a_member_of_a_body_is_named(result: MakeResult, exchange: MakeExchange) -> None:
    def sent(body: str) -> Result:
        return result(exchanges=(exchange("PUT /things HTTP/1.1", body=body, headers=JSON),))

    assert wire_changes(sent('{"a": 1, "status": "Active"}'), sent('{"a": 1}')) == (
        'request 1: /body/status: gone, was "Active"',
    )
    assert wire_changes(sent('{"a": 1, "b": [2]}'), sent('{"b":[2],"a":1}')) == ()


def test_bodies_that_are_no_text_are_compared_too(result: MakeResult) -> None:
    def sent(**body: str) -> Result:
        message = MessageView(line="PUT /things HTTP/1.1", **body)  # type: ignore[arg-type]  # its own names
        return result(exchanges=(ExchangeView(number=1, request=message),))

    assert wire_changes(sent(body_base64="//4="), sent(body_base64="//4=")) == ()
    assert len(wire_changes(sent(body_base64="//4="), sent(body_base64="//8="))) == 1
    assert len(wire_changes(sent(body_file="bodies/a"), sent(body_file="bodies/b"))) == 1


def test_bytes_that_are_not_http_are_compared_as_they_are(result: MakeResult) -> None:
    def sent(data: str) -> Result:
        return result(exchanges=(ExchangeView(number=1, unparsable_base64=data),))

    assert wire_changes(sent("AA=="), sent("AA==")) == ()
    assert len(wire_changes(sent("AA=="), sent("AQ=="))) == 1


def test_the_text_of_an_additional_request_has_both_lists(result: MakeResult, exchange: MakeExchange) -> None:
    (line,) = wire_changes(result(), result(exchanges=(exchange(), exchange())))
    assert line == "1 requests before, 2 now: GET /things / GET /things, GET /things"


def test_a_straggler_is_not_the_cases(result: MakeResult, exchange: MakeExchange) -> None:
    assert wire_changes(result(), result(exchanges=(exchange(), exchange("GET /x HTTP/1.1", straggler=True)))) == ()


def test_calls_at_once_have_no_order_and_one_call_has(result: MakeResult, exchange: MakeExchange) -> None:
    one, two = exchange("GET /a HTTP/1.1"), exchange(f"GET /{ONE} HTTP/1.1")
    outcome = {"ended": "returned"}
    for outcomes, lines in (((outcome, outcome), 0), ((outcome,), 2)):
        before, after = result(exchanges=(one, two), outcomes=outcomes), result(exchanges=(two, one), outcomes=outcomes)
        assert len(wire_changes(before, after)) == lines


def test_of_many_differences_a_few_are_shown(result: MakeResult, exchange: MakeExchange) -> None:
    many = "&".join(f"q{number}=1" for number in range(20))
    lines = wire_changes(result(), result(exchanges=(exchange(f"GET /things?page=2&{many} HTTP/1.1"),)))
    assert len(lines) == 7
    assert lines[-1] == "... and 14 more"


def test_what_the_caller_saw_is_compared_where_the_shape_changed(result: MakeResult) -> None:
    new = result(outcomes=({"phase": "call", "ended": "returned", "payload": {"n": None}},), shape="s2")
    assert caller_changes(result(), new) == ("call 1: /outcome/payload/n: was 1, now null",)
    (change,) = [change for _, change in compare_results({"k": result()}, {"k": new}, narrower=False)]
    assert (change.kind, change.lines) == (ChangeKind.OUTCOME, ("call 1: /outcome/payload/n: was 1, now null",))


def test_a_published_baseline_has_digests_alone(result: MakeResult) -> None:
    old = result(exchanges=(), outcomes=())
    for shape, found in (("s1", []), ("s2", [ChangeKind.WIRE])):
        changes = compare_results({"k": old}, {"k": result(shape=shape)}, narrower=False)
        assert [change.kind for _, change in changes] == found


def test_another_shape_with_nothing_to_show_for_it_is_no_change(result: MakeResult) -> None:
    assert list(compare_results({"k": result()}, {"k": result(shape="s2")}, narrower=False)) == []
