"""The expected answers: the answer to a reading call, by the state.

The rules apply to the model's state and to the sandbox's own state, which shows which of them a wrong answer
contradicts. Facts are matchers of the case format; an object may have other members too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from concordat.stateful.state_view import Company, Customer, Push, StateView

__all__ = ["ANY", "READS", "Expected", "customer_facts", "project", "push_facts", "read", "refusal"]

OK = 200
NOT_FOUND = 404
DEFAULT_SIZE = 100
ANY = {"any": "string"}
_CODES = {"Pending": 202, "Success": 200, "Failed": 400}
READS = frozenset(
    {
        "customers.get",
        "customers.list",
        "companies.get",
        "companies.list",
        "pushOperations.get",
        "pushOperations.list",
        "dataStatus.get",
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The status of an answer, and the facts of its body."""

    status: int
    facts: Any = None


def read(view: StateView, operation: str, arguments: Mapping[str, Any]) -> Expected:
    """Return the expected answer to a reading call."""
    if operation == "customers.list":
        return _page(_ordered(_filtered(view.cached, arguments.get("query")), arguments), arguments, customer_facts)
    if operation == "companies.list":
        return _page(_filtered(view.companies, arguments.get("query")), arguments, _company_facts)
    if operation == "pushOperations.list":
        return _page(view.pushes[::-1], arguments, push_facts)
    if operation == "dataStatus.get":
        return Expected(OK, {"customers": {"currentStatus": view.pulls[-1]}})
    records: dict[str, tuple[str, Sequence[Any], str, Callable[[Any], Any]]] = {
        "customers.get": ("customerId", view.cached, "id", customer_facts),
        "companies.get": ("companyId", view.companies, "id", _company_facts),
        "pushOperations.get": ("pushOperationKey", view.pushes, "key", push_facts),
    }
    argument, listed, name, facts = records[operation]
    found = next((one for one in listed if getattr(one, name) == arguments[argument]), None)
    return refusal(NOT_FOUND) if found is None else Expected(OK, facts(found))


def refusal(status: int) -> Expected:
    """Return the expected refusal, an ErrorMessage."""
    return Expected(status, {"statusCode": status, "error": ANY, "correlationId": ANY})


def customer_facts(customer: Customer) -> Any:
    """Return the facts of a customer."""
    facts: dict[str, Any] = {"id": customer.id or ANY, "customerName": customer.name, "status": customer.status}
    return facts | ({"metadata": {"isDeleted": True}} if customer.deleted else {})


def push_facts(push: Push) -> Any:
    """Return the facts of a push."""
    facts: dict[str, Any] = {
        "pushOperationKey": push.key or ANY,
        "status": push.status,
        "statusCode": _CODES[push.status],
    }
    if push.status != "Pending":
        facts["validation"] = {"any": "object"}
    return facts | ({"changes": [{"recordRef": {"id": push.record}}]} if push.record is not None else {})


def _company_facts(company: Company) -> Any:
    facts = {"id": company.id or ANY, "name": company.name}
    return facts | ({"description": company.description} if company.description is not None else {})


def _page(listed: Sequence[Any], arguments: Mapping[str, Any], facts: Callable[[Any], Any]) -> Expected:
    page, size = arguments.get("page", 1), arguments.get("pageSize", DEFAULT_SIZE)
    shown = listed[(page - 1) * size : page * size]
    links = {
        name: {"any": "object"} if there else {"absent": True}
        for name, there in (("next", page * size < len(listed)), ("previous", page > 1))
    }
    body = {"results": [facts(one) for one in shown], "totalResults": len(listed), "pageNumber": page, "pageSize": size}
    return Expected(OK, body | {"_links": links})


def _filtered(listed: Sequence[Any], query: str | None) -> list[Any]:
    """Return the records that match a query of the machine: conditions with `=`, `!=` and `~`, joined by `&&`."""
    return [one for one in listed if all(_holds(one, part) for part in (query or "").split("&&") if part)]


def _holds(one: Any, condition: str) -> bool:
    for sign, test in (("!=", _unequal), ("~", _containing), ("=", _equal)):
        name, found, expected = condition.partition(sign)
        if found and name in _PROPERTIES:
            return test(str(getattr(one, _PROPERTIES[name])).casefold(), expected.casefold())
    message = f"the model does not support the condition {condition!r}"
    raise ValueError(message)


_PROPERTIES = {"customerName": "name", "name": "name", "status": "status"}


def _equal(value: str, expected: str) -> bool:
    return value == expected


def _unequal(value: str, expected: str) -> bool:
    return value != expected


def _containing(value: str, expected: str) -> bool:
    return expected in value


def _ordered(listed: list[Any], arguments: Mapping[str, Any]) -> list[Any]:
    by = arguments.get("orderBy")
    if by is None:
        return listed
    return sorted(listed, key=lambda one: str(one.name).casefold(), reverse=by.startswith("-"))


def project(body: Any, like: Any) -> Any:
    """Return the facts of a body at the places of the facts `like`; a missing member becomes `absent`."""
    if isinstance(like, dict) and isinstance(body, dict) and not _is_matcher(like):
        return {name: project(body[name], part) if name in body else {"absent": True} for name, part in like.items()}
    if isinstance(like, list) and isinstance(body, list):
        form = like[0] if like else None
        return [project(item, like[index] if index < len(like) else form) for index, item in enumerate(body)]
    if isinstance(body, dict):
        return {"any": "object"}
    return body


def _is_matcher(facts: Mapping[str, Any]) -> bool:
    return facts.keys() <= {"any", "absent"}
