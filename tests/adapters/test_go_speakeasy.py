"""The Go adapter over the real protocol, compiled with `go_standin`: the public shapes of the releases of 2023, no SDK.

`go_standin_v5` has the shapes of later releases, whose failures are errors.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.adapters.driving import DEADLINE, Adapter, shown
from tests.timeouts import scaled

from concordat.clients.protocol import Done, Failed, Hello

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODULE = "concordat.local/standin"
COMPILE = scaled(600)


def _spec(call: str, *, body: str | None = None, payload: str | None = None) -> dict[str, Any]:
    return {"call": call, "request": None, "body": body, "payload": payload, "arguments": {}}


OPERATIONS = {
    "customers.create": _spec("Customers.Create", body="Customer", payload="CreateCustomerResponse"),
    "customers.get": _spec("Customers.Get", payload="Customer"),
    "customers.list": _spec("Customers.List", payload="Customers"),
    "customers.downloadAttachment": _spec("Customers.DownloadAttachment"),
    "companies.create": _spec("Companies.Create", body="*", payload="Company"),
    "companies.list": _spec("Companies.List"),
    "suppliers.list": _spec("Suppliers.List"),
}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The adapter of the documented public API."""
    return compile_first(tmp_path_factory.mktemp("go"))


def compile_first(folder: Path) -> tuple[str, ...]:
    """Compile the adapter with the shapes of the releases of 2023."""
    return _compile(folder, MODULE, "v1.2.3", "go_standin")


def compile_later(folder: Path) -> tuple[str, ...]:
    """Compile the adapter with the shapes of later releases."""
    return _compile(folder, f"{MODULE}/v5", "v5.0.0", "go_standin_v5")


def _compile(folder: Path, module: str, version: str, standin: str) -> tuple[str, ...]:
    """Lay the sources out as provisioning does and compile them, without any network."""
    source = Path(__file__).parent / standin
    build = folder / "build"
    shutil.copytree(ROOT / "clients" / "go-speakeasy", build)
    shutil.copytree(ROOT / "clients" / "protocol" / "go", build / "protocol")
    for template in build.glob("*.tmpl"):
        filled = re.sub(r"\{\{module\}\}", module, template.read_text("utf-8"))
        template.with_suffix("").write_text(filled, "utf-8")
        template.unlink()
    (build / "go.mod").write_text(
        f"module concordat.local/adapter\n\ngo 1.21\n\nrequire {module} {version}\nreplace {module} => {source}\n",
        "utf-8",
    )
    env = os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    for step in (["vet", "./..."], ["build", "-o", str(folder / "adapter"), "."]):
        subprocess.run(["go", *step], cwd=build, env=env, check=True, timeout=COMPILE)
    config = {"style": "go-speakeasy", "module": module, "class": "Standin", "operations": OPERATIONS, "settings": {}}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return (str(folder / "adapter"), str(folder / "config.json"))


@pytest.fixture
def adapter(command: tuple[str, ...]) -> Iterator[Adapter]:
    """An adapter that said hello."""
    running = Adapter(command)
    assert isinstance(running.report(), Hello)
    yield running
    running.end()


def _outcome(adapter: Adapter, operation: str, arguments: dict[str, Any], **settings: Any) -> dict[str, Any]:
    opened = adapter.open(**settings)
    return adapter.call(operation, arguments) if isinstance(opened, Done) else shown(opened)


def _get(adapter: Adapter, customer: str, **settings: Any) -> dict[str, Any]:
    return _outcome(adapter, "customers.get", {"companyId": "c", "customerId": customer}, **settings)


def test_hello_tells_the_module_and_version_that_the_build_recorded(command: tuple[str, ...]) -> None:
    adapter = Adapter(command)
    hello = adapter.report()
    assert isinstance(hello, Hello)
    assert (hello.style, hello.package, hello.version, hello.language) == ("go-speakeasy", MODULE, "v1.2.3", "go")
    assert hello.operations == sorted(OPERATIONS)
    assert hello.features == ["cancel", "timeout", "retries"]
    assert adapter.end() == 0


