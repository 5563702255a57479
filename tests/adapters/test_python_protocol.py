"""The Python protocol helper, under an adapter that does one odd thing an operation."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.clients.protocol import Hello, OutcomeMessage
from concordat.compare.tagged import write_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.adapters.conftest import Driven

ODD_ADAPTER = """
import threading
from concordat_adapter import Adapter, CannotCall, Raised, config, inside, serve

class Holder:
    pass

class Odd(Adapter):
    style = "odd"
    features = ("cancel",)

    def package(self):
        return "odd-sdk", "1.2"

    def open(self, order):
        with inside("build"):
            if order["auth"] == "refused":
                raise ValueError("no such key")

    def call(self, call):
        if call.operation == "echo":
            return {"payload": {name: repr(value) for name, value in call.arguments.items()}}
        if call.operation == "same":
            return {"status": 200, "payload": call.arguments["value"]}
        if call.operation == "object":
            return {"payload": [Holder()]}
        if call.operation == "deep":
            deep = []
            for _ in range(100_000):
                deep = [deep]
            return {"payload": deep}
        if call.operation == "huge":
            return {"payload": "x" * (32 * 1024 * 1024)}
        if call.operation == "own-fault":
            return {}["nothing"]
        if call.operation == "hang":
            released = threading.Event()
            call.cancel = released.set
            if call.cancelled:
                released.set()
            released.wait(600)
            with inside("call"):
                raise RuntimeError("told to stop")
        if call.operation == "exit":
            with inside("call"):
                raise SystemExit(3)
        if call.operation == "raise":
            with inside("read"):
                try:
                    raise KeyError("low \\ud800")
                except KeyError as error:
                    raise OSError("high \\ud800") from error
        return super().call(call)

    def show(self, error):
        return {"status": 418, "body": "tea \\ud800", "fields": {"$a": "\\ud800"}}

