"""The stand-in of the httpx generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.adapters.stand_ins.stand_in import (
    BACKOFF,
    Call,
    OutcomeRow,
    StandIn,
    binding,
    python_command,
    unrepresentable,
    write_files,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import AdapterCommand

__all__ = ["PYTHON_HTTPX"]

PACKAGE = {
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

            def download(self, *, request: operations.DownloadRequest) -> utils.Stream:
                return utils.Stream(breaks=request["attachment_id"] == "cut")

            def refresh(self, *, request: operations.GetRequest) -> None:
                return None

        class FakeSdk:
            def __init__(self, **given):
                if given["server_url"] == "refused":
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
        class Stream:  # a streamed response of httpx
            status_code, headers = 200, {"content-type": "application/octet-stream"}
            def __init__(self, breaks):
                self.breaks = breaks
            def iter_bytes(self):
                return iter([self.read()])
            def read(self):
                if self.breaks:
                    raise EOFError("peer closed the connection")
                return b"\\x00\\xffpdf"
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
        class DownloadRequest(Model):
            model_fields = {"attachment_id": Field(str, "attachmentId")}
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
OPERATIONS = {
    "customers.get": binding("customers.get", body="customer"),
    "customers.renamed": binding("customers.get", request="GetRequest", arguments={"id": "customer_id"}),
    "customers.downloadAttachment": binding("customers.download"),
    "customers.refresh": binding("customers.refresh"),
    "suppliers.list": binding("suppliers.get"),
}
SERVER = "'http://127.0.0.1:1'"


def lay_out(folder: Path) -> AdapterCommand:
    """Write the package and the configuration."""
    write_files(folder, PACKAGE)
    config = {"package": "fake-sdk", "module": "fake_sdk", "class": "FakeSdk", "operations": OPERATIONS}
    return python_command("python-httpx", folder, config, folder)


def _get(customer: str) -> Call:
    return Call("customers.get", {"customerId": customer})


BODY = [{"customerName": "A", "status": "Active", "unknownKey": {"customerName": 1}}]
BODY_SPELLED = "[{'customer_name': 'A', 'status': 'Active', 'unknownKey': {'customerName': 1}}]"
ROWS = (
    OutcomeRow(
        "wire names become the models' names and back",
        Call("customers.get", {"companyId": "c", "customerId": "1", "body": BODY}),
        parts={
            "payload.customerName": f"{{'company_id': 'c', 'customer_id': '1', 'customer': {BODY_SPELLED}}}",
            "payload.status": "Active",
            "payload.phone": None,
        },
    ),
    OutcomeRow(
        "an unset field is absent and None is null",
        _get("unset"),
        parts={"payload": {"status": "Active", "phone": None}},
    ),
    *(
        OutcomeRow(
            f"a client with {name}",
            Call("customers.renamed", {"id": "1"}),
            parts={"payload.sdk": built},
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
                "a retry policy in numbers and a timeout",
                {"auth": "k", "retries": {**BACKOFF, "retryConnectionErrors": True}, "timeout": 300},
                {
                    "security": "k",
                    "server_url": SERVER,
                    "retry_config": "'backoff'/20/50/1.5/400/True",
                    "timeout_ms": "300",
                },
            ),
        )
    ),
    OutcomeRow(
        "the error class of a client that cannot be built",
        _get("1"),
        parts={"phase": "build", "ended": "raised", "error.class": "ValueError"},
        settings={"serverUrl": "refused"},
    ),
    OutcomeRow(
        "the asynchronous method is called where the client is asynchronous",
        _get("1"),
        parts={"payload": {"status": "async"}},
        settings={"mode": "async"},
    ),
    OutcomeRow(
        "a body that the bound request has no place for",
        Call("customers.renamed", {"body": {}}),
        unrepresentable("body"),
    ),
    OutcomeRow(
        "a method that returns nothing has no payload",
        Call("customers.refresh", {"companyId": "c"}),
        {"phase": "call", "ended": "returned"},
    ),
    OutcomeRow(
        "an error shows the status of the answer before the decoded one",
        _get("raise"),
        parts={
            "error.class": "ErrorMessage",
            "error.status": 402,
            "error.body": "pay",
            "error.fields": {"statusCode": 429},
        },
    ),
    OutcomeRow(
        "the status in an error's data is shown where there is no other",
        _get("raise-older"),
        parts={"error.status": 429, "error.body": None, "error.fields": {"statusCode": 429}},
    ),
)

PYTHON_HTTPX = StandIn(
    name="python-httpx",
    style="python-httpx",
    language="python",
    package="fake-sdk",
    version="4.5",
    lay_out=lay_out,
    operations=tuple(OPERATIONS),
    features=("cancel", "timeout", "retries", "describe"),
    modes=("sync", "async"),
    required={"customers.get": {"companyId": "c"}},
    rows=ROWS,
)