RETURNED = {"phase": "call", "ended": "returned", "content_type": "application/json"}


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        pytest.param(
            "sparse",
            RETURNED | {"status": 200, "payload": {"id": "sparse", "customerName": "", "addresses": [], "status": ""}},
            id="a nil field is absent, an empty one is empty, a required one has its zero value",
        ),
        pytest.param(
            "rich",
            RETURNED
            | {
                "status": 200,
                "payload": {
                    "id": "rich",
                    "revision": {"$number": "9007199254740993"},
                    "creditLimit": 0.1,
                    "opened": "2022-10-23",
                    "status": "",
                    "supplementalData": {"content": {"a": {"$$ref": 1.5, "none": None, "text": "ü"}, "nothing": None}},
                },
            },
            id="digits, dates, nulls and dollar keys survive",
        ),
        pytest.param("forbidden", RETURNED | {"status": 403}, id="a returned 403 with nothing else stays returned"),
        pytest.param(
            "missing",
            RETURNED
            | {
                "status": 404,
                "error": {
                    "class": "Schema",
                    "status": 404,
                    "fields": {"error": "no such customer", "statusCode": 404},
                },
            },
            id="a returned error field is shown as the error of a returned call",
        ),
        pytest.param(
            "syncing",
            RETURNED
            | {
                "status": 409,
                "error": {
                    "class": "GetCustomer409ApplicationJSON",
                    "status": 409,
                    "fields": {"statusCode": 409},
                },
            },
            id="an error field of one operation's own",
        ),
    ],
)
def test_an_envelope_is_shown_as_its_caller_reads_it(adapter: Adapter, customer: str, expected: dict[str, Any]) -> None:
    assert _get(adapter, customer) == expected


@pytest.mark.parametrize(
    ("customer", "error"),
    [
        pytest.param(
            "unreachable",
            {
                "class": "wrapError",
                "chain": ["errorString"],
                "message": "error sending request: connection refused",
            },
            id="a transport error has no status",
        ),
        pytest.param(
            "broken",
            {"class": "panic", "message": "runtime error: invalid memory address or nil pointer dereference"},
            id="a panic inside the client is an outcome",
        ),
    ],
)
def test_an_error_is_shown_with_its_chain(adapter: Adapter, customer: str, error: dict[str, Any]) -> None:
    assert _get(adapter, customer) == {"phase": "call", "ended": "raised", "error": error}


def test_arguments_find_their_fields_by_the_tags(adapter: Adapter) -> None:
    body = {"id": "1", "nickname": None, "supplementalData": {"content": {"a": {"$$x": None, "y": [1, "z"]}}}}
    given = {"companyId": "a/b", "connectionId": "n", "timeoutInMinutes": 3, "body": body}
    assert _outcome(adapter, "customers.create", given)["payload"] == {
        "data": {"id": "1", "status": "", "supplementalData": {"content": {"a": {"$$x": None, "y": [1, "z"]}}}},
        "companyId": "a/b",
        "timeoutInMinutes": 3,
    }


def test_an_argument_that_is_not_passed_stays_nil(adapter: Adapter) -> None:
    payload = _outcome(adapter, "customers.list", {"companyId": "c"})["payload"]
    assert payload == {"_links": {"self": {"href": "/c"}}, "pageNumber": 1}


def test_a_body_may_be_the_request_itself(adapter: Adapter) -> None:
    assert _outcome(adapter, "companies.create", {"body": {"name": "n"}})["payload"] == {"name": "n"}


@pytest.mark.parametrize(
    ("operation", "arguments", "detail"),
    [
        pytest.param("customers.list", {"companyId": "c", "colour": "red"}, "colour", id="no such argument"),
        pytest.param("customers.list", {"page": "two"}, "page", id="text for a number"),
        pytest.param("customers.list", {"page": 1.5}, "page", id="a fraction for a whole number"),
        pytest.param("customers.list", {"page": {"$undefined": True}}, "page", id="undefined"),
        pytest.param("customers.list", {"orderBy": None}, "orderBy", id="null for a parameter"),
        pytest.param("customers.list", {"orderBy": {"$utf16": [55357]}}, "orderBy", id="an unpaired surrogate"),
        pytest.param("customers.get", {"body": {}}, "body", id="a body where there is none"),
        pytest.param("customers.create", {"body": {"colour": 1}}, "body", id="an unknown field of the body"),
        pytest.param("customers.create", {"body": {"id": None}}, "body", id="null where nil leaves the field out"),
        pytest.param(
            "customers.create",
            {"body": {"creditLimit": {"$number": "0.10000000000000000555"}}},
            "body",
            id="more digits than a double",
        ),
    ],
)
def test_what_the_types_cannot_hold_is_unrepresentable(
    adapter: Adapter, operation: str, arguments: dict[str, Any], detail: str
) -> None:
    assert _outcome(adapter, operation, arguments) == {"phase": "build", "ended": "unrepresentable", "detail": detail}


@pytest.mark.parametrize("operation", ["companies.list", "suppliers.list", "items.list"])
def test_an_operation_that_is_not_there_is_unsupported(adapter: Adapter, operation: str) -> None:
    assert _outcome(adapter, operation, {}) == {"phase": "build", "ended": "unsupported", "detail": operation}


def test_bytes_are_shown(adapter: Adapter) -> None:
    outcome = _outcome(adapter, "customers.downloadAttachment", {"attachmentId": "a"})
    assert (outcome["ended"], outcome["payload"]) == ("returned", {"$bytes": "AP9wZGY="})


SCALED = {
    "initialInterval": 20,
    "maxInterval": 50,
    "maxElapsedTime": 400,
    "exponent": 1.5,
    "retryConnectionErrors": True,
}
SCALED_TOLD = "backoff {InitialInterval:20 MaxInterval:50 Exponent:1.5 MaxElapsedTime:400} true"


