"""The axios-generation adapter over the real protocol, on the stand-in package of `axios_standin`, no SDK."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.adapters.axios_standin import MODULE, NAMES, PACKAGE
from tests.adapters.driving import DEADLINE, Adapter, shown

from concordat.clients.protocol import Done, Failed, Hello, PublicApi

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for style in ("typescript-axios", "protocol/typescript") for path in (ROOT / "clients" / style).iterdir()
)


def _spec(call: str, *, request: str | None = None, body: str | None = None, payload: str | None = None) -> Any:
    return {"call": call, "request": request, "body": body, "payload": payload, "arguments": {}}


OPERATIONS = {
    "customers.create": _spec(
        "customers.create", request="CreateCustomerRequest", body="customer", payload="createCustomerResponse"
    ),
    "customers.get": _spec("customers.get", payload="customer"),
    "customers.list": _spec("customers.list", payload="customers"),
    "customers.downloadAttachment": _spec("customers.downloadAttachment", payload="data"),
    "customers.update": _spec("customers.update"),
    "companies.create": _spec("companies.create", body="*", payload="company"),
    "companies.delete": _spec("companies.broken"),
    "suppliers.list": _spec("suppliers.list"),
}


def install(folder: Path) -> tuple[str, ...]:
    """Lay the stand-in and the adapter out; return the adapter's command."""
    shutil.copytree(ROOT / "clients" / "typescript-axios", folder / "adapter")
    shutil.copytree(ROOT / "clients" / "protocol" / "typescript", folder / "protocol" / "typescript")
    for name, text in PACKAGE.items():
        _write(folder / "node_modules" / MODULE / name, text)
    _write(folder / "node_modules" / "class-transformer" / "cjs" / "storage.js", NAMES)
    config = {
        "style": "typescript-axios",
        "module": MODULE,
        "class": "Standin",
        "operations": OPERATIONS,
        "settings": {},
    }
    _write(folder / "config.json", json.dumps(config))
    return ("node", str(folder / "adapter" / "adapter.js"), str(folder / "config.json"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapter]:
    """One warm adapter for the module, as the engine keeps one for many cases."""
    adapter = Adapter(install(tmp_path_factory.mktemp("node")))
    assert isinstance(adapter.report(), Hello)
    yield adapter
    adapter.end()


def _outcome(adapter: Adapter, operation: str, arguments: dict[str, Any], **settings: Any) -> dict[str, Any]:
    opened = adapter.open(**settings)
    return adapter.call(operation, arguments) if isinstance(opened, Done) else shown(opened)


def _get(adapter: Adapter, customer: str, **settings: Any) -> dict[str, Any]:
    return _outcome(adapter, "customers.get", {"customerId": customer}, **settings)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_source_is_valid_and_imports_no_network(source: Path) -> None:
    subprocess.run(["node", "--check", str(source)], check=True, timeout=DEADLINE)
    allowed = {"node:fs", "node:module", "node:net"} if source.parent.name == "typescript" else {"node:module"}
    if source.name == "public-api.js":
        allowed = {"node:fs", "node:path"}
    imported = {name for name in source.read_text("utf-8").split('"')[1::2] if name.startswith("node:")}
    assert imported <= allowed


def test_hello_tells_what_the_package_says_of_itself(tmp_path: Path) -> None:
    adapter = Adapter(install(tmp_path))
    hello = adapter.report()
    assert isinstance(hello, Hello)
    assert (hello.style, hello.package, hello.version) == ("typescript-axios", MODULE, "1.2.3")
    assert (hello.language, hello.operations) == ("typescript", list(OPERATIONS))
    assert hello.features == ["cancel", "timeout", "retries", "undefined", "describe"]
    assert adapter.end() == 0


def test_its_public_api_is_that_of_the_installed_package(running: Adapter) -> None:
    running.send("describe")
    api = running.report()
    assert isinstance(api, PublicApi)
    assert api.errors == ["SDKError"]
    left_out = set(OPERATIONS) - set(api.operations)
    assert left_out == {"customers.update", "companies.delete", "suppliers.list"}
    found = api.operations["customers.create"]
    assert (found.method, found.returns) == ("create", "Promise<operations.CreateCustomerResponse>")
    assert [(argument.name, argument.parameter, argument.required) for argument in found.arguments] == [
        ("body", "customer", False),
        ("companyId", "companyId", True),
        ("connectionId", "connectionId", None),
        ("timeout-in-minutes", "timeoutInMinutes", False),
    ]
    (body,) = api.operations["companies.create"].arguments
    assert (body.name, body.parameter, body.required) == ("body", "req", False)
    undeclared = api.operations["customers.get"]
    assert (undeclared.arguments, undeclared.returns) == ([], None)


RETURNED = {"phase": "call", "ended": "returned", "content_type": "application/json"}


@pytest.mark.parametrize(
    ("customer", "payload"),
    [
        pytest.param(
            "sparse",
            {"id": "sparse", "name": None, "list": [{"$undefined": True}, None]},
            id="an undefined property is absent and a null one is null",
        ),
        pytest.param(
            "numbers",
            {
                "big": {"$number": "9007199254740992"},
                "huge": {"$number": "1e+300"},
                "tiny": 0.1,
                "minus": {"$number": "-0"},
                "nan": {"$number": "NaN"},
                "int": {"$number": "10"},
                "n": 3,
            },
            id="numbers that JSON would change are text",
        ),
        pytest.param(
            "text",
            {"broken": {"$utf16": [0xD83D, 0x61]}, "whole": "\U0001f600", "$$ref": 1, "constructor": "x"},
            id="unpaired surrogates and dollar keys are tagged",
        ),
        pytest.param(
            "objects",
            {
                "day": "1970-01-01T00:00:00.000Z",
                "map": {"$object": "Map"},
                "fn": {"$object": "Function"},
                "stream": {"$object": "Object"},
            },
            id="what has no JSON shape is named",
        ),
        pytest.param("null", None, id="a null payload is null"),
    ],
)
def test_a_payload_is_shown_as_its_caller_reads_it(running: Adapter, customer: str, payload: Any) -> None:
    assert _get(running, customer) == RETURNED | {"status": 200, "payload": payload}


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        pytest.param("forbidden", RETURNED | {"status": 403}, id="a returned 403 with nothing else stays returned"),
        pytest.param(
            "missing",
            RETURNED
            | {
                "status": 404,
                "error": {"class": "ErrorMessage", "status": 404, "fields": {"error": "no such", "statusCode": 404}},
            },
            id="a returned error attribute is shown as the error of a returned call",
        ),
        pytest.param("nothing", {"phase": "call", "ended": "returned"}, id="nothing at all"),
        pytest.param(
            "cyclic",
            {"phase": "render", "ended": "unrepresentable", "detail": "nested too deep"},
            id="a payload without an end",
        ),
    ],
)
def test_an_envelope_shows_only_what_it_offers(running: Adapter, customer: str, expected: dict[str, Any]) -> None:
    assert _get(running, customer) == expected


