"""Whatever JSON a client sends, gets or shows: it is judged, given a shape and written down, at once and without error.

One table over the whole of `checks`, `runner.views` and the console's text, which is why it mirrors no single module.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.checks import decoding_of, judge, shape, worst, write_safety_of
from concordat.clients.protocol import ErrorShown, Outcome
from concordat.compare.canonical import read_json
from concordat.report.failure import failure_text
from concordat.runner.result import Result
from concordat.runner.views import call_view, exchange_view, outcome_view
from concordat.values import MAX_DEPTH

if TYPE_CHECKING:
    from tests.checks.conftest import MakeExchange, MakeTrace

    from concordat.checks import CaseTrace

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"
LIST: dict[str, Any] = {"call": "customers.list", "with": {"companyId": COMPANY, "page": 2}}
CREATE: dict[str, Any] = {
    "call": "customers.create",
    "with": {"companyId": COMPANY, "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171", "body": {"total": 1}},
}
EXPANDED = 32 * 1024 * 1024
"""Bytes: the least of the huge exponents takes more when it is written out as digits."""

# as the wire writes it, and as an adapter shows what a client made of it
HOSTILE: dict[str, tuple[bytes, Any]] = {
    "a large exponent": (b"1e99999999", {"$number": "1e99999999"}),
    "an exponent beyond Python's": (b"1e999999999999999999999", {"$number": "1e999999999999999999999"}),
    "a small exponent": (b"1e-999999999", {"$number": "-1E-999999999"}),
    "an exponent of thousands of digits": (b"1e" + b"9" * 5000, {"$number": "1e" + "9" * 5000}),
    "thousands of digits": (b"1" * 5000, {"$number": "1" * 5000}),
    "thousands of decimals": (b"0." + b"3" * 5000, {"$number": "0." + "3" * 5000}),
    "minus zero": (b"-0", {"$number": "-0"}),
    "zero of a large exponent": (b"0e999999999", {"$number": "0e999999999"}),
    "NaN": (b"NaN", {"$number": "NaN"}),
    "infinity": (b"Infinity", {"$number": "-Infinity"}),
    "what is no number": (b"1_000", 1000),
    "65 bits": (b"18446744073709551616", 18446744073709551616),
    "an unpaired surrogate": (b'"\\ud800"', {"$utf16": [0xD800]}),
    "a key with an unpaired surrogate": (b'{"\\udfff":1}', {"\\udfff": 1}),
    "digits that are none of JSON": (b'{"\xc2\xb2":{"\xd9\xa3":1}}', {"²": [{"٣": 1}]}),
    "as deep as may be": (b"[" * (MAX_DEPTH - 3) + b"]" * (MAX_DEPTH - 3), read_json(b"[" * 80 + b"]" * 80)),
    "deeper than may be": (b"[" * 600 + b"]" * 600, [[1]]),
    "deeper than Python goes": (b'{"a":' * 50000 + b"1" + b"}" * 50000, {"a": 1}),
    "no JSON at all": (b"\xff\xfe{", {"$bytes": "/w=="}),
}
MATCHERS: dict[str, Any] = {
    "the same": ...,
    "bounds": {"at-least": 1, "at-most": 5},
    "an integer": {"any": "integer"},
    "a number": {"any": "number"},
    "a written number": {"number": "1"},
    "one": 1,
    "text": {"matches": ".*"},
    "each": {"each": {"any": "integer"}},
    "one of": {"one-of": [1, {"contains": 1}, {"total": 1}]},
    "an object": {"total": {"$number": "1e999999999"}},
}


def written(trace: CaseTrace) -> Result:
    """Return the result that a run would write of the case."""
    return Result(
        case="a.b",
        client="c@1",
        level="must",
        verdict=worst([check.verdict for check in judge(trace)]),
        checks=judge(trace),
        exchanges=tuple(exchange_view(exchange, "s1", None) for exchange in trace.exchanges),
        outcomes=tuple(outcome_view(step.outcome, None) for step in trace.steps if step.outcome),
        calls=tuple(call_view(step, None) for step in trace.steps),
        write_safety=write_safety_of(trace),
        decoding=decoding_of(trace),
        shape=shape(trace),
    )


@pytest.mark.parametrize("matcher", MATCHERS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_value_is_judged_and_written_down(
    hostile: str, matcher: str, trace: MakeTrace, exchange: MakeExchange
) -> None:
    raw, shown = HOSTILE[hostile]
    body = b'{"total":' + raw + b',"list":[' + raw + b"]}"
    payload = {"total": shown, "list": [shown]}
    wanted = {"total": shown if MATCHERS[matcher] is ... else MATCHERS[matcher]}
    sends = {**CREATE, "expect": {"requests": [{"body-has": wanted}], "outcome": {"payload": wanted}}}
    reads = {**LIST, "expect": {"outcome": {"payload": {"list": {"each": MATCHERS["bounds"]}}}}}
    refused = {**LIST, "expect": {"outcome": {"error": {"status": 400, "body": wanted}}}}
    text = body.decode("utf-8", "replace")
    error = ErrorShown("E", status=400, body=text, fields=payload)
    tracemalloc.start()
    found = written(
        trace(
            (sends, [exchange(write=True, body=body, answer=body)], Outcome("call", "returned", 200, payload=payload)),
            (reads, [exchange(number=2, answer=body)], Outcome("call", "returned", 200, payload=payload)),
            (refused, [exchange(number=3, answer=body, status=400)], Outcome("call", "raised", error=error)),
        )
    )
    assert msgspec.json.decode(msgspec.json.encode(found), type=Result).shape == found.shape
    assert failure_text(found, ()).encode("utf-8")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < EXPANDED, "a number was written out"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_answer_under_a_change_is_judged(hostile: str, trace: MakeTrace, exchange: MakeExchange) -> None:
    raw, shown = HOSTILE[hostile]
    faults = [
        {"on": "customers.list", "evolve": {"rule": "complete", "at": "/total"}},
        {"on": "customers.list", "at": 2, "evolve": {"rule": "new-enum-value", "at": "/total"}},
    ]
    body, read = b'{"total":' + raw + b"}", Outcome("call", "returned", 200, payload={"total": shown})
    found = written(
        trace(
            ({**LIST, "id": "before"}, [exchange(answer=body)], read),
            ({**LIST, "id": "after"}, [exchange(number=2, answer=body)], read),
            case={"world": {}, "faults": faults},
        )
    )
    assert msgspec.json.encode(found)
    if hostile in {"a large exponent", "minus zero", "thousands of digits", "65 bits", "an unpaired surrogate"}:
        assert found.decoding is not None
        assert (str(found.decoding.retention), found.decoding.kept) == ("kept", 1)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ({"$number": "1e9999999"}, {"$number": "10E+9999998"}, True),
        ({"$number": "1e9999999"}, {"$number": "1e9999998"}, False),
        ({"$number": "0.10000000000000000000000000000001"}, {"$number": "0.10000000000000000000000000000002"}, False),
        ({"$number": "NaN"}, {"$number": "Infinity"}, False),
        ({"$number": "-0"}, 0, True),
        ({"$utf16": [0xD800]}, {"$utf16": [0xD801]}, False),
        ({"$utf16": [0xD800]}, "\\ud800", False),
        ({"$utf16": [0x61]}, "a", True),
    ],
)
def test_a_shape_tells_hostile_values_apart(
    left: object,
    right: object,
    same: bool,  # noqa: FBT001 - a row
    trace: MakeTrace,
    exchange: MakeExchange,
) -> None:
    shapes = {
        shape(trace((LIST, [exchange()], Outcome("call", "returned", 200, payload=side)))) for side in (left, right)
    }
    assert (len(shapes) == 1) is same
