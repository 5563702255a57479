"""The two contract files say what the API's facts say, written out here a second time by hand."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from openapi_spec_validator import OpenAPIV31SpecValidator

from concordat.contract import load_contract

ACCOUNTING = "accounting"
EXPENSES = "sync-for-expenses"
BOTH = (ACCOUNTING, EXPENSES)

READ = (401, 402, 403, 404, 429, 500, 503)
WRITE = (400, *READ)

STATUSES: dict[str, tuple[int, ...]] = {
    "customers.create": (200, *WRITE),
    "customers.get": (200, 401, 402, 403, 404, 409, 429, 500, 503),
    "customers.list": (200, 400, 401, 402, 403, 404, 409, 429, 500, 503),
    "customers.update": (200, *WRITE),
    "companies.list": (200, *WRITE),
    "companies.create": (200, 400, 401, 402, 403, 429, 500, 503),
    "companies.get": (200, *READ),
    "companies.replace": (200, *READ),
    "companies.update": (200, *READ),
    "companies.delete": (204, *READ),
    "connections.list": (200, *WRITE),
    "connections.create": (200, *READ),
    "connections.get": (200, *READ),
    "connections.delete": (200, *READ),
    "connections.unlink": (200, *READ),
    "dataStatus.get": (200, *READ),
    "refresh.all": (204, *WRITE),
    "refresh.dataType": (200, *WRITE),
    "pullOperations.list": (200, *WRITE),
    "pullOperations.get": (200, *READ),
    "pushOperations.list": (200, *WRITE),
    "pushOperations.get": (200, *READ),
}
ONLY_ACCOUNTING: dict[str, tuple[int, ...]] = {
    "customers.getCreateUpdateModel": (200, *READ),
    "customers.listAttachments": (200, 401, 402, 403, 404, 409, 429, 500, 503),
    "customers.getAttachment": (200, *READ),
    "customers.downloadAttachment": (200, *READ),
    "pushOptions.get": (200, *READ),
}
STATUS_TABLE = [(name, operation, statuses) for name in BOTH for operation, statuses in STATUSES.items()]
STATUS_TABLE += [(ACCOUNTING, operation, statuses) for operation, statuses in ONLY_ACCOUNTING.items()]

ROUTES = {
    "customers.create": "POST /companies/{companyId}/connections/{connectionId}/push/customers",
    "customers.get": "GET /companies/{companyId}/data/customers/{customerId}",
    "customers.list": "GET /companies/{companyId}/data/customers",
    "customers.update": "PUT /companies/{companyId}/connections/{connectionId}/push/customers/{customerId}",
    "companies.list": "GET /companies",
    "companies.create": "POST /companies",
    "companies.get": "GET /companies/{companyId}",
    "companies.replace": "PUT /companies/{companyId}",
    "companies.update": "PATCH /companies/{companyId}",
    "companies.delete": "DELETE /companies/{companyId}",
    "connections.list": "GET /companies/{companyId}/connections",
    "connections.create": "POST /companies/{companyId}/connections",
    "connections.get": "GET /companies/{companyId}/connections/{connectionId}",
    "connections.delete": "DELETE /companies/{companyId}/connections/{connectionId}",
    "connections.unlink": "PATCH /companies/{companyId}/connections/{connectionId}",
    "dataStatus.get": "GET /companies/{companyId}/dataStatus",
    "refresh.all": "POST /companies/{companyId}/data/all",
    "refresh.dataType": "POST /companies/{companyId}/data/queue/{dataType}",
    "pullOperations.list": "GET /companies/{companyId}/data/history",
    "pullOperations.get": "GET /companies/{companyId}/data/history/{datasetId}",
    "pushOperations.list": "GET /companies/{companyId}/push",
    "pushOperations.get": "GET /companies/{companyId}/push/{pushOperationKey}",
}
_ATTACHMENTS = "GET /companies/{companyId}/connections/{connectionId}/data/customers/{customerId}/attachments"
ACCOUNTING_ROUTES = ROUTES | {
    "customers.getCreateUpdateModel": "GET /companies/{companyId}/connections/{connectionId}/options/customers",
    "customers.listAttachments": _ATTACHMENTS,
    "customers.getAttachment": _ATTACHMENTS + "/{attachmentId}",
    "customers.downloadAttachment": _ATTACHMENTS + "/{attachmentId}/download",
    "pushOptions.get": "GET /companies/{companyId}/connections/{connectionId}/options/{dataType}",
}

PAGE = {"type": "integer", "format": "int32", "minimum": 1, "default": 1}
PAGE_SIZE = {"type": "integer", "format": "int32", "minimum": 1, "maximum": 5000, "default": 100}
UUID = {"type": "string", "format": "uuid"}
INT32 = {"type": "integer", "format": "int32"}
STRING = {"type": "string"}
PAGED = {"page": PAGE, "pageSize": PAGE_SIZE, "query": STRING, "orderBy": STRING}
PARAMETERS: list[tuple[str, str, dict[str, Any]]] = [
    *((name, "customers.list", {"companyId": UUID} | PAGED) for name in BOTH),
    *((name, "connections.list", {"companyId": UUID} | PAGED) for name in BOTH),
    *((name, "pullOperations.list", {"companyId": UUID} | PAGED) for name in BOTH),
    *((name, "pushOperations.list", {"companyId": UUID} | PAGED) for name in BOTH),
    *((name, "companies.list", PAGED | {"tags": STRING}) for name in BOTH),
    *((name, "customers.get", {"companyId": UUID, "customerId": STRING}) for name in BOTH),
    *((name, "pushOperations.get", {"companyId": UUID, "pushOperationKey": UUID}) for name in BOTH),
    *((name, "pullOperations.get", {"companyId": UUID, "datasetId": UUID}) for name in BOTH),
    (ACCOUNTING, "customers.create", {"companyId": UUID, "connectionId": UUID, "timeoutInMinutes": INT32}),
    (
        EXPENSES,
        "customers.create",
        {
            "companyId": UUID,
            "connectionId": UUID,
            "timeoutInMinutes": INT32,
            "allowSyncOnPushComplete": {"type": "boolean", "default": True},
        },
    ),
    (
        ACCOUNTING,
        "customers.update",
        {
            "companyId": UUID,
            "connectionId": UUID,
            "customerId": STRING,
            "timeoutInMinutes": INT32,
            "forceUpdate": {"type": "boolean", "default": False},
        },
    ),
    (
        EXPENSES,
        "customers.update",
        {
            "companyId": UUID,
            "connectionId": UUID,
            "customerId": STRING,
            "timeoutInMinutes": INT32,
            "allowSyncOnPushComplete": {"type": "boolean", "default": True},
            "forceUpdate": {"type": "boolean", "default": False},
        },
    ),
    (
        ACCOUNTING,
        "customers.downloadAttachment",
        {"companyId": UUID, "connectionId": UUID, "customerId": STRING, "attachmentId": UUID},
    ),
]


@pytest.mark.parametrize("name", BOTH)
def test_a_contract_is_valid_openapi_3_1(name: str) -> None:
    contract = load_contract(name)
    assert contract.document["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(dict(contract.document)).iter_errors()] == []


@pytest.mark.parametrize("name", BOTH)
def test_schemathesis_can_read_every_operation_of_a_contract(name: str) -> None:
    contract = load_contract(name)
    schema = schemathesis.openapi.from_path(str(contract.path))
    assert [type(result).__name__ for result in schema.get_all_operations()] == ["Ok"] * len(contract.operations)


def test_each_contract_has_exactly_the_routes_of_its_api() -> None:
    found = {
        name: {key: f"{item.method} {item.path}" for key, item in load_contract(name).operations.items()}
        for name in BOTH
    }
    assert found == {ACCOUNTING: ACCOUNTING_ROUTES, EXPENSES: ROUTES}


@pytest.mark.parametrize(("name", "operation", "statuses"), STATUS_TABLE)
def test_the_documented_statuses_are_those_of_the_source(name: str, operation: str, statuses: tuple[int, ...]) -> None:
    assert load_contract(name).documented_statuses(operation) == tuple(sorted(statuses))


@pytest.mark.parametrize("name", BOTH)
def test_every_refusal_is_an_error_message_and_every_operation_has_a_default_one(name: str) -> None:
    wrong = {
        (operation.name, spec.status): spec.content
        for operation in load_contract(name).operations.values()
        for spec in operation.responses.values()
        if not spec.status.startswith("2") and spec.content != {"application/json": "/components/schemas/ErrorMessage"}
    }
    without = [item.name for item in load_contract(name).operations.values() if "default" not in item.responses]
    assert (wrong, without) == ({}, [])


@pytest.mark.parametrize(("name", "operation", "expected"), PARAMETERS)
def test_parameters_have_the_types_and_bounds_of_the_source(
    name: str, operation: str, expected: dict[str, Any]
) -> None:
    parameters = load_contract(name).operation(operation).parameters
    assert {item.name: item.schema for item in parameters} == expected
    assert {item.name for item in parameters if item.required} == {
        item.name for item in parameters if item.location == "path"
    }


@pytest.mark.parametrize("name", BOTH)
def test_no_contract_declares_a_header_parameter(name: str) -> None:
    found = [
        parameter.name
        for operation in load_contract(name).operations.values()
        for parameter in operation.parameters
        if parameter.location == "header"
    ]
    assert found == []


@pytest.mark.parametrize("name", BOTH)
def test_the_body_of_a_push_is_optional_json(name: str) -> None:
    contract = load_contract(name)
    for operation in ("customers.create", "customers.update"):
        body = contract.operation(operation).body
        assert body is not None
        assert (body.required, body.content_type, body.pointer) == (
            False,
            "application/json",
            "/components/schemas/Customer",
        )


def test_the_download_is_an_octet_stream_and_the_deletions_have_no_content() -> None:
    contract = load_contract(ACCOUNTING)
    download = contract.operation("customers.downloadAttachment").responses["200"].content
    assert list(download) == ["application/octet-stream"]
    assert contract.operation("companies.delete").responses["204"].content == {}
    assert contract.operation("connections.delete").responses["200"].content == {}
    assert contract.operation("refresh.all").responses["204"].content == {}


@pytest.mark.parametrize("name", BOTH)
def test_the_retry_policy_is_the_recommended_one(name: str) -> None:
    policy = load_contract(name).retries
    assert policy is not None
    assert (policy.initial_interval, policy.max_interval, policy.max_elapsed, policy.exponent) == (
        500,
        60_000,
        3_600_000,
        1.5,
    )
    assert policy.connection_errors
    covered = {status: policy.covers(status) for status in (200, 400, 401, 404, 408, 409, 422, 429, 500, 503, 599)}
    assert [status for status, yes in covered.items() if yes] == [408, 429, 500, 503, 599]


def test_a_fact_that_came_later_carries_its_day() -> None:
    operation = load_contract(EXPENSES).operation("customers.create")
    parameters = {item.name: item.since for item in operation.parameters}
    assert parameters["allowSyncOnPushComplete"] == "2023-09-25"
    since = {status: spec.since for status, spec in operation.responses.items() if spec.since}
    assert since == dict.fromkeys(("402", "403", "500", "503"), "2023-10-23")
