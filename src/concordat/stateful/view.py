"""What there is, in few words: of the model, and of the sandbox's own state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Company", "Customer", "Push", "View", "differences", "view_of"]


@dataclass(frozen=True, slots=True)
class Customer:
    """A record, as the accounting software or as reads have it. `id` None: the model has not been shown it."""

    id: str | None
    name: str
    status: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """A write; `record` is the id of the written record, as far as the push shows one."""

    key: str | None
    operation: str
    status: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company."""

    id: str | None
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Everything at one moment, each kind in the order it was made.

    `source` is the accounting software, `cached` what reads show; `pulls` are the states of the refreshes of customers;
    `commits` counts the accepted writes by operation.
    """

    source: tuple[Customer, ...]
    cached: tuple[Customer, ...]
    pushes: tuple[Push, ...]
    pulls: tuple[str, ...]
    companies: tuple[Company, ...]
    commits: Mapping[str, int]


def view_of(state: Mapping[str, Any], commits: Mapping[str, int]) -> View:
    """Read the sandbox's own state (`sandbox.views.state_of`) and its commits."""
    return View(
        source=tuple(map(_customer, state["customers"])),
        cached=tuple(map(_customer, state["cached"])),
        pushes=tuple(map(_push, state["pushes"])),
        pulls=tuple(pull["status"] for pull in state["pulls"] if pull["dataType"] == "customers"),
        companies=tuple(Company(one["id"], one["name"], one.get("description")) for one in state["companies"]),
        commits={name: count for name, count in commits.items() if count},
    )


def differences(expected: View, observed: View) -> list[str]:
    """Return in one line each where the sandbox's view is not the model's; an id the model does not know is any."""
    found: list[str] = []
    lists: dict[str, tuple[Sequence[Any], Sequence[Any]]] = {
        name: (getattr(expected, name), getattr(observed, name)) for name in ("source", "cached", "pushes", "companies")
    }
    for name, (wanted, seen) in lists.items():
        if len(wanted) != len(seen):
            found.append(f"{name}: {len(seen)} instead of {len(wanted)}")
        found += [
            f"{name}[{place}]: {two} instead of {one}"
            for place, (one, two) in enumerate(zip(wanted, seen, strict=False))
            if _known(one, two) != two
        ]
    if expected.pulls != observed.pulls:
        found.append(f"refreshes: {list(observed.pulls)} instead of {list(expected.pulls)}")
    if expected.commits != observed.commits:
        found.append(f"commits: {dict(observed.commits)} instead of {dict(expected.commits)}")
    return found


def _known(wanted: Any, seen: Any) -> Any:
    """Return the model's thing with the ids filled in that it does not know."""
    names: Iterable[str] = ("key", "record") if isinstance(wanted, Push) else ("id",)
    return replace(wanted, **{name: getattr(seen, name) for name in names if getattr(wanted, name) is None})


def _customer(record: Mapping[str, Any]) -> Customer:
    deleted = bool((record.get("metadata") or {}).get("isDeleted"))
    return Customer(record["id"], record["customerName"], record["status"], deleted)


def _push(push: Mapping[str, Any]) -> Push:
    changes = push.get("changes") or [{}]
    return Push(push["pushOperationKey"], push["operation"], push["status"], changes[0].get("recordRef", {}).get("id"))
