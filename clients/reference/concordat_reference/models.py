"""The models of the API's JSON, as TypedDicts: values are plain mappings; unknown fields and enum values are kept.

A response has these types, or the call raises DecodeError. There is one exception: a server may omit any field or send
null for it, `Required` or not, and a caller reads both with `.get`.

Dates are strings as received (with a zone, without one, or date only). Numbers with a fraction are Decimal.
`total=False` marks fields that may be missing; None is JSON null.
"""

from __future__ import annotations

from typing import Any, Generic, Required, TypedDict, TypeVar

__all__ = [
    "Address",
    "Attachment",
    "Attachments",
    "Company",
    "CompanyRequestBody",
    "CompanyUpdateRequest",
    "Connection",
    "ConnectionRequest",
    "ConnectionUpdate",
    "Contact",
    "Customer",
    "DataStatus",
    "DataStatuses",
    "ErrorMessage",
    "Link",
    "Links",
    "Metadata",
    "Page",
    "PhoneNumber",
    "PullOperation",
    "PushChange",
    "PushOperation",
    "PushOption",
    "PushOptionChoice",
    "PushOptionProperty",
    "RecordRef",
    "SupplementalData",
    "Validation",
    "ValidationItem",
]

Item = TypeVar("Item")


class Address(TypedDict, total=False):
    """`type`: Unknown, Billing or Delivery."""

    type: Required[str]
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    country: str | None
    postalCode: str | None


class PhoneNumber(TypedDict, total=False):
    """`type`: Primary, Landline, Mobile, Fax or Unknown."""

    type: Required[str]
    number: str | None


class Contact(TypedDict, total=False):
    """`status`: the values of a customer's."""

    status: Required[str]
    name: str | None
    email: str | None
    phone: list[PhoneNumber] | None
    address: Address
    modifiedDate: str


class Metadata(TypedDict, total=False):
    """Deleted records stay in the list, marked here."""

    isDeleted: bool | None


class SupplementalData(TypedDict, total=False):
    """Two levels of free names."""

    content: dict[str, dict[str, Any]] | None


class Customer(TypedDict, total=False):
    """`status`: Unknown, Active or Archived."""

    status: Required[str]
    id: str
    customerName: str | None
    contactName: str | None
    emailAddress: str | None
    defaultCurrency: str
    phone: str | None
    addresses: list[Address] | None
    contacts: list[Contact] | None
    registrationNumber: str | None
    taxNumber: str | None
    metadata: Metadata
    supplementalData: SupplementalData
    modifiedDate: str
    sourceModifiedDate: str


class Link(TypedDict, total=False):
    """`href` is relative to the server."""

    href: str


class Links(TypedDict, total=False):
    """`next` and `previous` are present if such a page exists."""

    self: Link
    current: Link
    next: Link
    previous: Link


class Page(TypedDict, Generic[Item], total=False):
    """One page of a list."""

    results: list[Item]
    pageNumber: Required[int]
    pageSize: Required[int]
    totalResults: Required[int]
    _links: Required[Links]


class RecordRef(TypedDict, total=False):
    """The record that a push touched; `id` once it is known."""

    id: str
    dataType: str


class PushChange(TypedDict, total=False):
    """`type`: Unknown, Created, Modified, Deleted or AttachmentUploaded."""

    type: str
    recordRef: RecordRef
    attachmentId: str | None


class ValidationItem(TypedDict, total=False):
    """One message about one field."""

    itemId: str | None
    message: str | None
    validatorName: str | None


class Validation(TypedDict, total=False):
    """Warnings do not make a push fail."""

    errors: list[ValidationItem] | None
    warnings: list[ValidationItem] | None


class PushOperation(TypedDict, total=False):
    """A running or ended write. `status`: Pending, Failed, Success or TimedOut."""

    companyId: Required[str]
    dataConnectionKey: Required[str]
    pushOperationKey: Required[str]
    requestedOnUtc: Required[str]
    status: Required[str]
    statusCode: Required[int]
    dataType: str
    changes: list[PushChange] | None
    completedOnUtc: str | None
    timeoutInMinutes: int | None
    errorMessage: str | None
    validation: Validation
    data: Customer


class Attachment(TypedDict, total=False):
    """A file kept with a record; `fileSize` in bytes."""

    id: str
    name: str | None
    contentType: str | None
    dateCreated: str
    fileSize: int | None
    includeWhenSent: bool
    modifiedDate: str
    sourceModifiedDate: str


class Attachments(TypedDict, total=False):
    """Not paged."""

    attachments: list[Attachment] | None


class PushOptionChoice(TypedDict, total=False):
    """One value that a field may take."""

    value: str
    type: str
    displayName: str
    description: str
    required: bool


class PushOptionProperty(TypedDict, total=False):
    """One field that a connection accepts in a write."""

    type: Required[str]
    displayName: Required[str]
    description: Required[str]
    required: Required[bool]
    properties: dict[str, PushOptionProperty] | None
    options: list[PushOptionChoice] | None
    validation: dict[str, Any]


