"""The rules of reading: the answer that a call must have, given what there is.

They are applied to the model's view and to the sandbox's own state alike, so that it can be told which of the two a
wrong answer contradicts. Facts are matchers of the case format, objects read as `has`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from concordat.stateful.view import Company, Customer, Push, View

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
    """The status of an answer, and what its body must hold."""

    status: int
    facts: Any = None


def read(view: View, operation: str, arguments: Mapping[str, Any]) -> Expected:
    """Return the answer to a reading call."""
    if operation == "customers.list":
        return _page(_ordered(_filtered(view.cached, arguments.get("query")), arguments), arguments, customer_facts)
    if operation == "companies.list":
        return _page(_filtered(view.companies, arguments.get("query")), arguments, _company_facts)
    if operation == "pushOperations.list":
        return _page(view.pushes[::-1], arguments, push_facts)
    if operation == "dataStatus.get":
        return Expected(OK, {"customers": {"currentStatus": view.pulls[-1]}})
    things: dict[str, tuple[str, Sequence[Any], str, Callable[[Any], Any]]] = {
        "customers.get": ("customerId", view.cached, "id", customer_facts),
        "companies.get": ("companyId", view.companies, "id", _company_facts),
        "pushOperations.get": ("pushOperationKey", view.pushes, "key", push_facts),
    }
    argument, listed, name, facts = things[operation]
    found = next((one for one in listed if getattr(one, name) == arguments[argument]), None)
    return refusal(NOT_FOUND) if found is None else Expected(OK, facts(found))


def refusal(status: int) -> Expected:
    """Return the answer that refuses a call: an ErrorMessage."""
    return Expected(status, {"statusCode": status, "error": ANY, "correlationId": ANY})


def customer_facts(customer: Customer) -> Any:
    """Return what an answer must hold of a record."""
    facts: dict[str, Any] = {"id": customer.id or ANY, "customerName": customer.name, "status": customer.status}
    return facts | ({"metadata": {"isDeleted": True}} if customer.deleted else {})


def push_facts(push: Push) -> Any:
    """Return what an answer must hold of a write."""
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
    """Apply a query of the few forms that the machine writes: conditions with `=`, `!=` and `~`, joined by `&&`."""
    return [one for one in listed if all(_holds(one, part) for part in (query or "").split("&&") if part)]


def _holds(one: Any, condition: str) -> bool:
    for sign, test in (("!=", _unequal), ("~", _holding), ("=", _equal)):
        name, found, wanted = condition.partition(sign)
        if found and name in _PROPERTIES:
            return test(str(getattr(one, _PROPERTIES[name])).casefold(), wanted.casefold())
    message = f"the rules of reading know no condition like {condition!r}"
    raise ValueError(message)


_PROPERTIES = {"customerName": "name", "name": "name", "status": "status"}


def _equal(value: str, wanted: str) -> bool:
    return value == wanted


def _unequal(value: str, wanted: str) -> bool:
    return value != wanted


def _holding(value: str, wanted: str) -> bool:
    return wanted in value


def _ordered(listed: list[Any], arguments: Mapping[str, Any]) -> list[Any]:
    by = arguments.get("orderBy")
    if by is None:
        return listed
    return sorted(listed, key=lambda one: str(one.name).casefold(), reverse=by.startswith("-"))


def project(body: Any, like: Any) -> Any:
    """Return of a body what facts of the form `like` speak of, as facts: what is absent must be absent."""
    if isinstance(like, dict) and isinstance(body, dict) and not _is_matcher(like):
        return {name: project(body[name], part) if name in body else {"absent": True} for name, part in like.items()}
    if isinstance(like, list) and isinstance(body, list):
        form = like[0] if like else None
        return [project(item, like[place] if place < len(like) else form) for place, item in enumerate(body)]
    if isinstance(body, dict):
        return {"any": "object"}
    return body


def _is_matcher(facts: Mapping[str, Any]) -> bool:
    return facts.keys() <= {"any", "absent"}
