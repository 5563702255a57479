"""A thin typed client of the customers API, on `requests`.

with Client("Basic ...") as client:
    for customer in iterate(client.customers.list, company_id, query="metadata.isDeleted!=true"):
        print(customer.get("customerName"))
    push = client.customers.create(company_id, connection_id, {"status": "Active", "customerName": "Ada Ltd"})
    push = wait_for_push(client.push_operations, company_id, push["pushOperationKey"])
"""

from concordat_reference.client import Client
from concordat_reference.errors import (
    ApiError,
    ClientError,
    DecodeError,
    InvalidArgumentError,
    PagingError,
    PushPendingError,
    TransportError,
)
from concordat_reference.flows import iterate, wait_for_push
from concordat_reference.transport import CONTRACT_RETRIES, Retries

__all__ = [
    "CONTRACT_RETRIES",
    "ApiError",
    "Client",
    "ClientError",
    "DecodeError",
    "InvalidArgumentError",
    "PagingError",
    "PushPendingError",
    "Retries",
    "TransportError",
    "__version__",
    "iterate",
    "wait_for_push",
]

__version__ = "1.0.0"