print("an SDK may print")
serve(Odd(config()))
"""


def start_odd(drive: Callable[..., Driven], folder: Path) -> Driven:
    entry = folder / "adapter.py"
    entry.write_text(ODD_ADAPTER, encoding="utf-8")
    return drive(entry, {"operations": {"echo": {}}}, folder)


@pytest.fixture(scope="module")
def odd(drive_python: Callable[..., Driven], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    driven = start_odd(drive_python, tmp_path_factory.mktemp("odd"))
    yield driven
    driven.end()


@pytest.fixture
def fresh(drive_python: Callable[..., Driven], tmp_path: Path) -> Iterator[Driven]:
    driven = start_odd(drive_python, tmp_path)
    yield driven
    driven.end()


def test_hello_says_what_the_package_says_of_itself(odd: Driven) -> None:
    said = {key: odd.hello[key] for key in ("type", "protocol", "style", "package", "version", "language")}
    assert said == {
        "type": "hello",
        "protocol": 2,
        "style": "odd",
        "package": "odd-sdk",
        "version": "1.2",
        "language": "python",
    }
    assert (odd.hello["operations"], odd.hello["features"]) == (["echo"], ["cancel"])


@pytest.mark.parametrize(
    ("tagged", "seen"),
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
def test_arguments_arrive_as_python_values(odd: Driven, tagged: object, seen: str) -> None:
    odd.open()
    assert odd.call("echo", {"value": tagged})["payload"] == {"value": seen}


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
def test_a_payload_goes_out_as_it_came_in(odd: Driven, value: object) -> None:
    odd.open()
    assert odd.call("same", {"value": value}) == {"phase": "call", "ended": "returned", "status": 200, "payload": value}


def test_a_number_that_a_double_holds_needs_no_tag(odd: Driven) -> None:
    odd.open()
    assert odd.call("same", {"value": {"$number": "12.50"}})["payload"] == 12.5


def test_an_object_without_a_rendering_is_named(odd: Driven) -> None:
    odd.open()
    assert odd.call("object")["payload"] == [{"$object": "Holder"}]


@pytest.mark.parametrize("value", [{"$undefined": True}, [{"$undefined": True}], {"a": {"$object": "X"}}])
def test_what_python_cannot_pass_is_unrepresentable(odd: Driven, value: object) -> None:
    odd.open()
    expected = {"phase": "build", "ended": "unrepresentable", "detail": "value"}
    assert odd.call("echo", {"value": value}) == expected


@pytest.mark.parametrize("operation", ["deep", "huge"])
def test_what_one_line_cannot_hold_is_unrepresentable(odd: Driven, operation: str) -> None:
    odd.open()
    outcome = odd.call(operation)
    assert (outcome["phase"], outcome["ended"]) == ("render", "unrepresentable")


def test_an_unknown_operation_is_unsupported(odd: Driven) -> None:
    odd.open()
    assert odd.call("nothing") == {"phase": "build", "ended": "unsupported", "detail": "nothing"}


def test_an_error_of_the_sdk_is_shown_with_its_chain(odd: Driven) -> None:
    odd.open()
    assert odd.call("raise") == {
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


def test_an_sdk_that_exits_has_raised(odd: Driven) -> None:
    odd.open()
    outcome = odd.call("exit")
    assert (outcome["ended"], outcome["error"]["class"]) == ("raised", "SystemExit")


def test_a_client_that_the_sdk_refuses_to_build_is_an_outcome(fresh: Driven) -> None:
    outcome = fresh.open(auth="refused")["outcome"]
    assert (outcome["phase"], outcome["ended"], outcome["error"]["class"]) == ("build", "raised", "ValueError")
    assert fresh.call("echo")["type"] == "failed"


@pytest.mark.parametrize("operation", ["own-fault", "echo"])
def test_a_fault_of_the_adapter_itself_is_no_outcome(fresh: Driven, operation: str) -> None:
    if operation == "own-fault":
        fresh.open()
    report = fresh.call(operation)
    assert report["type"] == "failed"
    assert "Traceback" in report["detail"]


@pytest.mark.parametrize("line", [b"{", b"{}", b'{"type":"dance","id":3}', b"[]"])
def test_an_order_that_makes_no_sense_is_answered_and_survived(fresh: Driven, line: bytes) -> None:
    fresh.orders.write(line + b"\n")
    assert fresh.report()["type"] == "failed"
    assert fresh.open() == {"type": "done", "id": 1}


def test_a_cancel_reaches_a_call_under_way(odd: Driven) -> None:
    odd.open()
    odd.send(type="call", id=7, operation="hang", arguments={})
    odd.send(type="cancel", id=7)
    report = odd.report()
    assert (report["id"], report["outcome"]["ended"]) == (7, "cancelled")


def test_calls_run_beside_one_another(odd: Driven) -> None:
    odd.open()
    odd.send(type="call", id=7, operation="hang", arguments={})
    assert odd.call("echo")["ended"] == "returned"
    odd.send(type="cancel", id=7)
    assert odd.report()["id"] == 7


def test_the_end_of_the_input_ends_the_adapter_at_once(fresh: Driven) -> None:
    fresh.open()
    fresh.send(type="call", id=7, operation="hang", arguments={})
    assert fresh.end() == 0


def test_bye_ends_the_adapter(fresh: Driven) -> None:
    fresh.send(type="shutdown")
    assert fresh.process.wait(scaled(60)) == 0


def test_close_is_answered_and_ends_the_client(fresh: Driven) -> None:
    fresh.open()
    fresh.send(type="close", id=5)
    assert fresh.report() == {"type": "done", "id": 5}
    assert fresh.call("echo")["type"] == "failed"


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
def test_the_engine_and_the_helper_write_the_same_tags(odd: Driven, value: object) -> None:
    odd.open()
    assert odd.call("same", {"value": write_tags(value)})["payload"] == write_tags(value)


@pytest.mark.parametrize("operation", ["echo", "raise", "nothing", "exit", "deep"])
def test_the_engine_reads_every_report(odd: Driven, operation: str) -> None:
    odd.open()
    report: dict[str, Any] = {"type": "outcome", "id": 2, "outcome": odd.call(operation)}
    read = msgspec.json.decode(json.dumps(report).encode(), type=OutcomeMessage)
    assert read.outcome.ended == report["outcome"]["ended"]
    assert msgspec.json.decode(json.dumps(odd.hello).encode(), type=Hello).style == "odd"
