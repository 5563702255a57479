"""The adapter of the httpx generation, over a stand-in with the same public API."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.adapters.conftest import Driven

CLIENTS = Path(__file__).parents[2] / "clients"
PLAIN: dict[str, Any] = {"request": None, "body": None, "payload": None, "arguments": {}}


FAKE_SDK = {
    "fake_sdk/__init__.py": """
        from . import utils
        from .models import errors, operations, shared

        class Customers:
            def __init__(self, sdk):
                self.sdk = sdk

            def get(self, *, request: operations.GetRequest) -> shared.Customer:
                if request["customer_id"] in errors.RAISED:
                    raise errors.RAISED[request["customer_id"]]
                if request["customer_id"] == "value.absent-and-null":
                    free = shared.SupplementalData(content={"a": {"none": None}})
                    return shared.Customer(id="1", status="Active", phone=shared.UNSET, supplemental_data=free)
                if request["customer_id"] == "value.null":
                    return shared.Customer(id="1", status="Active", phone=None)
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
            def __init__(self, annotation, alias=None, required=True):
                self.annotation, self.alias, self.required = annotation, alias, required
            def is_required(self):
                return self.required
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
            model_fields = {
                "id": Field(str), "status": Field(str), "phone": Field(str),
                "customer_name": Field(str, "customerName"),
                "supplemental_data": Field(object, "supplementalData"),
            }
        class SupplementalData(Model):
            model_fields = {"content": Field(dict)}
    """,
    "fake_sdk/models/operations.py": """
        from typing import List, Optional
        from ..types import Field, Model
        from .shared import Customer
        class GetRequest(Model):
            model_fields = {
                "company_id": Field(str, "companyId"), "customer_id": Field(str),
                "customer": Field(Optional[List[Customer]], required=False),
            }
    """,
    "fake_sdk/models/errors.py": """
        from ..types import UNSET, Field, Model
        class Data(Model):
            model_fields = {
                "correlation_id": Field(str, "correlationId"), "error": Field(str),
                "status_code": Field(int, "statusCode"), "validation": Field(object),
            }
        class Response:
            def __init__(self, status_code, text):
                self.status_code, self.text = status_code, text
        class FakeError(Exception):
            def __init__(self, raw_response, body=None):
                self.status_code, self.raw_response = raw_response.status_code, raw_response
                self.body = raw_response.text if body is None else body
        class SDKError(FakeError):
            pass
        class ErrorMessage(FakeError):
            def __init__(self, data, raw_response):
                super().__init__(raw_response)
                self.data = data
        class OlderMessage(Exception):
            def __init__(self, data):
                self.data = data
        def data(**given):
            return Data(error="no such customer", validation=UNSET, **given)
        RAISED = {
            "raise": ErrorMessage(Data(status_code=429), Response(402, "pay")),
            "raise-older": OlderMessage(Data(status_code=429)),
            "error.http-status": SDKError(Response(502, "<h1>no</h1>")),
            "error.decoded-status": OlderMessage(data(status_code=404)),
            "error.both-equal": ErrorMessage(data(status_code=404), Response(404, "")),
            "error.both-different": ErrorMessage(data(status_code=404), Response(409, "")),
            "error.decoded-fields": OlderMessage(data(correlation_id="c1")),
            "error.decoded-zero": OlderMessage(data(status_code=0)),
            "error.neither": ConnectionError("connection refused"),
        }
    """,
    "fake_sdk-4.5.dist-info/METADATA": "Metadata-Version: 2.1\nName: fake-sdk\nVersion: 4.5\n",
}


def start(drive: Callable[..., Driven], tmp_path: Path) -> Driven:
    """Write the stand-in and start its adapter."""
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
    return drive(CLIENTS / "python-httpx" / "adapter.py", config, tmp_path, tmp_path)


@pytest.fixture(scope="module")
def httpx_style(drive_python: Callable[..., Driven], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    driven = start(drive_python, tmp_path_factory.mktemp("fake"))
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


def test_its_public_api_is_that_of_the_installed_package(httpx_style: Driven) -> None:
    assert "describe" in httpx_style.hello["features"]
    httpx_style.send(type="describe", id=5)
    api = httpx_style.report()
    assert (api["type"], api["id"], api["errors"]) == (
        "public-api",
        5,
        ["ErrorMessage", "FakeError", "OlderMessage", "SDKError"],
    )
    assert sorted(api["operations"]) == ["bare", "get", "refresh"]
    path = {"name": "companyId", "parameter": "company_id", "required": True}
    found = api["operations"]["get"]
    assert (found["method"], found["returns"], found["arguments"][0]) == ("get", "shared.Customer", path)
    assert found["arguments"][2] == {"name": "body", "parameter": "customer", "required": False}
    assert api["operations"]["bare"]["arguments"][1]["name"] == "id"
    assert api["operations"]["refresh"]["returns"] == "None"


def test_the_async_mode_calls_the_async_method(httpx_style: Driven) -> None:
    httpx_style.open(mode="async")
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


def test_the_status_in_an_errors_data_is_shown_where_there_is_no_other(httpx_style: Driven) -> None:
    httpx_style.open()
    error = httpx_style.call("get", {"customerId": "raise-older"})["error"]
    assert (error["status"], error.get("body"), error["fields"]) == (429, None, {"statusCode": 429})
