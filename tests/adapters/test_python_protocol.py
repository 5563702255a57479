"""The Python protocol helper, under an adapter each of whose operations does one unusual thing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.adapters.adapter_process import shown
from tests.adapters.stand_ins.python_protocol import UNUSUAL

from concordat.clients.protocol import Failed
from concordat.compare.tagged import write_tags

if TYPE_CHECKING:
    from tests.adapters.conftest import Start


@pytest.mark.parametrize(
    ("tagged", "received"),
    [
        ({"$bytes": "AAH/"}, "b'\\x00\\x01\\xff'"),
        ({"$number": "0.10000000000000000000000001"}, "Decimal('0.10000000000000000000000001')"),
        ({"$number": "-12345678901234567890"}, "-12345678901234567890"),
        ({"$utf16": [0xD83D, 0xDE00, 0xD800]}, "'\U0001f600\\ud800'"),
        ({"$$number": "1"}, "{'$number': '1'}"),
        ({"$$$x": [None]}, "{'$$x': [None]}"),
        ([{"$number": "7"}], "[7]"),
        (None, "None"),
    ],
)
def test_arguments_arrive_as_python_values(warm: Start, tagged: object, received: str) -> None:
    assert warm(UNUSUAL).outcome("echo", {"value": tagged})["payload"] == {"value": received}


@pytest.mark.parametrize(
    "value",
    [
        {"$bytes": "AAH/"},
        {"$number": "0.10000000000000000000000001"},
        {"$number": "9007199254740993"},
        {"$number": "1E+400"},
        {"$utf16": [0xD800]},
        {"$$ref": {"$$$x": 1}},
        {"$number": "NaN"},
        {"$number": "-Infinity"},
        [1, 1.5, True, None, "\u00e9", 9007199254740991],
    ],
)
def test_a_payload_goes_out_as_it_came_in(warm: Start, value: object) -> None:
    assert warm(UNUSUAL).outcome("same", {"value": value}) == {
        "phase": "call",
        "ended": "returned",
        "status": 200,
        "payload": value,
    }


def test_a_number_that_a_double_holds_needs_no_tag(warm: Start) -> None:
    assert warm(UNUSUAL).outcome("same", {"value": {"$number": "12.50"}})["payload"] == 12.5


def test_an_object_without_a_rendering_is_named(warm: Start) -> None:
    assert warm(UNUSUAL).outcome("object")["payload"] == [{"$object": "Holder"}]


@pytest.mark.parametrize("value", [{"$undefined": True}, [{"$undefined": True}], {"a": {"$object": "X"}}])
def test_a_value_that_python_cannot_pass_is_unrepresentable(warm: Start, value: object) -> None:
    expected = {"phase": "build", "ended": "unrepresentable", "detail": "value"}
    assert warm(UNUSUAL).outcome("echo", {"value": value}) == expected


@pytest.mark.parametrize("operation", ["deep", "huge"])
def test_a_payload_that_one_line_cannot_hold_is_unrepresentable(warm: Start, operation: str) -> None:
    outcome = warm(UNUSUAL).outcome(operation)
    assert (outcome["phase"], outcome["ended"]) == ("render", "unrepresentable")


def test_an_error_of_the_sdk_is_shown_with_its_chain(warm: Start) -> None:
    assert warm(UNUSUAL).outcome("raise") == {
        "phase": "read",
        "ended": "raised",
        "error": {
            "class": "OSError",
            "chain": ["KeyError"],
            "message": "high \\ud800",
            "status": 418,
            "body": "tea \\ud800",
            "fields": {"$$a": {"$utf16": [0xD800]}},
        },
    }


def test_an_sdk_that_exits_has_raised(warm: Start) -> None:
    outcome = warm(UNUSUAL).outcome("exit")
    assert (outcome["ended"], outcome["error"]["class"]) == ("raised", "SystemExit")


@pytest.mark.parametrize(
    "value",
    [
        b"\x00\xff",
        Decimal("0.10000000000000000000000001"),
        2**60,
        "low \ud800",
        {"$a": {"$$b": 1}},
        float("inf"),
        [None],
    ],
)
def test_the_engine_and_the_helper_write_the_same_tags(warm: Start, value: object) -> None:
    assert warm(UNUSUAL).outcome("same", {"value": write_tags(value)})["payload"] == write_tags(value)


def test_an_unknown_operation_is_unsupported(warm: Start) -> None:
    assert warm(UNUSUAL).outcome("nothing") == {"phase": "build", "ended": "unsupported", "detail": "nothing"}


def test_a_client_that_the_sdk_refuses_to_build_is_an_outcome(fresh: Start) -> None:
    adapter = fresh(UNUSUAL)
    outcome = shown(adapter.open(auth="refused"))
    assert (outcome["phase"], outcome["ended"], outcome["error"]["class"]) == ("build", "raised", "ValueError")
    assert isinstance(adapter.call("echo"), Failed)


@pytest.mark.parametrize("operation", ["own-fault", "echo"])
def test_a_fault_of_the_adapter_itself_is_not_an_outcome(fresh: Start, operation: str) -> None:
    adapter = fresh(UNUSUAL)
    if operation == "own-fault":
        adapter.open()
    report = adapter.call(operation)
    assert isinstance(report, Failed)
    assert "Traceback" in report.detail
