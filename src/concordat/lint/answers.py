"""Lint of scripted answers: each must be valid under the contracts, unless the case allows invalid answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.references import names_used
from concordat.contract.operation import SAFE
from concordat.errors import Flaw
from concordat.lint.effect import ANSWERS
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.catalogue.model import Case, Fault, ScriptedAnswer
    from concordat.contract import Contract

__all__ = ["AnswerLint", "accepted_flaws"]

_MOST = 3
_CODED = "content-encoding"


def accepted_flaws(case: Case, contracts: Mapping[str, Contract]) -> Iterator[Flaw]:
    """Yield a flaw for each `accepted` of a read's answer, which has no effect; pointers begin at the case."""
    about = [contracts[name] for name in case.apis or contracts if name in contracts]
    for here, fault in _scripts(case):
        if fault.respond is None or fault.respond.accepted is None:
            continue
        called = {call.call for call in case.calls() if call.via == "client" and fault.on in (None, call.call)}
        found = [contract.operations[name] for name in called for contract in about if name in contract.operations]
        if found and all(operation.method.upper() in SAFE for operation in found):
            message = f"`accepted` applies only to writes, not to {', '.join(sorted(called))}"
            yield Flaw(here + "/accepted", message, "remove it")


class AnswerLint:
    """Checks scripted answers. It keeps the flaws of each distinct answer, because many cases repeat one."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        self._checked: dict[tuple[str, str, bytes], tuple[Flaw, ...]] = {}

    def flaws(self, case: Case) -> Iterator[Flaw]:
        """Yield the flaws of scripted answers, unless the case allows invalid answers; pointers begin at the case."""
        if ANSWERS in case.allow:
            return
        for here, fault in _scripts(case):
            yield from (flaw._replace(pointer=here + flaw.pointer) for flaw in self._of(case, fault))

    def invalid(self, case: Case) -> bool:
        """Return whether an answer of the case may be invalid; without a script, the world's answers may be."""
        scripts = list(_scripts(case))
        return not scripts or any(self._of(case, fault) or _coded(fault.respond) for _, fault in scripts)

    def _of(self, case: Case, fault: Fault) -> tuple[Flaw, ...]:
        script = fault.respond
        if script is None or _coded(script):
            return ()
        operations = sorted({call.call for call in case.calls() if fault.on in (None, call.call)})
        encoded = msgspec.json.encode(script)
        for name in case.about or self._contracts:
            for operation in operations:
                contract = self._contracts.get(name)
                if contract is None or operation not in contract.operations:
                    continue
                key = (name, operation, encoded)
                if key not in self._checked:
                    self._checked[key] = tuple(_problems(contract, operation, script))
                if self._checked[key]:
                    return self._checked[key]
        return ()


def _scripts(case: Case) -> Iterator[tuple[str, Fault]]:
    for index, fault in enumerate(case.faults):
        if fault.respond is not None:
            yield join_pointer("faults", index, "respond"), fault


def _coded(script: ScriptedAnswer | None) -> bool:
    """Return whether the body has a content coding, so that lint cannot read it."""
    return script is not None and any(name.lower() == _CODED for name in script.headers)


def _problems(contract: Contract, operation: str, script: ScriptedAnswer) -> Iterator[Flaw]:
    try:
        body, media_type = script.content()
    except ValueError:  # malformed base64: the rules of the case report it
        return
    given = [value for name, value in script.headers.items() if name.lower() == "content-type"]
    if given:
        media_type = given[0] if isinstance(given[0], str) else given[0][0]
    open_places = [pointer for _, pointer in names_used(script.json)] if script.json is not msgspec.UNSET else []
    headers = (("Content-Type", media_type),) if media_type is not None else ()
    reported = 0
    for problem in contract.check_response(operation, script.status, headers, body):
        unknown = problem.where == "body" and any(
            place == problem.pointer or place.startswith(problem.pointer + "/") for place in open_places
        )
        if unknown or reported >= _MOST:
            continue
        reported += 1
        pointer = "/json" + problem.pointer if problem.where == "body" and script.json is not msgspec.UNSET else ""
        hint = "correct it, or write `allow: [answers]` if the answer is invalid on purpose"
        yield Flaw(pointer, f"invalid answer of {operation} by {contract.name}: {problem.message}", hint)