@pytest.mark.parametrize(
    ("retries", "reported"),
    [
        ("none", "none"),
        ("default", "default"),
        (SCALED, SCALED_TOLD),
    ],
)
def test_the_client_is_built_as_ordered(adapter: Adapter, retries: Any, reported: str) -> None:
    payload = _get(adapter, "settings", retries=retries)["payload"]
    assert payload["customerName"] == f"http://127.0.0.1:1 Basic key {reported}"


def test_a_client_that_cannot_be_built_is_an_outcome_of_the_build(adapter: Adapter) -> None:
    outcome = _get(adapter, "sparse", serverUrl="refused")
    assert (outcome["phase"], outcome["ended"], outcome["error"]["class"]) == ("build", "raised", "panic")


def test_the_timeout_is_the_deadline_of_the_context(adapter: Adapter) -> None:
    outcome = _get(adapter, "slow", timeout=50)
    assert (outcome["ended"], outcome["error"]["chain"]) == ("raised", ["deadlineExceededError"])


def test_a_call_can_be_cancelled_while_another_runs(adapter: Adapter) -> None:
    adapter.open(auth=None)
    slow = adapter.send("call", operation="customers.get", arguments={"customerId": "slow"})
    quick = adapter.call("customers.get", {"customerId": "forbidden"})
    adapter.orders.write(json.dumps({"type": "cancel", "id": slow}).encode() + b"\n")
    given_up: Any = adapter.report()
    assert (quick["ended"], quick["status"]) == ("returned", 403)
    assert (given_up.id, given_up.outcome.ended) == (slow, "cancelled")


def test_a_call_before_open_is_the_harness_s_fault(adapter: Adapter) -> None:
    number = adapter.send("call", operation="customers.get", arguments={})
    failed = adapter.report()
    assert isinstance(failed, Failed)
    assert (failed.id, failed.message) == (number, "call before open")


def test_a_line_that_is_no_order_is_the_harness_s_fault(adapter: Adapter) -> None:
    adapter.orders.write(b"not json\n")
    failed = adapter.report()
    assert isinstance(failed, Failed)
    assert failed.id is None


def test_the_end_of_the_orders_ends_the_program_though_a_call_is_under_way(command: tuple[str, ...]) -> None:
    adapter = Adapter(command)
    assert isinstance(adapter.report(), Hello)
    adapter.open()
    adapter.send("call", operation="customers.get", arguments={"customerId": "slow"})
    assert adapter.end() == 0


def test_bye_ends_the_program(command: tuple[str, ...]) -> None:
    adapter = Adapter(command)
    assert isinstance(adapter.report(), Hello)
    adapter.orders.write(b'{"type":"shutdown"}\n')
    assert adapter.process.wait(DEADLINE) == 0
    adapter.end()


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapter]:
    """The adapter compiled with the public API of later releases."""
    running = Adapter(compile_later(tmp_path_factory.mktemp("go-v5")))
    hello = running.report()
    assert isinstance(hello, Hello)
    assert (hello.package, hello.version) == (f"{MODULE}/v5", "v5.0.0")
    yield running
    assert running.end() == 0


@pytest.mark.parametrize(
    ("auth", "retries", "reported"),
    [
        pytest.param("Basic key", "none", "Basic key none", id="a credential that is a string"),
        pytest.param(None, "default", " default", id="no credential"),
        pytest.param("k", SCALED, f"k {SCALED_TOLD}", id="a retry policy from a package of its own"),
    ],
)
def test_later_releases_are_built_by_the_same_adapter(
    later: Adapter, auth: str | None, retries: Any, reported: str
) -> None:
    payload = _get(later, "x", auth=auth, retries=retries)["payload"]
    assert payload == {"id": "x", "customerName": f"http://127.0.0.1:1 {reported}", "status": "Active"}


def test_a_stream_is_read_to_its_end(later: Adapter) -> None:
    outcome = _outcome(later, "customers.downloadAttachment", {"attachmentId": "a"})
    assert (outcome["ended"], outcome["payload"]) == ("returned", {"$bytes": "AP9wZGY="})


def test_a_stream_that_breaks_is_raised_while_reading(later: Adapter) -> None:
    outcome = _outcome(later, "customers.downloadAttachment", {"attachmentId": "cut"})
    assert (outcome["phase"], outcome["ended"], outcome["error"]["message"]) == ("read", "raised", "unexpected EOF")


def test_status_and_body_of_an_error_are_found_in_its_chain(later: Adapter) -> None:
    assert _get(later, "error.wrapped")["error"] == {
        "class": "wrapError",
        "chain": ["SDKError"],
        "message": "error reading: odd: Status 502\n<h1>no</h1>",
        "status": 502,
        "body": "<h1>no</h1>",
    }
