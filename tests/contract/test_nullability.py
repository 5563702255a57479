"""Which values may be null, which may be missing, and which values an enumeration has: by judging one value each."""

from __future__ import annotations

from typing import Any

import pytest

from concordat.contract import load_contract
from concordat.values import join_pointer

BOTH = ("accounting", "sync-for-expenses")
UUID = "8a210b68-6988-11ed-a1eb-0242ac120002"
CUSTOMER: dict[str, Any] = {"status": "Active"}
PUSH: dict[str, Any] = {
    "companyId": UUID,
    "pushOperationKey": UUID,
    "dataConnectionKey": UUID,
    "requestedOnUtc": "2023-03-31T14:53:44.6401039Z",
    "status": "Pending",
    "statusCode": 202,
}
PAGE: dict[str, Any] = {
    "pageNumber": 1,
    "pageSize": 100,
    "totalResults": 0,
    "_links": {"self": {"href": "/companies"}, "current": {"href": "/companies?page=1"}},
}
CONNECTION: dict[str, Any] = {
    "id": UUID,
    "integrationId": UUID,
    "sourceId": UUID,
    "platformName": "A platform",
    "linkUrl": "https://link.invalid/",
    "status": "Linked",
    "created": "2022-10-23",
    "sourceType": "Accounting",
}
PULL: dict[str, Any] = {
    "id": UUID,
    "companyId": UUID,
    "connectionId": UUID,
    "dataType": "customers",
    "status": "Complete",
    "requested": "2022-10-23T00:00:00Z",
    "progress": 100,
    "isCompleted": True,
    "isErrored": False,
}
COMPANY: dict[str, Any] = {"id": UUID, "name": "A company", "redirect": "https://link.invalid/"}
WHOLE: dict[str, dict[str, Any]] = {
    "Customer": CUSTOMER,
    "AccountingAddress": {"type": "Billing"},
    "Contact": {"status": "Active"},
    "PhoneNumber": {"type": "Mobile"},
    "Metadata": {},
    "SupplementalData": {},
    "PagingInfo": PAGE,
    "Customers": PAGE,
    "PushOperation": PUSH,
    "CreateCustomerResponse": PUSH,
    "UpdateCustomerResponse": PUSH,
    "PushOperationChange": {},
    "PushOperationRef": {},
    "Validation": {},
    "ValidationItem": {},
    "ErrorMessage": {},
    "DataStatus": {"dataType": "customers", "currentStatus": "Complete"},
    "DataStatuses": {},
    "PullOperation": PULL,
    "Connection": CONNECTION,
    "Company": COMPANY,
}
ONLY_ACCOUNTING: dict[str, dict[str, Any]] = {
    "Attachment": {},
    "Attachments": {},
    "PushOption": {"type": "Object", "displayName": "A customer", "required": True},
    "PushValidationInfo": {},
}

NULLABLE: dict[str, str] = {
    "Customer": "customerName contactName emailAddress phone registrationNumber taxNumber addresses contacts",
    "AccountingAddress": "line1 line2 city region country postalCode",
    "Contact": "name email phone",
    "PhoneNumber": "number",
    "Metadata": "isDeleted",
    "SupplementalData": "content",
    "PushOperation": "changes timeoutInMinutes timeoutInSeconds errorMessage",
    "PushOperationChange": "attachmentId",
    "PushOperationRef": "dataType",
    "Validation": "errors warnings",
    "ValidationItem": "itemId message validatorName",
    "ErrorMessage": "validation",
    "DataStatuses": "customers invoices banking-accounts commerce-orders",
    "PullOperation": "statusDescription errorMessage",
    "Connection": "lastSync dataConnectionErrors connectionInfo",
    "Company": "description lastSync createdByUserName referenceParentCompany",
    "Attachment": "name contentType fileSize",
    "Attachments": "attachments",
    "PushOption": "properties options validation",
    "PushValidationInfo": "warnings information",
}
NEVER_NULL: dict[str, str] = {
    "Customer": "id defaultCurrency status metadata supplementalData modifiedDate sourceModifiedDate",
    "AccountingAddress": "type",
    "Contact": "address status modifiedDate",
    "PhoneNumber": "type",
    "PagingInfo": "pageNumber pageSize totalResults _links",
    "Customers": "results",
    "PushOperation": "dataType companyId dataConnectionKey requestedOnUtc completedOnUtc status validation statusCode",
    "PushOperationChange": "type recordRef",
    "PushOperationRef": "id",
    "ErrorMessage": "statusCode service error correlationId canBeRetried detailedErrorCode",
    "DataStatus": "dataType currentStatus lastSuccessfulSync latestSyncId latestSuccessfulSyncId",
    "PullOperation": "id dataType status requested completed progress isCompleted isErrored",
    "Connection": "id integrationId integrationKey sourceId sourceType platformName linkUrl status created",
    "Company": "id name redirect created products tags dataConnections referenceSubsidiaryCompanies",
    "Attachment": "id dateCreated includeWhenSent modifiedDate sourceModifiedDate",
    "PushOption": "type displayName required description",
}
REQUIRED: dict[str, str] = {
    "Customer": "status",
    "AccountingAddress": "type",
    "Contact": "status",
    "PhoneNumber": "type",
    "PagingInfo": "pageNumber pageSize totalResults _links",
    "Customers": "pageNumber pageSize totalResults _links",
    "CreateCustomerResponse": " ".join(PUSH),
    "UpdateCustomerResponse": " ".join(PUSH),
    "DataStatus": "dataType currentStatus",
    "PullOperation": " ".join(PULL),
    "Connection": " ".join(CONNECTION),
    "Company": " ".join(COMPANY),
    "PushOption": "type displayName required",
}
DATASET_STATUSES = (
    "Initial Queued Fetching MapQueued Mapping Complete FetchError MapError InternalError ProcessingQueued Processing "
    "ProcessingError ValidationQueued Validating ValidationError AuthError Cancelled NotSupported RateLimitError "
    "PermissionsError PrerequisiteNotMet"
)
ENUMS: list[tuple[str, str, str]] = [
    ("Customer", "status", "Unknown Active Archived"),
    ("AccountingAddress", "type", "Unknown Billing Delivery"),
    ("Contact", "status", "Unknown Active Archived"),
    ("PhoneNumber", "type", "Primary Landline Mobile Fax Unknown"),
    ("PushOperation", "status", "Pending Failed Success TimedOut"),
    ("PushOperationChange", "type", "Unknown Created Modified Deleted AttachmentUploaded"),
    ("Connection", "status", "PendingAuth Linked Unlinked Deauthorized"),
    ("Connection", "sourceType", "Accounting Banking BankFeed Commerce Expense Other Unknown"),
    (
        "DataStatus",
        "currentStatus",
        DATASET_STATUSES,
    ),
]


