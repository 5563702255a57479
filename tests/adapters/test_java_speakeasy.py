"""The Java adapter over the real protocol, compiled with `java_standin`: a stand-in with the documented public API."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.adapters.driving import Adapter, shown
from tests.timeouts import scaled

from concordat.clients.protocol import Done, Failed, Hello

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "clients" / "java-speakeasy", ROOT / "clients" / "protocol" / "java")
STANDIN = Path(__file__).parent / "java_standin"
COMPILE = scaled(300)


def _spec(call: str, *, body: str | None = None, payload: str | None = None) -> dict[str, Any]:
    return {"call": call, "request": None, "body": body, "payload": payload, "arguments": {}}


OPERATIONS = {
    "customers.create": _spec("customers.create", body="customer", payload="customer"),
    "customers.get": _spec("customers.get", payload="customer"),
    "customers.list": _spec("customers.list", payload="customer"),
    "customers.downloadAttachment": _spec("customers.downloadAttachment"),
    "customers.update": _spec("customers.update"),
    "suppliers.list": _spec("suppliers.list"),
}


def _javac(target: Path, *given: str | Path) -> None:
    command = ("javac", "-Xlint:all", "-Werror", "--release", "11", "-d", str(target), *map(str, given))
    subprocess.run(command, check=True, timeout=COMPILE)


def compile_java(folder: Path) -> tuple[str, ...]:
    """Compile as provisioning does; the stand-in lies where Maven would have put it."""
    package = folder / "lib" / "local" / "concordat" / "stand.in" / "1.2.3" / "stand.in-1.2.3.jar"
    package.mkdir(parents=True)
    _javac(package, *STANDIN.rglob("*.java"))
    _javac(folder / "classes", "-cp", package, *(path for source in SOURCES for path in source.glob("*.java")))
    config = {"style": "java-speakeasy", "module": "standin", "class": "Standin", "operations": OPERATIONS}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    path = f"{folder / 'classes'}:{package}"
    return ("java", "-XX:TieredStopAtLevel=1", "-cp", path, "concordat.adapter.Adapter", str(folder / "config.json"))


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The adapter of the documented public API."""
    return compile_java(tmp_path_factory.mktemp("java"))


@pytest.fixture(scope="module")
def running(command: tuple[str, ...]) -> Iterator[Adapter]:
    """One warm adapter for the module, as the engine keeps one for many cases."""
    adapter = Adapter(command)
    hello = adapter.report()
    assert isinstance(hello, Hello)
    assert (hello.package, hello.version) == ("local.concordat:stand.in", "1.2.3")
    assert (hello.style, hello.language, hello.operations) == ("java-speakeasy", "java", list(OPERATIONS))
    yield adapter
    assert adapter.end() == 0


def _outcome(adapter: Adapter, operation: str, arguments: dict[str, Any], **settings: Any) -> dict[str, Any]:
    opened = adapter.open(**settings)
    return adapter.call(operation, arguments) if isinstance(opened, Done) else shown(opened)


def _get(adapter: Adapter, customer: str, **settings: Any) -> dict[str, Any]:
    return _outcome(adapter, "customers.get", {"companyId": "c", "customerId": customer}, **settings)


RETURNED = {"phase": "call", "ended": "returned", "content_type": "application/json"}


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        pytest.param(
            "sparse",
            RETURNED | {"status": 200, "payload": {"customerName": None}},
            id="an empty Optional is absent and null is null",
        ),
        pytest.param(
            "rich",
            RETURNED
            | {
                "status": 200,
                "payload": {
                    "customerName": "\U0001f600",
                    "status": "Archived",
                    "phone": None,
                    "tags": [{"$utf16": [0xD83D]}],
                    "limit": 0.1,
                    "balance": {"$number": "0.10000000000000000001"},
                    "since": "2022-10-23",
                    "content": {"a": {"$$ref": {"$number": "9007199254740993"}}},
                },
            },
            id="digits, dates, enums, nulls and dollar keys survive",
        ),
        pytest.param("forbidden", RETURNED | {"status": 403}, id="a returned 403 with nothing else stays returned"),
        pytest.param(
            "missing",
            RETURNED
            | {
                "status": 404,
                "error": {"class": "ErrorMessage", "status": 404, "fields": {"error": "no such customer"}},
            },
            id="another accessor than the payload's is the error of a returned call",
        ),
    ],
)
def test_an_envelope_is_shown_as_its_caller_reads_it(running: Adapter, customer: str, expected: dict[str, Any]) -> None:
    assert _get(running, customer) == expected


@pytest.mark.parametrize(
    ("customer", "error"),
    [
        (
            "error.http-status",
            {"class": "SDKError", "message": "API error occurred", "status": 502, "body": "<h1>no</h1>"},
        ),
        ("null", {"class": "ErrorMessage", "fields": {"validation": None}}),
        ("auth", {"class": "AuthException", "message": "no credential", "status": 401}),
        ("unreachable", {"class": "IOException", "chain": ["IllegalStateException"], "message": "sending failed"}),
        ("else", {"class": "AssertionError", "message": "a crash"}),
    ],
)
def test_what_the_sdk_throws_is_shown_with_its_chain(running: Adapter, customer: str, error: dict[str, Any]) -> None:
    assert _get(running, customer) == {"phase": "call", "ended": "raised", "error": error}


