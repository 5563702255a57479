"""The Python protocol helper and its adapters, driven as the engine drives them: a process and two pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = Path(__file__).parents[2] / "clients"
HELPER = CLIENTS / "protocol" / "python"
OPEN = {"type": "open", "serverUrl": "http://127.0.0.1:1", "auth": "k", "retries": "none", "surface": "sync"}
PLAIN = {"request": None, "body": None, "payload": None, "arguments": {}}


class Driven:
    """An adapter under way."""

    def __init__(self, entry: Path, config: dict[str, Any], folder: Path, *paths: Path) -> None:
        given = folder / "config.json"
        given.write_text(json.dumps(config), encoding="utf-8")
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, str(entry), str(given)],
            env={
                "CONCORDAT_FDS": f"{orders_in},{reports_out}",
                "PYTHONPATH": os.pathsep.join(map(str, (*paths, HELPER))),
            },
            pass_fds=(orders_in, reports_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(orders_in)
        os.close(reports_out)
        self.orders = os.fdopen(orders_out, "wb", buffering=0)
        self.reports = os.fdopen(reports_in, "rb")
        self.hello = self.report()

    def send(self, **order: Any) -> None:
        self.orders.write(json.dumps(order).encode() + b"\n")

    def report(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.reports.readline())
        return read

    def open(self, **changes: Any) -> dict[str, Any]:
        self.send(**{**OPEN, "id": 1, **changes})
        return self.report()

    def call(self, operation: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        self.send(type="call", id=2, operation=operation, arguments=arguments or {})
        report = self.report()
        assert report["id"] == 2
        return report.get("outcome", report)  # type: ignore[no-any-return]

    def end(self) -> int:
        self.orders.close()
        code = self.process.wait(10)
        self.reports.close()
        return code


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
            released.wait(10)
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


def start_odd(folder: Path) -> Driven:
    entry = folder / "adapter.py"
    entry.write_text(ODD_ADAPTER, encoding="utf-8")
    return Driven(entry, {"operations": {"echo": {}}}, folder)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    driven = start_odd(tmp_path_factory.mktemp("odd"))
    yield driven
    driven.end()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Driven]:
    driven = start_odd(tmp_path)
    yield driven
    driven.end()


def test_hello_says_what_the_package_says_of_itself(odd: Driven) -> None:
    said = {key: odd.hello[key] for key in ("type", "protocol", "style", "package", "version", "language")}
    assert said == {
        "type": "hello",
        "protocol": 1,
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
        ({"$utf16": "PdgA3gDY"}, "'\U0001f600\\ud800'"),
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
        {"$utf16": "ANg="},
        {"$$ref": {"$$$x": 1}},
        [1, 1.5, True, None, "\u00e9", 9007199254740992],
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
            "fields": {"$$a": {"$utf16": "ANg="}},
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
    fresh.send(type="bye")
    assert fresh.process.wait(10) == 0


def test_close_is_answered_and_ends_the_client(fresh: Driven) -> None:
    fresh.open()
    fresh.send(type="close", id=5)
    assert fresh.report() == {"type": "done", "id": 5}
    assert fresh.call("echo")["type"] == "failed"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    tmp_path = tmp_path_factory.mktemp("reference")
    names = ("customers.get", "customers.listAttachments", "refresh.all", "gone.get")
    operations = {name: {**PLAIN, "call": name} for name in names}
    folder = CLIENTS / "reference"
    driven = Driven(folder / "adapter.py", {"style": "reference", "operations": operations}, tmp_path, folder)
    yield driven
    driven.end()


@pytest.mark.parametrize(
    ("operation", "arguments", "ended", "detail"),
    [
        ("customers.get", {"companyId": "c", "customerId": "1"}, "raised", None),
        ("customers.listAttachments", {"companyId": "c", "connectionId": "k", "customerId": "1"}, "raised", None),
        ("customers.get", {"companyId": "c", "page": 1}, "unrepresentable", "page"),
        ("gone.get", {}, "unsupported", "gone.get"),
        ("customers.delete", {}, "unsupported", "customers.delete"),
    ],
)
def test_the_reference_adapter_spells_by_signature(
    reference: Driven, operation: str, arguments: dict[str, str], ended: str, detail: str | None
) -> None:
    assert reference.open() == {"type": "done", "id": 1}
    outcome = reference.call(operation, arguments)
    assert (outcome["ended"], outcome.get("detail")) == (ended, detail)
    assert outcome.get("error", {"class": "TransportError"})["class"] == "TransportError"


def test_a_server_url_that_the_reference_client_refuses_is_an_outcome(reference: Driven) -> None:
    outcome = reference.open(serverUrl="nowhere")["outcome"]
    assert (outcome["phase"], outcome["error"]["class"]) == ("build", "ValueError")


FAKE_SDK = {
    "fake_sdk/__init__.py": """
        from . import utils
        from .models import errors, operations, shared

        class Customers:
            def __init__(self, sdk):
                self.sdk = sdk

            def get(self, *, request: operations.GetRequest) -> shared.Customer:
                if request["customer_id"] == "raise":
                    raise errors.ErrorMessage()
                if request["customer_id"] == "unset":
                    return shared.Customer(status="Active", customer_name=shared.UNSET, phone=None)
                return shared.Customer(status="Active", customer_name=repr(request), sdk=self.sdk.given)

            async def get_async(self, *, request: operations.GetRequest) -> shared.Customer:
                return shared.Customer(status="async")

            def refresh(self, *, request: operations.GetRequest) -> None:
                return None

        class FakeSdk:
            def __init__(self, **given):
                if given["security"] is not None and given["security"].auth_header == "refused":
                    raise ValueError("refused")
                self.given = {name: repr(value) for name, value in given.items()}
                self.customers = Customers(self)
    """,
    "fake_sdk/types.py": '''
        class Model:
            """Stands in for a pydantic model: fields by alias, the set ones known."""
            model_fields = {}
            def __init__(self, sdk=None, **given):
                self.model_fields_set = set(given)
                self.model_extra = {"sdk": sdk} if sdk else None
                for name in self.model_fields:
                    setattr(self, name, given.get(name))
        class Field:
            def __init__(self, annotation, alias=None):
                self.annotation, self.alias = annotation, alias
        class Unset(Model):
            pass
        UNSET = Unset()
    ''',
    "fake_sdk/utils.py": """
        class Shown:
            def __init__(self, *given, **named):
                self.given = (*given, *named.values())
            def __repr__(self):
                return "/".join(map(repr, self.given))
        class BackoffStrategy(Shown):
            pass
        class RetryConfig(Shown):
            pass
    """,
    "fake_sdk/models/__init__.py": "",
    "fake_sdk/models/shared.py": """
        from ..types import UNSET, Field, Model
        class Security:
            def __init__(self, auth_header):
                self.auth_header = auth_header
            def __repr__(self):
                return self.auth_header
        class Customer(Model):
            model_fields = {"status": Field(str), "customer_name": Field(str, "customerName"), "phone": Field(str)}
    """,
    "fake_sdk/models/operations.py": """
        from typing import List, Optional
        from ..types import Field, Model
        from .shared import Customer
        class GetRequest(Model):
            model_fields = {
                "company_id": Field(str, "companyId"), "customer_id": Field(str),
                "customer": Field(Optional[List[Customer]]),
            }
    """,
    "fake_sdk/models/errors.py": """
        from ..types import Field, Model
        class Data(Model):
            model_fields = {"status_code": Field(int, "statusCode"), "error": Field(str)}
        class ErrorMessage(Exception):
            def __init__(self):
                self.data = Data(status_code=429)
                self.status_code = 402
                self.body = "pay"
    """,
    "fake_sdk-4.5.dist-info/METADATA": "Metadata-Version: 2.1\nName: fake-sdk\nVersion: 4.5\n",
}


@pytest.fixture(scope="module")
def httpx_style(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    tmp_path = tmp_path_factory.mktemp("fake")
    for name, text in FAKE_SDK.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text), encoding="utf-8")
    operations = {
        "get": {**PLAIN, "call": "customers.get", "body": "customer"},
        "bare": {**PLAIN, "call": "customers.get", "request": "GetRequest", "arguments": {"id": "customer_id"}},
        "refresh": {**PLAIN, "call": "customers.refresh"},
        "gone": {**PLAIN, "call": "suppliers.get"},
    }
    config = {"package": "fake-sdk", "module": "fake_sdk", "class": "FakeSdk", "operations": operations}
    driven = Driven(CLIENTS / "python-httpx" / "adapter.py", config, tmp_path, tmp_path)
    yield driven
    driven.end()


def test_the_version_is_the_installed_one(httpx_style: Driven) -> None:
    assert (httpx_style.hello["package"], httpx_style.hello["version"]) == ("fake-sdk", "4.5")


def test_wire_names_become_the_models_spellings_and_back(httpx_style: Driven) -> None:
    httpx_style.open()
    body = [{"customerName": "A", "status": "Active", "unknownKey": {"customerName": 1}}]
    payload = httpx_style.call("get", {"companyId": "c", "customerId": "1", "body": body})["payload"]
    inner = "[{'customer_name': 'A', 'status': 'Active', 'unknownKey': {'customerName': 1}}]"
    assert payload["customerName"] == f"{{'company_id': 'c', 'customer_id': '1', 'customer': {inner}}}"
    assert payload["status"] == "Active"
    assert "phone" not in payload


def test_an_unset_field_is_absent_and_none_is_null(httpx_style: Driven) -> None:
    httpx_style.open()
    assert httpx_style.call("get", {"customerId": "unset"})["payload"] == {"status": "Active", "phone": None}


@pytest.mark.parametrize(
    ("changes", "built"),
    [
        (
            {},
            {"security": "k", "server_url": "'http://127.0.0.1:1'", "retry_config": "'none'/1/1/1.0/1/False"},
        ),
        ({"auth": None, "retries": "default"}, {"security": "None", "server_url": "'http://127.0.0.1:1'"}),
        (
            {
                "retries": {
                    "initialInterval": 20,
                    "maxInterval": 50,
                    "maxElapsedTime": 400,
                    "exponent": 1.5,
                    "retryConnectionErrors": True,
                },
                "timeout": 300,
            },
            {
                "security": "k",
                "server_url": "'http://127.0.0.1:1'",
                "retry_config": "'backoff'/20/50/1.5/400/True",
                "timeout_ms": "300",
            },
        ),
    ],
)
def test_the_sdk_is_built_as_ordered(httpx_style: Driven, changes: dict[str, Any], built: dict[str, str]) -> None:
    httpx_style.open(**changes)
    assert httpx_style.call("bare", {"id": "1"})["payload"]["sdk"] == built


def test_the_async_surface_calls_the_async_method(httpx_style: Driven) -> None:
    httpx_style.open(surface="async")
    assert httpx_style.call("get", {"customerId": "1"})["payload"] == {"status": "async"}


@pytest.mark.parametrize(
    ("operation", "arguments", "ended", "detail"),
    [
        ("gone", {}, "unsupported", "gone"),
        ("nothing", {}, "unsupported", "nothing"),
        ("get", {"page": 1}, "unrepresentable", "page"),
        ("bare", {"body": {}}, "unrepresentable", "body"),
    ],
)
def test_a_call_that_cannot_be_made_says_why(
    httpx_style: Driven, operation: str, arguments: dict[str, Any], ended: str, detail: str
) -> None:
    httpx_style.open()
    assert httpx_style.call(operation, arguments) == {"phase": "build", "ended": ended, "detail": detail}


def test_a_method_that_returns_nothing_has_no_payload(httpx_style: Driven) -> None:
    httpx_style.open()
    assert httpx_style.call("refresh", {"companyId": "c"}) == {"phase": "call", "ended": "returned"}


def test_an_error_shows_what_a_caller_reaches(httpx_style: Driven) -> None:
    httpx_style.open()
    error = httpx_style.call("get", {"customerId": "raise"})["error"]
    assert (error["class"], error["status"], error["body"], error["fields"]) == (
        "ErrorMessage",
        402,
        "pay",
        {"statusCode": 429},
    )
