"""Lint of worlds with the sandbox: whether each world is valid, the names that it binds, and its invalid answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from concordat.catalogue.model import Advance, Change
from concordat.contract import load_contracts
from concordat.contract.request import build_request
from concordat.errors import CatalogueError, Finding
from concordat.http1.exchange import Request
from concordat.lint.effect import ANSWERS
from concordat.sandbox import APIS, Sandbox, implements, open_sandbox, parse_change, plugin_of
from concordat.targets.bindings import AUTH, MARK
from concordat.targets.playability import check_scripts, live_only, world_of

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from concordat.catalogue import Catalogue
    from concordat.catalogue.model import Case
    from concordat.contract import Contract, Operation

__all__ = ["Worlds", "invalid_answer"]

_T = TypeVar("_T")
_OK = 200


class Worlds:
    """Builds each distinct world of a catalogue once."""

    def __init__(self) -> None:
        contracts = load_contracts()
        self._contract = next(
            one for one in contracts.values() if any(implements(one.name, name) for name in one.operations)
        )
        self._operations = {name: frozenset(contract.operations) for name, contract in contracts.items()}
        self._made: dict[bytes, frozenset[str] | CatalogueError] = {}
        self._problems: dict[bytes, str] = {}
        """The first invalid answer of each world that has one."""

    def names(self, case: Case) -> frozenset[str] | None:
        """Return the names that the case's world binds, None for an invalid world or a live endpoint."""
        if live_only(case) is not None:
            return None
        made = self._make(case)
        return None if isinstance(made, CatalogueError) else made

    def findings(self, catalogue: Catalogue) -> Iterator[Finding]:
        """Yield a finding for each invalid world, each invalid change, and each invalid or unanswered request."""
        for case in catalogue.cases:
            if live_only(case) is not None:
                continue
            made = self._make(case)
            names = {call.call for call in case.calls()}
            listed = (self._operations.get(name, frozenset()) for name in case.about or self._operations)
            known = names <= frozenset().union(*listed)
            if isinstance(made, CatalogueError):
                yield _finding(catalogue, case, "/world" if case.needs is None else "/needs", made)
            yield from _needless(catalogue, case)
            problem = self._problems.get(_key(case))
            if problem is not None and ANSWERS not in case.allow:
                hint = "correct it, or write `allow: [answers]` if the answer is invalid on purpose"
                error = CatalogueError(f"the world has an invalid answer: {problem}", hint=hint)
                yield _finding(catalogue, case, "/world", error)
            try:
                if known:  # `CallLint` reports an unknown operation
                    check_scripts(case)
            except CatalogueError as error:
                yield _finding(catalogue, case, "/steps", error)
            for number, step in enumerate(case.steps):
                if isinstance(step, Change):
                    try:
                        parse_change(step.change)
                    except CatalogueError as error:
                        yield _finding(catalogue, case, f"/steps/{number}/change", error)

    def _make(self, case: Case) -> frozenset[str] | CatalogueError:
        key = _key(case)
        if key not in self._made:
            try:
                sandbox = open_sandbox(self._contract, world_of(case))
            except CatalogueError as error:
                self._made[key] = error
            else:
                self._made[key] = frozenset({*sandbox.bindings, AUTH, MARK})
                problem = invalid_answer(sandbox, self._contract)
                if problem is not None:
                    self._problems[key] = problem
                sandbox.close()
        return self._made[key]


def _needless(catalogue: Catalogue, case: Case) -> Iterator[Finding]:
    """Yield a finding for a world that says no more than `needs` could, so that the case would run live too.

    Only a plug-in knows that: cases of other contracts are left alone.
    """
    if (
        case.world is None
        or not APIS.issuperset(case.about)
        or any(isinstance(step, (Advance, Change)) for step in case.steps)
    ):
        return
    said = plugin_of(next(iter(case.about), None)).said_by_needs(case.world)
    if said is not None:
        hint = f"write `needs: {msgspec.json.encode(said).decode()}`; `exact: true` if the case depends on the numbers"
        yield Finding(catalogue.locate(case, "/world"), "the world says no more than `needs` can say", hint)


def _key(case: Case) -> bytes:
    return msgspec.json.encode((case.world, case.needs))


def _finding(catalogue: Catalogue, case: Case, pointer: str, error: CatalogueError) -> Finding:
    return Finding(catalogue.locate(case, pointer), error.message, error.hint)


def invalid_answer(sandbox: Sandbox, contract: Contract) -> str | None:
    """Return the problem of the first successful read that violates the contract, None without one.

    It makes every read whose required arguments the world binds.
    """
    for operation in contract.operations.values():
        arguments = _arguments(operation, sandbox.bindings)
        if arguments is None:
            continue
        built = build_request(operation, arguments, auth=sandbox.auth)
        answer = _now(sandbox.process(Request(built.method, built.target, built.headers, built.body)))
        if answer.status == _OK:
            for problem in contract.check_response(operation, answer.status, answer.headers, answer.body):
                return f"{operation.name} at {problem.pointer or 'the root'}: {problem.message}"
    return None


def _arguments(operation: Operation, bindings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the required arguments of a read, None for a write or when the world lacks one of them."""
    required = [parameter.name for parameter in operation.parameters if parameter.required]
    names = {name: name.removesuffix("Id") for name in required}
    if operation.method.upper() != "GET" or not all(names[name] in bindings for name in required):
        return None
    return {name: bindings[names[name]] for name in required}


def _now(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Return the result of a coroutine that never suspends: a sandbox answers at once."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        found: _T = end.value
        return found
    coroutine.close()
    message = "the sandbox waited"
    raise AssertionError(message)
