"""The operations, one method each: path arguments by position, query arguments by name, `body` for the body.

Arguments that are None are omitted. Every method raises ClientError: InvalidArgumentError for invalid arguments,
DecodeError for a response that does not fit the method's model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from concordat_reference.models import (
    Attachment,
    Attachments,
    Company,
    Connection,
    Customer,
    DataStatuses,
    Page,
    PullOperation,
    PushOperation,
    PushOption,
)

if TYPE_CHECKING:
    from concordat_reference.models import (
        CompanyRequestBody,
        CompanyUpdateRequest,
        ConnectionRequest,
        ConnectionUpdate,
    )
    from concordat_reference.transport import Transport

__all__ = [
    "Companies",
    "Connections",
    "Customers",
    "DataFreshness",
    "PageQuery",
    "PullOperations",
    "PushOperations",
    "PushOptions",
    "Refresh",
]

COMPANY = "/companies/{companyId}"
CONNECTION = COMPANY + "/connections/{connectionId}"


class PageQuery(TypedDict, total=False):
    """The query arguments of every paged list; the API counts pages from 1."""

    page: int | None
    page_size: int | None
    query: str | None
    order_by: str | None


def _paged(given: PageQuery) -> dict[str, object]:
    wire = {"page": "page", "page_size": "pageSize", "query": "query", "order_by": "orderBy"}
    for name in given:
        if name not in wire:
            message = f"no query argument {name!r}"
            raise TypeError(message)
    return {wire[name]: value for name, value in given.items()}


class _Resource:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._send = transport.request

    def within(self, seconds: float) -> Self:
        """Return this resource with a time limit, from now, for all of its calls and repeats together."""
        return type(self)(self._transport.within(seconds))


class Customers(_Resource):
    """The people and organisations that buy from a company."""

    _PUSH = CONNECTION + "/push/customers"
    _ONE = COMPANY + "/data/customers/{customerId}"
    _FILES = CONNECTION + "/data/customers/{customerId}/attachments"
    _FILE = _FILES + "/{attachmentId}"

    def list(self, company_id: str, **page: Unpack[PageQuery]) -> Page[Customer]:
        """Return one page."""
        path = COMPANY + "/data/customers"
        answer = self._send("GET", path, {"companyId": company_id}, query=_paged(page))
        return answer.json(Page[Customer])

    def get(self, company_id: str, customer_id: str) -> Customer:
        """Return one customer."""
        answer = self._send("GET", self._ONE, {"companyId": company_id, "customerId": customer_id})
        return answer.json(Customer)

    def create(
        self,
        company_id: str,
        connection_id: str,
        body: Customer | None = None,
        *,
        timeout_in_minutes: int | None = None,
        allow_sync_on_push_complete: bool | None = None,
    ) -> PushOperation:
        """Create a customer and return the push, which is usually pending."""
        at = {"companyId": company_id, "connectionId": connection_id}
        query = {"timeoutInMinutes": timeout_in_minutes, "allowSyncOnPushComplete": allow_sync_on_push_complete}
        return self._send("POST", self._PUSH, at, query=query, body=body).json(PushOperation)

    def update(
        self,
        company_id: str,
        connection_id: str,
        customer_id: str,
        body: Customer | None = None,
        *,
        timeout_in_minutes: int | None = None,
        allow_sync_on_push_complete: bool | None = None,
        force_update: bool | None = None,
    ) -> PushOperation:
        """Update a customer and return the push, which is usually pending."""
        at = {"companyId": company_id, "connectionId": connection_id, "customerId": customer_id}
        query = {
            "timeoutInMinutes": timeout_in_minutes,
            "allowSyncOnPushComplete": allow_sync_on_push_complete,
            "forceUpdate": force_update,
        }
        path = self._PUSH + "/{customerId}"
        return self._send("PUT", path, at, query=query, body=body).json(PushOperation)

    def get_create_update_model(self, company_id: str, connection_id: str) -> PushOption:
        """Return the model of the customer data that the connection accepts in writes."""
        at = {"companyId": company_id, "connectionId": connection_id}
        return self._send("GET", CONNECTION + "/options/customers", at).json(PushOption)

    def list_attachments(self, company_id: str, connection_id: str, customer_id: str) -> Attachments:
        """Return the attachments of a customer."""
        at = {"companyId": company_id, "connectionId": connection_id, "customerId": customer_id}
        return self._send("GET", self._FILES, at).json(Attachments)

    def get_attachment(self, company_id: str, connection_id: str, customer_id: str, attachment_id: str) -> Attachment:
        """Return the description of one attachment."""
        at = self._file(company_id, connection_id, customer_id, attachment_id)
        return self._send("GET", self._FILE, at).json(Attachment)

    def download_attachment(self, company_id: str, connection_id: str, customer_id: str, attachment_id: str) -> bytes:
        """Return the content of one attachment. Raises TransportError for an incomplete body."""
        at = self._file(company_id, connection_id, customer_id, attachment_id)
        return self._send("GET", self._FILE + "/download", at, accept="application/octet-stream").body

    @staticmethod
    def _file(company_id: str, connection_id: str, customer_id: str, attachment_id: str) -> dict[str, str]:
        ids = {"companyId": company_id, "connectionId": connection_id}
        return {**ids, "customerId": customer_id, "attachmentId": attachment_id}


class Companies(_Resource):
    """The businesses whose books are read."""

    def list(self, *, tags: str | None = None, **page: Unpack[PageQuery]) -> Page[Company]:
        """Return one page."""
        answer = self._send("GET", "/companies", {}, query={**_paged(page), "tags": tags})
        return answer.json(Page[Company])

    def get(self, company_id: str) -> Company:
        """Return one company."""
        return self._send("GET", COMPANY, {"companyId": company_id}).json(Company)

    def create(self, body: CompanyRequestBody | None = None) -> Company:
        """Create a company."""
        return self._send("POST", "/companies", {}, body=body).json(Company)

    def replace(self, company_id: str, body: CompanyRequestBody | None = None) -> Company:
        """Replace a company; fields that the body omits are removed."""
        return self._send("PUT", COMPANY, {"companyId": company_id}, body=body).json(Company)

    def update(self, company_id: str, body: CompanyUpdateRequest | None = None) -> Company:
        """Change the fields that the body has, and return the company."""
        return self._send("PATCH", COMPANY, {"companyId": company_id}, body=body).json(Company)

    def delete(self, company_id: str) -> None:
        """Delete a company."""
        self._send("DELETE", COMPANY, {"companyId": company_id})


class Connections(_Resource):
    """The links between a company and the software that holds its books."""

    _ALL = COMPANY + "/connections"

    def list(self, company_id: str, **page: Unpack[PageQuery]) -> Page[Connection]:
        """Return one page."""
        answer = self._send("GET", self._ALL, {"companyId": company_id}, query=_paged(page))
        return answer.json(Page[Connection])

    def get(self, company_id: str, connection_id: str) -> Connection:
        """Return one connection."""
        at = {"companyId": company_id, "connectionId": connection_id}
        return self._send("GET", CONNECTION, at).json(Connection)

    def create(self, company_id: str, body: ConnectionRequest | None = None) -> Connection:
        """Create a connection, to be authorised."""
        return self._send("POST", self._ALL, {"companyId": company_id}, body=body).json(Connection)

    def delete(self, company_id: str, connection_id: str) -> None:
        """Delete a connection."""
        self._send("DELETE", CONNECTION, {"companyId": company_id, "connectionId": connection_id})

    def unlink(self, company_id: str, connection_id: str, body: ConnectionUpdate | None = None) -> Connection:
        """Set a connection's status."""
        at = {"companyId": company_id, "connectionId": connection_id}
        return self._send("PATCH", CONNECTION, at, body=body).json(Connection)


