"""The adapter of the requests generation, over a stand-in with the same public API."""

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
        from typing import Optional
        from . import utils
        from .models import errors, operations, shared

        class Answer:
            def __init__(self, status_code):
                self.status_code = status_code

        class Customers:
            def __init__(self, sdk):
                self.sdk = sdk

            def get(self, request: operations.GetRequest, retries=None) -> operations.GetResponse:
                answer = operations.GetResponse(content_type="text/plain", status_code=200, raw_response=Answer(200))
                wanted = request.customer_id
                if wanted == "forbidden":
                    answer.status_code, answer.error_message = 403, shared.ErrorMessage(error="no", status_code=429)
                elif wanted == "silent":
                    answer.status_code, answer.content_type = 500, None
                elif wanted == "unset":
                    answer.customer = shared.Customer(status=None, customer_name=None)
                elif wanted == "sent":
                    answer.customer = shared.Customer(status=request.status, customer_name=repr(request.customer))
                elif wanted == "built":
                    answer.customer = shared.Customer(status=None, given=self.sdk.given)
                elif wanted == "file":
                    answer.data = b"\\x00\\xff"
                elif wanted == "broken":
                    del answer.status_code
                elif wanted == "error.returned":
                    answer.status_code = 403
                    answer.error_message = shared.ErrorMessage(error="no such customer", status_code=429)
                elif wanted == "value.absent-and-null":
                    free = shared.SupplementalData({"a": {"none": None}})
                    answer.customer = shared.Optionals(id="1", status="Active", nickname=None, supplemental_data=free)
                elif wanted == "value.null":
                    answer.customer = shared.Nullables(id="1", status="Active", phone=None)
                elif wanted in errors.RAISED:
                    raise errors.RAISED[wanted]
                elif wanted == "sdk-error":
                    raise errors.SDKError("not good", 418, "tea", Answer(418))
                elif wanted == "message":
                    raise errors.ErrorMessage(error="gone", status_code=404)
                elif wanted == "lost":
                    raise errors.NoAnswer("lost")
                return answer

            def create(self, request: Optional[shared.Customer], retries=None) -> operations.GetResponse:
                return operations.GetResponse("", 200, Answer(200), customer=request)

            def update(self, request: operations.GetRequest, retries=None) -> operations.GetResponse:
                return operations.GetResponse("", 200, Answer(200), customer=shared.Customer(customer_name="updated"))

        class FakeSdk:
            def __init__(self, **given):
                if given["security"] is not None and given["security"].auth_header == "refused":
                    raise ValueError("refused")
                self.given = {name: repr(value) for name, value in given.items()}
                self.customers = Customers(self)
    """,
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
        def wire(name):
            return {"dataclasses_json": {"letter_case": lambda _field: name}}
    """,
    "fake_sdk/models/__init__.py": "",
    "fake_sdk/models/shared.py": """
        from __future__ import annotations
        from dataclasses import dataclass, field
        from enum import Enum
        from typing import Any, Dict, List, Optional
        from ..utils import wire

        class Status(Enum):
            ACTIVE = "Active"

        class Security:
            def __init__(self, auth_header):
                self.auth_header = auth_header
            def __repr__(self):
                return self.auth_header

        @dataclass
        class Contact:
            status: Status = field(metadata=wire("status"))

        @dataclass
        class Customer:
            UNSET = "__UNSET__"
            status: Optional[Status] = field(default=None, metadata=wire("status"))
            customer_name: Optional[str] = field(default=UNSET, metadata=wire("customerName"))
            odd: Optional[str] = field(default=None, metadata=wire("quite_another$Name"))
            contacts: Optional[List[Contact]] = field(default=None, metadata=wire("contacts"))
            extra: Optional[Dict[str, Dict[str, Any]]] = field(default=None, metadata=wire("extra"))
            given: Any = None

        @dataclass
        class SupplementalData:
            content: Optional[Dict[str, Dict[str, Any]]] = field(default=None, metadata=wire("content"))

        @dataclass
        class Optionals:
            id: Optional[str] = field(default=None, metadata=wire("id"))
            status: Optional[Status] = field(default=None, metadata=wire("status"))
            nickname: Optional[str] = field(default=None, metadata=wire("nickname"))
            supplemental_data: Optional[SupplementalData] = field(default=None, metadata=wire("supplementalData"))

        @dataclass
        class Nullables:
            id: Optional[str] = field(default=None, metadata=wire("id"))
            status: Optional[Status] = field(default=None, metadata=wire("status"))
            phone: Optional[str] = field(default="__UNSET__", metadata=wire("phone"))

        @dataclass
        class ErrorMessage:
            error: Optional[str] = field(default=None, metadata=wire("error"))
            status_code: Optional[int] = field(default=None, metadata=wire("statusCode"))
            service: Optional[str] = field(default=None, metadata=wire("service"))
    """,
    "fake_sdk/models/operations.py": """
        from __future__ import annotations
        from dataclasses import dataclass, field
        from typing import Any, Optional
        from . import shared

        @dataclass
        class GetRequest:
            customer_id: str = field(metadata={"path_param": {"field_name": "customerId"}})
            status: Optional[shared.Status] = field(default=None, metadata={"query_param": {"field_name": "inStatus"}})
            customer: Optional[shared.Customer] = field(default=None, metadata={"request": {"media_type": "json"}})

        @dataclass
        class GetResponse:
            content_type: str
            status_code: int
            raw_response: Any
            customer: Optional[shared.Customer] = None
            data: Optional[bytes] = None
            error_message: Optional[shared.ErrorMessage] = None
    """,
    "fake_sdk/models/errors.py": """
        from __future__ import annotations
        from dataclasses import dataclass, field
        from typing import Optional
        from ..utils import wire

        class NoAnswer(Exception):
            pass

        class SDKError(Exception):
            def __init__(self, message, status_code, body, raw_response):
                self.message, self.status_code, self.body, self.raw_response = message, status_code, body, raw_response

        @dataclass
        class ErrorMessage(Exception):
            error: Optional[str] = field(default=None, metadata=wire("error"))
            status_code: Optional[int] = field(default=None, metadata=wire("statusCode"))
            validation: Optional[dict] = field(default="__UNSET__", metadata=wire("validation"))

        @dataclass
        class DecodedError(Exception):
            correlation_id: Optional[str] = field(default=None, metadata=wire("correlationId"))
            error: Optional[str] = field(default="no such customer", metadata=wire("error"))
            status_code: Optional[int] = field(default=None, metadata=wire("statusCode"))

        @dataclass
        class AnsweredError(DecodedError):
            raw_response: object = None

        class Answer:
            def __init__(self, status_code):
                self.status_code = status_code

        RAISED = {
            "error.http-status": SDKError("odd", 502, "<h1>no</h1>", Answer(502)),
            "error.decoded-status": DecodedError(status_code=404),
            "error.both-equal": AnsweredError(status_code=404, raw_response=Answer(404)),
            "error.both-different": AnsweredError(status_code=404, raw_response=Answer(409)),
            "error.decoded-fields": DecodedError(correlation_id="c1"),
            "error.decoded-zero": DecodedError(status_code=0),
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
        "get": {**PLAIN, "call": "customers.get"},
        "create": {**PLAIN, "call": "customers.create", "body": "*"},
        "spelled": {**PLAIN, "call": "customers.get", "arguments": {"id": "customer_id"}, "payload": "customer"},
        "gone": {**PLAIN, "call": "suppliers.get"},
    }
    settings = {"module": "fake_sdk"}
    config = {"package": "fake-sdk", "module": "fake_sdk_of_later_versions", "class": "FakeSdk"}
    config |= {"operations": operations, "settings": settings}  # type: ignore[dict-item]
    return drive(CLIENTS / "python-requests" / "adapter.py", config, tmp_path, tmp_path)


@pytest.fixture(scope="module")
def requests_style(drive_python: Callable[..., Driven], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    driven = start(drive_python, tmp_path_factory.mktemp("fake"))
    yield driven
    driven.end()


def test_the_version_is_the_installed_one(requests_style: Driven) -> None:
    assert (requests_style.hello["package"], requests_style.hello["version"]) == ("fake-sdk", "4.5")


def test_there_is_one_mode_and_no_time_limit(requests_style: Driven) -> None:
    assert (requests_style.hello["modes"], requests_style.hello["features"]) == (["sync"], ["retries", "describe"])


def test_its_public_api_is_that_of_the_installed_package(requests_style: Driven) -> None:
    requests_style.send(type="describe", id=5)
    api = requests_style.report()
    assert (api["type"], api["id"], "gone" in api["operations"]) == ("public-api", 5, False)
    assert {"SDKError", "ErrorMessage", "NoAnswer"} <= set(api["errors"])
    found = api["operations"]["get"]
    assert (found["method"], found["returns"]) == ("get", "operations.GetResponse")
    assert found["arguments"] == [
        {"name": "customerId", "parameter": "customer_id", "required": True},
        {"name": "inStatus", "parameter": "status", "required": False},
        {"name": "body", "parameter": "customer", "required": False},
    ]
    (body,) = api["operations"]["create"]["arguments"]
    assert body == {"name": "body", "parameter": "request", "required": True}


@pytest.mark.parametrize(
    ("customer", "shown"),
    [
        ("forbidden", {"status": 403, "content_type": "text/plain", "error": {"error": "no", "statusCode": 429}}),
        ("silent", {"status": 500}),
        ("file", {"status": 200, "content_type": "text/plain", "payload": {"$bytes": "AP8="}}),
        ("unset", {"status": 200, "content_type": "text/plain", "payload": {"customerName": None}}),
    ],
)
def test_what_is_returned_stays_returned(requests_style: Driven, customer: str, shown: dict[str, Any]) -> None:
    requests_style.open()
    if "error" in shown:
        shown["error"] = {"class": "ErrorMessage", "status": shown["status"], "fields": shown["error"]}
    assert requests_style.call("get", {"customerId": customer}) == {"phase": "call", "ended": "returned", **shown}


def test_the_sdks_mark_for_an_absent_field_is_shown_and_a_default_none_is_not(requests_style: Driven) -> None:
    requests_style.open()
    assert requests_style.call("create", {"body": {"status": "Active"}})["payload"] == {
        "status": "Active",
        "customerName": "__UNSET__",
    }


def test_a_body_becomes_objects_of_the_sdks_classes(requests_style: Driven) -> None:
    requests_style.open()
    body = {
        "customerName": None,
        "quite_another$Name": "x",
        "contacts": [{"status": "Active"}, {"status": "Hidden"}],
        "extra": {"a": {"b": [1]}},
    }
    payload = requests_style.call("get", {"customerId": "sent", "inStatus": "Active", "body": body})["payload"]
    assert payload["status"] == "Active"
    assert payload["customerName"] == (
        "Customer(status=None, customer_name=None, odd='x', contacts=[Contact(status=<Status.ACTIVE: 'Active'>), "
        "Contact(status='Hidden')], extra={'a': {'b': [1]}}, given=None)"
    )


@pytest.mark.parametrize(
    ("changes", "built"),
    [
        ({}, {"security": "k", "server_url": "'http://127.0.0.1:1'", "retry_config": "'none'/1/1/1.0/1/False"}),
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
            },
        ),
    ],
)
def test_the_sdk_is_built_as_ordered(requests_style: Driven, changes: dict[str, Any], built: dict[str, str]) -> None:
    requests_style.open(**changes)
    assert requests_style.call("spelled", {"id": "built"})["payload"]["given"] == built


@pytest.mark.parametrize(
    ("operation", "arguments", "ended", "detail"),
    [
        ("gone", {}, "unsupported", "gone"),
        ("nothing", {}, "unsupported", "nothing"),
        ("get", {"page": 1}, "unrepresentable", "page"),
        ("create", {"page": 1}, "unrepresentable", "page"),
        ("create", {"body": {"contacts": [{"status": "Active", "unknownKey": 1}]}}, "unrepresentable", "body"),
    ],
)
def test_a_call_that_cannot_be_made_says_why(
    requests_style: Driven, operation: str, arguments: dict[str, Any], ended: str, detail: str
) -> None:
    requests_style.open()
    assert requests_style.call(operation, arguments) == {"phase": "build", "ended": ended, "detail": detail}


@pytest.mark.parametrize(
    ("arguments", "phase", "shown"),
    [
        ({"customerId": "sdk-error"}, "call", ("SDKError", 418, "tea", None)),
        (
            {"customerId": "message"},
            "call",
            ("ErrorMessage", 404, None, {"error": "gone", "statusCode": 404, "validation": "__UNSET__"}),
        ),
        ({"customerId": "lost"}, "call", ("NoAnswer", None, None, None)),
        ({"customerId": "broken"}, "read", ("AttributeError", None, None, None)),
        ({}, "build", ("TypeError", None, None, None)),
        ({"customerId": "1", "body": {"contacts": [{}]}}, "build", ("TypeError", None, None, None)),
    ],
)
def test_an_error_shows_what_a_caller_reaches(
    requests_style: Driven, arguments: dict[str, Any], phase: str, shown: tuple[Any, ...]
) -> None:
    requests_style.open()
    outcome = requests_style.call("get", arguments)
    error = outcome["error"]
    assert (outcome["phase"], outcome["ended"]) == (phase, "raised")
    assert (error["class"], *(error.get(part) for part in ("status", "body", "fields"))) == shown


def test_an_sdk_that_refuses_to_be_built_raises_in_build(requests_style: Driven) -> None:
    report = requests_style.open(auth="refused")
    assert (report["outcome"]["phase"], report["outcome"]["error"]["class"]) == ("build", "ValueError")
