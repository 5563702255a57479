"""Which properties of each kind of record a `query` and an `orderBy` may name, and their types.

Arrays cannot be queried (domain 3.4), so a table lists scalar paths only; the one exception is the documented
`GET /companies?query=dataConnections.status=PendingAuth`, which holds when any connection matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concordat.values import Json, JsonObject

__all__ = [
    "COMPANY_FIELDS",
    "CONNECTION_FIELDS",
    "CUSTOMER_FIELDS",
    "PULL_FIELDS",
    "PUSH_FIELDS",
    "FieldTable",
    "FieldType",
    "values_at",
]


class FieldType(StrEnum):
    """How a property's values compare, and so which operators it takes."""

    STRING = "string"
    ENUM = "enum"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


class FieldTable(Mapping[str, FieldType]):
    """The queryable properties of one kind of record; `record` is that kind's name in error texts."""

    def __init__(self, record: str, **types: str) -> None:
        self.record = record
        self._types = {name: FieldType(kind) for kind, names in types.items() for name in names.split()}

    def __getitem__(self, name: str) -> FieldType:
        """Return the type of the property at the dotted path `name`; KeyError when it cannot be queried."""
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the dotted paths."""
        return iter(self._types)

    def __len__(self) -> int:
        """Return how many properties can be queried."""
        return len(self._types)


CUSTOMER_FIELDS = FieldTable(
    "Customer",
    string="id customerName contactName emailAddress phone registrationNumber taxNumber defaultCurrency",
    enum="status",
    date="modifiedDate sourceModifiedDate",
    boolean="metadata.isDeleted",
)
PUSH_FIELDS = FieldTable(
    "PushOperation",
    string="pushOperationKey companyId dataConnectionKey errorMessage",
    enum="status dataType",
    number="statusCode timeoutInMinutes timeoutInSeconds",
    date="requestedOnUtc completedOnUtc",
)
PULL_FIELDS = FieldTable(
    "Dataset",
    string="id companyId connectionId statusDescription errorMessage",
    enum="status dataType",
    number="progress",
    date="requested completed",
)
"""Without `isCompleted` and `isErrored`: they are derived from the status, and the first is documented as refused."""
COMPANY_FIELDS = FieldTable(
    "Company",
    string="id name description createdByUserName referenceParentCompany.id referenceParentCompany.name"
    " dataConnections.id dataConnections.integrationKey dataConnections.platformName",
    enum="dataConnections.status dataConnections.sourceType",
    date="created lastSync",
)
CONNECTION_FIELDS = FieldTable(
    "DataConnection",
    string="id integrationId integrationKey sourceId platformName linkUrl",
    enum="status sourceType",
    date="created lastSync",
)


def values_at(record: JsonObject, path: tuple[str, ...]) -> Iterator[Json]:
    """Yield the values other than null at `path`; there is more than one only below an array."""
    found: list[Json] = [record]
    for name in path:
        parts = [item for part in found for item in (part if isinstance(part, list) else (part,))]
        found = [part[name] for part in parts if isinstance(part, Mapping) and name in part]
    return (value for value in found if value is not None)
