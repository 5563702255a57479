"""The stand-in of the requests generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.stand_ins.stand_in import (
    BACKOFF,
    Call,
    OutcomeRow,
    StandIn,
    binding,
    python_command,
    returned,
    unrepresentable,
    write_files,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import AdapterCommand

__all__ = ["PYTHON_REQUESTS"]

PACKAGE = {
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
                    answer.data = b"\\x00\\xffpdf"
                elif wanted == "broken":
                    del answer.status_code
                elif wanted == "error.returned-alone":
                    answer.status_code, answer.content_type = 403, "application/json"
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
                if given["server_url"] == "refused":
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
OPERATIONS = {
    "customers.get": binding("customers.get"),
    "customers.create": binding("customers.create", body="*"),
    "customers.renamed": binding("customers.get", arguments={"id": "customer_id"}, payload="customer"),
    "customers.downloadAttachment": binding("customers.get", arguments={"attachmentId": "customer_id"}),
    "suppliers.list": binding("suppliers.get"),
}
SERVER = "'http://127.0.0.1:1'"


def lay_out(folder: Path) -> AdapterCommand:
    """Write the package and the configuration, whose settings name the module of this version."""
    write_files(folder, PACKAGE)
    config = {
        "package": "fake-sdk",
        "module": "fake_sdk_of_later_versions",
        "class": "FakeSdk",
        "operations": OPERATIONS,
        "settings": {"module": "fake_sdk"},
    }
    return python_command("python-requests", folder, config, folder)


def _get(customer: str) -> Call:
    return Call("customers.get", {"customerId": customer})


BODY = {
    "customerName": None,
    "quite_another$Name": "x",
    "contacts": [{"status": "Active"}, {"status": "Hidden"}],
    "extra": {"a": {"b": [1]}},
}
BODY_BUILT = (
    "Customer(status=None, customer_name=None, odd='x', contacts=[Contact(status=<Status.ACTIVE: 'Active'>), "
    "Contact(status='Hidden')], extra={'a': {'b': [1]}}, given=None)"
)
ENVELOPES = (
    OutcomeRow(
        "a returned failure with a decoded error",
        _get("forbidden"),
        returned(
            403,
            "text/plain",
            error={"class": "ErrorMessage", "status": 403, "fields": {"error": "no", "statusCode": 429}},
        ),
    ),
    OutcomeRow(
        "a returned failure without a content type",
        _get("silent"),
        {"phase": "call", "ended": "returned", "status": 500},
    ),
    OutcomeRow("bytes", _get("file"), returned(200, "text/plain", payload={"$bytes": "AP9wZGY="})),
    OutcomeRow("fields that are None", _get("unset"), returned(200, "text/plain", payload={"customerName": None})),
    OutcomeRow(
        "the SDK's mark for an absent field is shown, and a default None is not",
        Call("customers.create", {"body": {"status": "Active"}}),
        parts={"payload": {"status": "Active", "customerName": "__UNSET__"}},
    ),
    OutcomeRow(
        "a body becomes objects of the SDK's classes",
        Call("customers.get", {"customerId": "sent", "inStatus": "Active", "body": BODY}),
        parts={"payload.status": "Active", "payload.customerName": BODY_BUILT},
    ),
)
SETTINGS = (
    *(
        OutcomeRow(
            f"a client with {name}",
            Call("customers.renamed", {"id": "built"}),
            parts={"payload.given": built},
            settings=settings,
        )
        for name, settings, built in (
            (
                "no retries",
                {"auth": "k"},
                {"security": "k", "server_url": SERVER, "retry_config": "'none'/1/1/1.0/1/False"},
            ),
            ("nothing of its own", {"auth": None, "retries": "default"}, {"security": "None", "server_url": SERVER}),
            (
                "a retry policy in numbers, without the timeout that this SDK lacks",
                {"auth": "k", "retries": {**BACKOFF, "retryConnectionErrors": True}, "timeout": 300},
                {"security": "k", "server_url": SERVER, "retry_config": "'backoff'/20/50/1.5/400/True"},
            ),
        )
    ),
    OutcomeRow(
        "the error class of a client that cannot be built",
        _get("1"),
        parts={"phase": "build", "ended": "raised", "error.class": "ValueError"},
        settings={"serverUrl": "refused"},
    ),
)
UNREPRESENTABLE = (
    OutcomeRow("an argument beside the whole body", Call("customers.create", {"page": 1}), unrepresentable("page")),
    OutcomeRow(
        "an unknown field of the body",
        Call("customers.create", {"body": {"contacts": [{"status": "Active", "unknownKey": 1}]}}),
        unrepresentable("body"),
    ),
)
ERRORS = tuple(
    OutcomeRow(
        name,
        Call("customers.get", arguments),
        parts={
            "phase": phase,
            "ended": "raised",
            "error.class": error[0],
            "error.status": error[1],
            "error.body": error[2],
            "error.fields": error[3],
        },
    )
    for name, arguments, phase, error in (
        ("an SDK error", {"customerId": "sdk-error"}, "call", ("SDKError", 418, "tea", None)),
        (
            "a decoded error",
            {"customerId": "message"},
            "call",
            ("ErrorMessage", 404, None, {"error": "gone", "statusCode": 404, "validation": "__UNSET__"}),
        ),
        ("an error without an answer", {"customerId": "lost"}, "call", ("NoAnswer", None, None, None)),
        ("an envelope that cannot be read", {"customerId": "broken"}, "read", ("AttributeError", None, None, None)),
        ("a request without a required argument", {}, "build", ("TypeError", None, None, None)),
        (
            "a body without a required field",
            {"customerId": "1", "body": {"contacts": [{}]}},
            "build",
            ("TypeError", None, None, None),
        ),
    )
)

PYTHON_REQUESTS = StandIn(
    name="python-requests",
    style="python-requests",
    language="python",
    package="fake-sdk",
    version="4.5",
    lay_out=lay_out,
    operations=tuple(OPERATIONS),
    features=("retries", "describe"),
    quick=_get("value.null"),
    rows=(*ENVELOPES, *SETTINGS, *UNREPRESENTABLE, *ERRORS),
)