@pytest.mark.parametrize(
    ("customer", "error"),
    [
        pytest.param(
            "html",
            {"class": "SDKError", "message": "unknown content-type", "status": 502, "body": "<h1>no</h1>"},
            id="an SDK error",
        ),
        pytest.param(
            "refused",
            {"class": "TypeError", "chain": ["Error", "RangeError"], "message": "fetch failed"},
            id="its causes",
        ),
        pytest.param("text_thrown", {"class": "String", "message": "just text"}, id="thrown text"),
        pytest.param("null_thrown", {"class": "null", "message": "null"}, id="thrown null"),
        pytest.param("endless", {"class": "Error", "message": "x" * 2000}, id="a message without an end"),
    ],
)
def test_a_thrown_error_is_shown_with_its_causes(running: Adapter, customer: str, error: dict[str, Any]) -> None:
    assert _get(running, customer) == {"phase": "call", "ended": "raised", "error": error}


def test_absent_undefined_and_null_arguments_stay_apart(running: Adapter) -> None:
    given = {"companyId": None, "page": {"$undefined": True}}
    assert _outcome(running, "customers.list", given)["payload"]["has"] == {"companyId": None, "page": "undefined"}


def test_tags_of_arguments_become_values_of_the_language(running: Adapter) -> None:
    body = {"data": {"$bytes": "AP8="}, "n": {"$number": "0.10"}, "half": {"$utf16": [0xD83D]}, "$$ref": {"x": [None]}}
    given = {"companyId": "c", "body": body | {"gone": {"$undefined": True}}}
    assert _outcome(running, "customers.create", given)["payload"] == {
        "companyId": "c",
        "customer": {
            "data": {"$bytes": "AP8="},
            "n": 0.1,
            "half": {"$utf16": [0xD83D]},
            "$$ref": {"x": [None]},
            "gone": "undefined",
        },
    }


def test_properties_are_named_as_the_package_says_the_wire_does(running: Adapter) -> None:
    assert _outcome(running, "customers.list", {})["payload"] == {"_links": {"href": "/"}, "has": {}}


def test_only_the_bytes_of_a_view_are_shown(running: Adapter) -> None:
    assert _outcome(running, "customers.downloadAttachment", {})["payload"] == {"$bytes": "AP9wZGY="}


def test_a_body_may_be_the_request_itself(running: Adapter) -> None:
    assert _outcome(running, "companies.create", {"body": {"name": "n"}})["payload"] == {"name": "n"}


@pytest.mark.parametrize(
    ("operation", "arguments", "detail"),
    [
        pytest.param("customers.create", {"colour": "red"}, "colour", id="no such property"),
        pytest.param("customers.get", {"body": {}}, "body", id="a body where there is none"),
        pytest.param("companies.create", {"body": {}, "page": 1}, "page", id="an argument beside the whole body"),
        pytest.param("customers.list", {"page": {"$number": "9007199254740993"}}, "page", id="more than a double"),
        pytest.param("customers.list", {"page": {"$object": "Unset"}}, "page", id="another language's object"),
    ],
)
def test_what_the_interface_has_no_place_for_is_unrepresentable(
    running: Adapter, operation: str, arguments: dict[str, Any], detail: str
) -> None:
    assert _outcome(running, operation, arguments) == {"phase": "build", "ended": "unrepresentable", "detail": detail}