def _rows(table: dict[str, str]) -> list[tuple[str, str, str]]:
    names = [(schema, field) for schema, fields in table.items() for field in fields.split()]
    return [(name, schema, field) for schema, field in names for name in (BOTH if schema in WHOLE else ("accounting",))]


def _whole(schema: str) -> dict[str, Any]:
    return {**WHOLE, **ONLY_ACCOUNTING}[schema]


@pytest.mark.parametrize("name", BOTH)
def test_the_smallest_value_of_every_schema_is_valid(name: str) -> None:
    contract = load_contract(name)
    values = WHOLE | (ONLY_ACCOUNTING if name == "accounting" else {})
    assert {schema: contract.check_schema(schema, value) for schema, value in values.items()} == dict.fromkeys(
        values, ()
    )


@pytest.mark.parametrize(("name", "schema", "field"), _rows(NULLABLE))
def test_a_nullable_field_takes_null(name: str, schema: str, field: str) -> None:
    assert load_contract(name).check_schema(schema, {**_whole(schema), field: None}) == ()


@pytest.mark.parametrize(("name", "schema", "field"), _rows(NEVER_NULL))
def test_a_field_that_is_not_nullable_refuses_null(name: str, schema: str, field: str) -> None:
    problems = load_contract(name).check_schema(schema, {**_whole(schema), field: None})
    assert {problem.pointer for problem in problems} == {join_pointer(field)}


@pytest.mark.parametrize(("name", "schema", "field"), _rows(REQUIRED))
def test_a_required_field_cannot_be_missing(name: str, schema: str, field: str) -> None:
    value = {key: item for key, item in _whole(schema).items() if key != field}
    problems = load_contract(name).check_schema(schema, value)
    assert [(problem.rule, problem.pointer) for problem in problems] == [("required", join_pointer(field))]


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("schema", "field", "values"), ENUMS)
def test_an_enumeration_has_exactly_its_values(name: str, schema: str, field: str, values: str) -> None:
    contract = load_contract(name)
    listed = values.split()
    near = [listed[0].lower(), listed[-1].upper(), "InActive", ""]
    accepted = [
        value for value in [*listed, *near] if not contract.check_schema(schema, {**_whole(schema), field: value})
    ]
    assert accepted == listed


@pytest.mark.parametrize("name", BOTH)
def test_the_data_types_are_forty_three_and_each_has_its_status(name: str) -> None:
    contract = load_contract(name)
    types: Any = contract.schema("DataType")["enum"]
    statuses: Any = contract.schema("DataStatuses")["properties"]
    assert (len(types), "itemReceipts" in types, "all" in types) == (43, True, False)
    assert sorted(types) == sorted(statuses)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("size", "rules"), [(2000, []), (2001, ["maximum"]), (5000, ["maximum"])], ids=["2000", "2001", "5000"]
)
def test_a_page_cannot_say_that_it_is_larger_than_2000(name: str, size: int, rules: list[str]) -> None:
    problems = load_contract(name).check_schema("PagingInfo", {**PAGE, "pageSize": size})
    assert [problem.rule for problem in problems] == rules


@pytest.mark.parametrize("name", BOTH)
def test_unknown_fields_are_allowed_except_where_the_source_closes_an_object(name: str) -> None:
    contract = load_contract(name)
    closed = [
        schema for schema, value in WHOLE.items() if contract.check_schema(schema, {**value, "aFieldOfTomorrow": 1})
    ]
    assert closed == ["PushOperationRef", "ValidationItem", "Connection"]


@pytest.mark.parametrize("name", BOTH)
def test_body_formats_are_annotations(name: str) -> None:
    contract = load_contract(name)
    body = {"status": "Active", "defaultCurrency": "minima", "modifiedDate": "aliquid", "emailAddress": "minus"}
    assert contract.check_schema("Customer", body) == ()
    assert contract.check_schema("PushOperation", {**PUSH, "companyId": "no uuid"}) == ()