class PushOption(TypedDict, total=False):
    """The model of the data that a connection accepts in a write."""

    type: Required[str]
    displayName: Required[str]
    required: Required[bool]
    description: str
    properties: dict[str, PushOptionProperty] | None
    options: list[PushOptionChoice] | None
    validation: dict[str, Any]


class DataStatus(TypedDict, total=False):
    """The freshness of one data type."""

    dataType: Required[str]
    currentStatus: str
    lastSuccessfulSync: str
    latestSyncId: str
    latestSuccessfulSyncId: str


DataStatuses = TypedDict(
    "DataStatuses",
    {
        "accountTransactions": DataStatus | None,
        "balanceSheet": DataStatus | None,
        "bankAccounts": DataStatus | None,
        "bankTransactions": DataStatus | None,
        "billCreditNotes": DataStatus | None,
        "billPayments": DataStatus | None,
        "bills": DataStatus | None,
        "cashFlowStatement": DataStatus | None,
        "chartOfAccounts": DataStatus | None,
        "company": DataStatus | None,
        "creditNotes": DataStatus | None,
        "customers": DataStatus | None,
        "directCosts": DataStatus | None,
        "directIncomes": DataStatus | None,
        "invoices": DataStatus | None,
        "itemReceipts": DataStatus | None,
        "items": DataStatus | None,
        "journalEntries": DataStatus | None,
        "journals": DataStatus | None,
        "paymentMethods": DataStatus | None,
        "payments": DataStatus | None,
        "profitAndLoss": DataStatus | None,
        "purchaseOrders": DataStatus | None,
        "salesOrders": DataStatus | None,
        "suppliers": DataStatus | None,
        "taxRates": DataStatus | None,
        "trackingCategories": DataStatus | None,
        "transfers": DataStatus | None,
        "banking-accountBalances": DataStatus | None,
        "banking-accounts": DataStatus | None,
        "banking-transactionCategories": DataStatus | None,
        "banking-transactions": DataStatus | None,
        "commerce-companyInfo": DataStatus | None,
        "commerce-customers": DataStatus | None,
        "commerce-disputes": DataStatus | None,
        "commerce-locations": DataStatus | None,
        "commerce-orders": DataStatus | None,
        "commerce-paymentMethods": DataStatus | None,
        "commerce-payments": DataStatus | None,
        "commerce-productCategories": DataStatus | None,
        "commerce-products": DataStatus | None,
        "commerce-taxComponents": DataStatus | None,
        "commerce-transactions": DataStatus | None,
    },
    total=False,
)
"""The freshness of each data type; unknown data types are kept."""


class PullOperation(TypedDict, total=False):
    """One sync of one data type."""

    id: Required[str]
    companyId: Required[str]
    connectionId: Required[str]
    dataType: Required[str]
    status: Required[str]
    requested: Required[str]
    progress: Required[int]
    isCompleted: Required[bool]
    isErrored: Required[bool]
    completed: str
    statusDescription: str | None
    errorMessage: str | None


class Connection(TypedDict, total=False):
    """`status`: PendingAuth, Linked, Unlinked or Deauthorized."""

    id: Required[str]
    integrationId: Required[str]
    sourceId: Required[str]
    platformName: Required[str]
    linkUrl: Required[str]
    status: Required[str]
    created: Required[str]
    sourceType: Required[str]
    integrationKey: str
    lastSync: str | None
    dataConnectionErrors: list[dict[str, Any]] | None
    connectionInfo: dict[str, Any] | None


class ConnectionRequest(TypedDict):
    """The platform to connect, by its four letters."""

    platformKey: str


class ConnectionUpdate(TypedDict, total=False):
    """The status to give a connection."""

    status: str


class Company(TypedDict, total=False):
    """A business whose books are read."""

    id: Required[str]
    name: Required[str]
    redirect: Required[str]
    description: str | None
    lastSync: str | None
    created: str
    createdByUserName: str | None
    products: list[str]
    tags: dict[str, str]
    dataConnections: list[Connection]
    referenceParentCompany: dict[str, Any] | None
    referenceSubsidiaryCompanies: list[dict[str, Any]]


class CompanyRequestBody(TypedDict, total=False):
    """A company to create, or its full replacement."""

    name: Required[str]
    description: str
    tags: dict[str, str]


class CompanyUpdateRequest(TypedDict, total=False):
    """A change of a company; missing and null fields are unchanged."""

    name: str
    description: str | None
    tags: dict[str, str]


class ErrorMessage(TypedDict, total=False):
    """The body of an error; `statusCode` may differ from the HTTP status."""

    statusCode: int
    service: str
    error: str
    correlationId: str
    validation: Validation | None
    canBeRetried: str
    detailedErrorCode: int
