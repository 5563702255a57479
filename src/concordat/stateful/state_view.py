"""The state view: the part of the state that the model and the sandbox have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Company", "Customer", "Push", "StateView", "differences", "state_view_of"]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the accounting software or of reads. `id` is None until the model learns it."""

    id: str | None
    name: str
    status: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """A write. `record` is the id of the written record, if the push has one."""

    key: str | None
    operation: str
    status: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company. `id` is None until the model learns it."""

    id: str | None
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class StateView:
    """The state at one moment, each kind in the order of its creation.

    `source` are the customers of the accounting software, `cached` those of reads. `pulls` are the states of the
    refreshes of customers, and `commits` the number of accepted writes by operation.
    """

    source: tuple[Customer, ...]
    cached: tuple[Customer, ...]
    pushes: tuple[Push, ...]
    pulls: tuple[str, ...]
    companies: tuple[Company, ...]
    commits: Mapping[str, int]


def state_view_of(state: Mapping[str, Any], commits: Mapping[str, int]) -> StateView:
    """Return the view of the sandbox's own state and of its accepted writes."""
    return StateView(
        source=tuple(map(_customer, state["customers"])),
        cached=tuple(map(_customer, state["cached"])),
        pushes=tuple(map(_push, state["pushes"])),
        pulls=tuple(pull["status"] for pull in state["pulls"] if pull["dataType"] == "customers"),
        companies=tuple(Company(one["id"], one["name"], one.get("description")) for one in state["companies"]),
        commits={name: count for name, count in commits.items() if count},
    )


def differences(expected: StateView, observed: StateView) -> list[str]:
    """Return a line for each difference of the sandbox's view from the model's. An unknown id equals any."""
    found: list[str] = []
    lists: dict[str, tuple[Sequence[Any], Sequence[Any]]] = {
        name: (getattr(expected, name), getattr(observed, name)) for name in ("source", "cached", "pushes", "companies")
    }
    for name, (expected_items, observed_items) in lists.items():
        if len(expected_items) != len(observed_items):
            found.append(f"{name}: {len(observed_items)} instead of {len(expected_items)}")
        found += [
            f"{name}[{index}]: {two} instead of {one}"
            for index, (one, two) in enumerate(zip(expected_items, observed_items, strict=False))
            if _with_known_ids(one, two) != two
        ]
    if expected.pulls != observed.pulls:
        found.append(f"refreshes: {list(observed.pulls)} instead of {list(expected.pulls)}")
    if expected.commits != observed.commits:
        found.append(f"commits: {dict(observed.commits)} instead of {dict(expected.commits)}")
    return found


def _with_known_ids(expected: Any, observed: Any) -> Any:
    """Return the model's item with the sandbox's ids in place of unknown ones."""
    names: Iterable[str] = ("key", "record") if isinstance(expected, Push) else ("id",)
    return replace(expected, **{name: getattr(observed, name) for name in names if getattr(expected, name) is None})


def _customer(record: Mapping[str, Any]) -> Customer:
    deleted = bool((record.get("metadata") or {}).get("isDeleted"))
    return Customer(record["id"], record["customerName"], record["status"], deleted)


def _push(push: Mapping[str, Any]) -> Push:
    changes = push.get("changes") or [{}]
    return Push(push["pushOperationKey"], push["operation"], push["status"], changes[0].get("recordRef", {}).get("id"))
