"""List operations of a contract, with the operation that reads one of their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concordat.contract.fields import response_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.contract import Contract, Operation
    from concordat.sandbox import ListRules

__all__ = ["ListOperation", "lists_of"]

_LARGEST = 1000
"""The largest page size to ask for, where the contract has no lower maximum."""


@dataclass(frozen=True, slots=True)
class ListOperation:
    """A list operation.

    `reads` is the operation that reads one record, if the contract has one; it takes the record's id as the parameter
    `id_parameter`. `id_member` is the member of a record with its id. `compared` are the members that the contract
    gives both to a record of the list and to a read record; None means all, because both have the same members.
    `largest` is the largest page size.
    """

    operation: Operation
    rules: ListRules
    largest: int
    id_member: str
    reads: Operation | None
    id_parameter: str
    compared: frozenset[str] | None

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self.operation.name

    @property
    def parents(self) -> tuple[str, ...]:
        """The parameters in the path."""
        return tuple(one.name for one in self.operation.parameters if one.location == "path")

    def takes(self, parameter: str) -> bool:
        """Return whether the operation has a query parameter."""
        return parameter in _query(self.operation)


def lists_of(contract: Contract, rules: ListRules) -> tuple[ListOperation, ...]:
    """Return the operations that take a page and a size, and whose answer has the members of a page."""
    return tuple(
        found for operation in contract.operations.values() if (found := _list(contract, operation, rules)) is not None
    )


def _list(contract: Contract, operation: Operation, rules: ListRules) -> ListOperation | None:
    parameters = _query(operation)
    page = response_fields(contract, operation)
    if operation.method != "GET" or page is None or not {rules.page_parameter, rules.size_parameter} <= set(parameters):
        return None
    results = page.members.get(rules.results)
    if results is None or results.items is None or rules.total not in page.members:
        return None
    reads, parameter = _read_of(contract, operation)
    members = results.items.members
    read = None if reads is None else response_fields(contract, reads)
    common = frozenset(members) & frozenset(read.members if read is not None else ())
    asked = parameters[rules.size_parameter].get("maximum")
    return ListOperation(
        operation,
        rules,
        largest=min(_LARGEST, asked) if isinstance(asked, int) else _LARGEST,
        id_member=parameter if parameter in members else "id",
        reads=reads,
        id_parameter=parameter,
        compared=None if read is not None and members.keys() == read.members.keys() else common,
    )


def _query(operation: Operation) -> dict[str, Mapping[str, Any]]:
    return {one.name: one.schema for one in operation.parameters if one.location == "query"}


def _read_of(contract: Contract, operation: Operation) -> tuple[Operation | None, str]:
    """Return the operation at the list's path with one more parameter, and the parameter's name."""
    for one in contract.operations.values():
        rest = one.path.removeprefix(operation.path + "/{")
        if one.method == "GET" and rest != one.path and rest.endswith("}") and "/" not in rest:
            return one, rest[:-1]
    return None, ""
