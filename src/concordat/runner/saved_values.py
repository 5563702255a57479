"""The values of one case by name during its run: bindings of its world, values that its steps saved, missing values.

A step that needs a missing value is blocked: neither the client nor the harness sends it. Null in an answer is a value,
which an expectation and a body may contain. It is not a valid argument or part of a text: a step that needs it there is
blocked too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.catalogue.model import Call, Change, Parallel
from concordat.catalogue.references import is_reference, names_in, names_used
from concordat.checks.missing_values import missing_value, shown_value
from concordat.checks.model import MissingValue
from concordat.compare.field_retention import value_at
from concordat.contract.operation import SAFE
from concordat.targets.bindings import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.catalogue.model import Case, Step
    from concordat.checks.model import StepTrace
    from concordat.contract import Contract

__all__ = ["SavedValues", "labelled"]

_T = TypeVar("_T")


class SavedValues:
    """The values of one case by name. `missing` lists those that its steps did not yield, in their order."""

    def __init__(self, contract: Contract, bindings: Mapping[str, Any]) -> None:
        self.missing: list[MissingValue] = []
        self._contract = contract
        self._values: dict[str, Any] = dict(bindings)
        self._missing_by_name: dict[str, MissingValue] = {}
        self._nulls: dict[str, MissingValue] = {}
        self._blocks_rest: MissingValue | None = None

    def fill(self, value: _T) -> _T:
        """Return a value with its references replaced. Raises CatalogueError for an unbound name."""
        return fill(value, self._values)

    def blocking(self, step: Step) -> tuple[MissingValue, ...]:
        """Return the missing values that block a step, or one call of a `parallel` step."""
        if self._blocks_rest is not None:
            return (self._blocks_rest,)
        if not self._missing_by_name and not self._nulls:
            return ()
        return tuple(self._needed(step))

    def _needed(self, step: Step) -> Iterator[MissingValue]:
        plain = msgspec.to_builtins(step)
        for name in dict.fromkeys(name for name, _ in names_used(plain)):
            if name in self._missing_by_name:
                yield self._missing_by_name[name]
        if not self._nulls:
            return
        needed = {name for text in _texts(plain) if not is_reference(text) for name in names_in(text)}
        if isinstance(step, Call):
            bare = (value for key, value in step.with_.items() if key != "body" and is_reference(value))
            needed.update(name for value in bare for name in names_in(value))
        for name in sorted(needed & self._nulls.keys()):
            self._add_missing(self._nulls[name])
            yield self._nulls[name]

    def skip(self, step: Step, because: MissingValue) -> None:
        """Record that a step did not run: the values that it would save are missing for the same reason.

        If the step would have changed the world, or waited for a change, the world now differs from the case's, so that
        every later step is blocked too.
        """
        if isinstance(step, Call):
            self._missing_by_name.update(dict.fromkeys(step.save, because))
        if isinstance(step, Change) or (isinstance(step, Call) and self._changes_the_world(step)):
            self._blocks_rest = because

    def _changes_the_world(self, call: Call) -> bool:
        operation = self._contract.operations.get(call.call)
        return call.repeat is not None or operation is None or operation.method.upper() not in SAFE

    def save(self, step: StepTrace, position: int) -> None:
        """Save the values of a step's outcome; `position` counts the recorded steps up to it."""
        for name in step.call.save:
            self._store(name, shown_value(step, name, position), missing_value(step.call, name, step.label, position))

    def save_answer(self, call: Call, payload: Any, label: str, position: int) -> None:
        """Save the values of the answer to a preparing call."""
        for name, pointer in call.save.items():
            found, absent = value_at(payload, pointer), missing_value(call, name, label, position)
            self._store(name, absent if found is msgspec.UNSET else found, absent)

    def _store(self, name: str, value: Any, absent: MissingValue) -> None:
        if isinstance(value, MissingValue):
            self._missing_by_name[name] = value
            self._add_missing(value)
            return
        self._values[name] = value
        if value is None:
            self._nulls[name] = replace(absent, answered=None)

    def _add_missing(self, value: MissingValue) -> None:
        if not any(known is value for known in self.missing):
            self.missing.append(value)

    def state(self, case: Case, position: int) -> tuple[dict[str, Any] | None, dict[str, MissingValue]]:
        """Return the expected state with its references replaced, and the missing value of each blocked collection.

        A blocked collection keeps its references. A value of a step that the case did not reach is missing too.
        """
        if case.state is None:
            return None, {}
        for label, call in labelled(case):
            for name in call.save:
                if name not in self._values and name not in self._missing_by_name:
                    self._missing_by_name[name] = missing_value(call, name, label, position)
        expected: dict[str, Any] = {}
        blocked: dict[str, MissingValue] = {}
        for collection, value in case.state.items():
            needs = {name for name, _ in names_used({collection: value})} & self._missing_by_name.keys()
            because = self._blocks_rest or next((self._missing_by_name[name] for name in sorted(needs)), None)
            if because is None:
                expected.update(self.fill({collection: value}))
                continue
            self._add_missing(because)
            expected[collection] = value
            blocked[collection] = because
        return expected, blocked


def labelled(case: Case) -> Iterator[tuple[str, Call]]:
    """Yield every call of a case with its label in checks."""
    for number, step in enumerate(case.steps, 1):
        if isinstance(step, Call):
            yield step.id or f"s{number}", step
        elif isinstance(step, Parallel):
            for index, call in enumerate(step.parallel, 1):
                yield call.id or f"s{number}.{index}", call


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, including keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