class DataFreshness(_Resource):
    """The freshness of a company's data."""

    def get(self, company_id: str) -> DataStatuses:
        """Return the status of each data type."""
        answer = self._send("GET", COMPANY + "/dataStatus", {"companyId": company_id})
        return answer.json(DataStatuses)


class Refresh(_Resource):
    """Asks for fresh data."""

    def all(self, company_id: str) -> None:
        """Queue all data types that are fetched by default."""
        self._send("POST", COMPANY + "/data/all", {"companyId": company_id})

    def data_type(self, company_id: str, data_type: str, *, connection_id: str | None = None) -> PullOperation:
        """Queue one data type."""
        at = {"companyId": company_id, "dataType": data_type}
        path = COMPANY + "/data/queue/{dataType}"
        return self._send("POST", path, at, query={"connectionId": connection_id}).json(PullOperation)


class PullOperations(_Resource):
    """The history of reads from the software behind a connection."""

    def list(self, company_id: str, **page: Unpack[PageQuery]) -> Page[PullOperation]:
        """Return one page."""
        answer = self._send("GET", COMPANY + "/data/history", {"companyId": company_id}, query=_paged(page))
        return answer.json(Page[PullOperation])

    def get(self, company_id: str, dataset_id: str) -> PullOperation:
        """Return one operation."""
        at = {"companyId": company_id, "datasetId": dataset_id}
        return self._send("GET", COMPANY + "/data/history/{datasetId}", at).json(PullOperation)


class PushOperations(_Resource):
    """The history of writes."""

    def list(self, company_id: str, **page: Unpack[PageQuery]) -> Page[PushOperation]:
        """Return one page."""
        answer = self._send("GET", COMPANY + "/push", {"companyId": company_id}, query=_paged(page))
        return answer.json(Page[PushOperation])

    def get(self, company_id: str, push_operation_key: str) -> PushOperation:
        """Return one operation."""
        at = {"companyId": company_id, "pushOperationKey": push_operation_key}
        return self._send("GET", COMPANY + "/push/{pushOperationKey}", at).json(PushOperation)


class PushOptions(_Resource):
    """The models of the data that a connection accepts in writes (accounting only)."""

    def get(self, company_id: str, connection_id: str, data_type: str) -> PushOption:
        """Return the model of one data type."""
        at = {"companyId": company_id, "connectionId": connection_id, "dataType": data_type}
        return self._send("GET", CONNECTION + "/options/{dataType}", at).json(PushOption)
