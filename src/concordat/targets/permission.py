"""The permission that a case needs on a live target: what it does there decides, not what its author says.

read         it reads
write        it makes records that carry the run's mark, and changes none that it has not made
disposable   it writes anything else, plans faults, or counts accepted writes
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.references import names_used
from concordat.contract.operation import SAFE
from concordat.targets.bindings import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue.model import Call, Case
    from concordat.contract import Contract, Operation

__all__ = ["Permission", "PermissionNeed", "changed_records", "names_of", "permission_need", "removed_record"]


class Permission(IntEnum):
    """What a run may do to its target; each includes those before it."""

    READ = 0
    WRITE = 1
    DISPOSABLE = 2

    @property
    def option(self) -> str:
        """The command-line option that gives the permission."""
        return {Permission.WRITE: "--allow-writes", Permission.DISPOSABLE: "--disposable"}.get(self, "")

    @property
    def remedy(self) -> str:
        """What the user of the run can do who wants to give the permission."""
        purpose = "if the target is for tests" if self is Permission.DISPOSABLE else "to permit that"
        return f"pass {self.option} {purpose}"


@dataclass(frozen=True, slots=True)
class PermissionNeed:
    """The least permission with which a case may run, and what it does to need it."""

    least: Permission
    reason: str = ""


def permission_need(case: Case, contract: Contract) -> PermissionNeed:
    """Return the permission that a case needs; its calls are operations of `contract`."""
    if case.faults:
        return PermissionNeed(Permission.DISPOSABLE, "the case plans faults")
    if case.write_safety is not None:
        return PermissionNeed(Permission.DISPOSABLE, "the case counts accepted writes")
    changed = next((call.call for call, _ in _changes(case, contract)), None)
    if changed is not None:
        return PermissionNeed(Permission.DISPOSABLE, f"the case changes what it has not made ({changed})")
    writes: list[str] = []
    for call in case.calls():
        operation = contract.operation(call.call)
        if operation.method.upper() in SAFE:
            continue
        if operation.body is not None and MARK not in _names(call.with_.get("body")):
            return PermissionNeed(Permission.DISPOSABLE, f"the case writes without the run's `$mark` ({call.call})")
        writes.append(call.call)
    if writes:
        return PermissionNeed(Permission.WRITE, f"the case writes ({', '.join(sorted(set(writes)))})")
    return PermissionNeed(Permission.READ)


def changed_records(case: Case, contract: Contract) -> frozenset[str]:
    """Return the names of the target's own records that the case changes, such as `customer`."""
    return frozenset(name for _, names in _changes(case, contract) for name in names)


def names_of(case: Case) -> frozenset[str]:
    """Return the names to which a case refers."""
    return frozenset(_names([case.steps, case.client, case.faults]))


def removed_record(case: Case, contract: Contract) -> str | None:
    """Return the reason why a case would take a record from the other cases of the run, or None.

    A planned fault that always answers in the target's place keeps the record.
    """
    for call, _ in _changes(case, contract):
        if contract.operation(call.call).method.upper() == "DELETE" and not _answered(call.call, case):
            return f"the case removes a record that it has not made ({call.call}), and other cases need it"
    return None


def _changes(case: Case, contract: Contract) -> Iterator[tuple[Call, frozenset[str]]]:
    """Yield each write to a record of the target's own, with the references to the record."""
    saved = {name for call in case.calls() for name in call.save}
    for call in case.calls():
        operation = contract.operation(call.call)
        changed = None if operation.method.upper() in SAFE else _changed_record(operation)
        names = frozenset() if changed is None else frozenset(_names(call.with_.get(changed)))
        if changed is not None and not names & saved:
            yield call, names


def _answered(operation: str, case: Case) -> bool:
    """Return whether a planned fault answers every request of an operation in the target's place."""
    return any(
        fault.on in (operation, None)
        and fault.when == "before"
        and fault.at == 1
        and (fault.times == "always" or case.client.retries == "none")
        and (fault.respond is not None or fault.redirect is not None or fault.reset or fault.close)
        for fault in case.faults
    )


def _changed_record(operation: Operation) -> str | None:
    """Return the path parameter of the record that a write changes, None for a write that makes one.

    A parameter with a list of values names a kind, and no record.
    """
    last = operation.path.rstrip("/").rpartition("/")[2]
    named = last[1:-1] if last.startswith("{") and last.endswith("}") else None
    closed = any(one.name == named and "enum" in one.schema for one in operation.parameters)
    return None if closed else named


def _names(value: Any) -> Iterator[str]:
    return (name for name, _ in names_used(msgspec.to_builtins(value)))