@pytest.mark.parametrize(
    "operation", ["customers.update", "companies.delete", "suppliers.list", "items.list", "toString"]
)
def test_an_operation_that_is_not_there_is_unsupported(running: Adapter, operation: str) -> None:
    assert _outcome(running, operation, {}) == {"phase": "build", "ended": "unsupported", "detail": operation}


NUMBERS = {
    "initialInterval": 20,
    "maxInterval": 50,
    "maxElapsedTime": 400,
    "exponent": 1.5,
    "retryConnectionErrors": False,
}
BACKOFF = {key: value for key, value in NUMBERS.items() if key != "retryConnectionErrors"}


@pytest.mark.parametrize(
    ("settings", "reported"),
    [
        pytest.param(
            {"retries": "none"},
            {
                "security": {"authHeader": "Basic key"},
                "retryConfig": {"strategy": "none", "backoff": "undefined", "retryConnectionErrors": True},
            },
            id="no retries",
        ),
        pytest.param({"retries": "default", "auth": None}, {}, id="nothing is said that was not ordered"),
        pytest.param(
            {"retries": NUMBERS, "auth": ""},
            {
                "security": {"authHeader": ""},
                "retryConfig": {"strategy": "backoff", "backoff": BACKOFF, "retryConnectionErrors": False},
            },
            id="a policy in numbers",
        ),
    ],
)
def test_the_client_is_built_as_ordered(running: Adapter, settings: dict[str, Any], reported: dict[str, Any]) -> None:
    payload = _get(running, "settings", **settings, timeout=250)["payload"]
    assert payload == {"timeout": 250, "settings": {"serverURL": "http://127.0.0.1:1", **reported}}


def test_a_client_that_cannot_be_built_is_an_outcome_of_the_build(running: Adapter) -> None:
    outcome = _get(running, "sparse", serverUrl="refused")
    error = {"class": "TypeError", "message": "Invalid URL"}
    assert outcome == {"phase": "build", "ended": "raised", "error": error}


def test_a_call_can_be_cancelled_while_another_runs(running: Adapter) -> None:
    running.open()
    slow = running.send("call", operation="customers.get", arguments={"customerId": "slow"})
    quick = running.call("customers.get", {"customerId": "forbidden"})
    running.orders.write(json.dumps({"type": "cancel", "id": slow}).encode() + b"\n")
    given_up: Any = running.report()
    assert (quick["ended"], quick["status"]) == ("returned", 403)
    assert (given_up.id, given_up.outcome.ended, given_up.outcome.error.message) == (slow, "cancelled", "canceled")


def test_a_call_after_close_is_the_harness_s_fault(running: Adapter) -> None:
    running.open()
    running.send("close")
    assert isinstance(running.report(), Done)
    number = running.send("call", operation="customers.get", arguments={})
    failed = running.report()
    assert isinstance(failed, Failed)
    assert (failed.id, failed.message) == (number, "call before open")


@pytest.mark.parametrize("line", [b"not json", b'{"type":"dance","id":7}', b"null"])
def test_a_line_that_is_no_order_is_the_harness_s_fault(running: Adapter, line: bytes) -> None:
    running.orders.write(line + b"\n")
    assert isinstance(running.report(), Failed)


def test_orders_may_arrive_in_pieces_and_in_one_piece(running: Adapter) -> None:
    running.open()
    text = "\u00e9" * 70_000
    numbers = [running.last + 1, running.last + 2]
    lines = [
        {"type": "call", "id": number, "operation": "companies.create", "arguments": {"body": {"t": text}}}
        for number in numbers
    ]
    running.last += 2
    sent = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    for start in range(0, len(sent), 65_537):
        running.orders.write(sent[start : start + 65_537])
    answers: list[Any] = [running.report(), running.report()]
    assert [(answer.id, answer.outcome.payload["t"] == text) for answer in answers] == [(n, True) for n in numbers]


def test_a_package_that_cannot_be_loaded_is_reported_and_ends_the_program(tmp_path: Path) -> None:
    command = install(tmp_path)
    _write(tmp_path / "node_modules" / MODULE / "dist" / "index.js", 'throw new Error("half an installation");')
    adapter = Adapter(command)
    failed = adapter.report()
    assert isinstance(failed, Failed)
    assert (failed.id, failed.message) == (None, "half an installation")
    assert adapter.process.wait(DEADLINE) == 1
    adapter.end()


def test_the_end_of_the_orders_ends_the_program_though_a_call_is_under_way(tmp_path: Path) -> None:
    adapter = Adapter(install(tmp_path))
    assert isinstance(adapter.report(), Hello)
    adapter.open()
    adapter.send("call", operation="customers.get", arguments={"customerId": "slow"})
    assert adapter.end() == 0


def test_bye_ends_the_program(tmp_path: Path) -> None:
    adapter = Adapter(install(tmp_path))
    assert isinstance(adapter.report(), Hello)
    adapter.orders.write(b'{"type":"shutdown"}\n')
    assert adapter.process.wait(DEADLINE) == 0
    adapter.end()