def test_a_body_is_built_with_the_models_builders(running: Adapter) -> None:
    body = {
        "customerName": 'Ada "\\\n\u00fc',
        "status": "Active",
        "phone": None,
        "tags": ["a"],
        "limit": 1.5,
        "balance": {"$number": "12345678901234567890.5"},
        "since": "2022-10-23",
        "content": {"a": {"$$x": [1, None, True], "y": {"z": "t"}}},
        "parent": {"id": "1", "customerName": "Bob"},
    }
    outcome = _outcome(running, "customers.create", {"companyId": "c", "body": body})
    assert outcome["payload"] == body


def test_an_argument_that_is_not_passed_is_left_to_the_sdk(running: Adapter) -> None:
    assert _outcome(running, "customers.list", {"companyId": "c"})["payload"] == {"customerName": "c 1"}
    assert _outcome(running, "customers.list", {"companyId": "c", "page": 2})["payload"] == {"customerName": "c 2"}


@pytest.mark.parametrize(
    ("operation", "arguments", "detail"),
    [
        pytest.param("customers.list", {"colour": "red"}, "colour", id="no such argument"),
        pytest.param("customers.list", {"page": "two"}, "page", id="text for a number"),
        pytest.param("customers.list", {"page": 1.5}, "page", id="a fraction for a whole number"),
        pytest.param("customers.list", {"page": None}, "page", id="null where there is none"),
        pytest.param("customers.list", {"page": {"$undefined": True}}, "page", id="undefined"),
        pytest.param("customers.create", {"body": {"colour": 1}}, "body", id="an unknown field of the body"),
        pytest.param("customers.create", {"body": {"status": "Away"}}, "body", id="a constant that is not there"),
        pytest.param("customers.create", {"body": {"since": "soon"}}, "body", id="no date"),
        pytest.param(
            "customers.create",
            {"body": {"limit": {"$number": "0.10000000000000000555"}}},
            "body",
            id="more digits than a double",
        ),
    ],
)
def test_what_the_types_cannot_hold_is_unrepresentable(
    running: Adapter, operation: str, arguments: dict[str, Any], detail: str
) -> None:
    assert _outcome(running, operation, arguments) == {"phase": "build", "ended": "unrepresentable", "detail": detail}


@pytest.mark.parametrize("operation", ["customers.update", "suppliers.list", "items.list"])
def test_an_operation_that_is_not_there_is_unsupported(running: Adapter, operation: str) -> None:
    assert _outcome(running, operation, {}) == {"phase": "build", "ended": "unsupported", "detail": operation}


def test_a_stream_is_read_to_its_end(running: Adapter) -> None:
    assert _outcome(running, "customers.downloadAttachment", {})["payload"] == {"$bytes": "AP9wZGY="}


SCALED = {
    "initialInterval": 20,
    "maxInterval": 50,
    "maxElapsedTime": 400,
    "exponent": 1.5,
    "retryConnectionErrors": True,
}
BACKOFF = "backoff, initial 20, most 50, in all 400, factor 1.5, connections true"


@pytest.mark.parametrize(
    ("auth", "retries", "reported"),
    [("Basic k", "none", "Basic k none"), (None, "default", "null null"), ("k", SCALED, f"k {BACKOFF}")],
)
def test_the_client_is_built_as_ordered(running: Adapter, auth: str | None, retries: Any, reported: str) -> None:
    payload = _get(running, "settings", auth=auth, retries=retries)["payload"]
    assert payload["customerName"] == f"http://127.0.0.1:1 {reported}"


def test_a_client_that_cannot_be_built_is_an_outcome_of_the_build(running: Adapter) -> None:
    outcome = _get(running, "sparse", serverUrl="refused")
    assert (outcome["phase"], outcome["ended"]) == ("build", "raised")
    assert outcome["error"] == {"class": "IllegalArgumentException", "message": "no such server"}


def test_a_call_can_be_cancelled_while_another_runs(running: Adapter) -> None:
    running.open()
    slow = running.send("call", operation="customers.get", arguments={"customerId": "slow"})
    assert running.call("customers.get", {"customerId": "forbidden"})["status"] == 403
    running.orders.write(json.dumps({"type": "cancel", "id": slow}).encode() + b"\n")
    report: Any = running.report()
    assert (report.id, report.outcome.ended) == (slow, "cancelled")


def test_what_is_no_order_is_the_harness_s_fault(command: tuple[str, ...]) -> None:
    adapter = Adapter(command)
    assert isinstance(adapter.report(), Hello)
    adapter.orders.write(b'{"type": "call", "id"\n')
    unread = adapter.report()
    number = adapter.send("call", operation="customers.get", arguments={})
    early = adapter.report()
    assert isinstance(unread, Failed)
    assert isinstance(early, Failed)
    assert (unread.id, early.id, early.message) == (None, number, "call before open")
    adapter.open()
    adapter.send("call", operation="customers.get", arguments={"customerId": "slow"})
    assert adapter.end() == 0
