"""Rules for calls under the contracts: known operations and arguments, and valid input unless `allow` permits it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.references import is_reference, names_used
from concordat.catalogue.rules import placed_calls
from concordat.compare.canonical import WrittenNumber
from concordat.compare.tagged import UNDEFINED, read_tags
from concordat.errors import Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from concordat.catalogue.model import Call, Case
    from concordat.contract import Contract, Operation

__all__ = ["CallLint"]

_MOST = 3
_DROPPED = ("", ".", "..")


class CallLint:
    """Checks calls against the contracts. It keeps the flaws of each distinct call, because many cases repeat one."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        self._checked: dict[tuple[str, str, bytes], tuple[Flaw, ...]] = {}

    def flaws(self, case: Case) -> Iterator[Flaw]:
        """Yield the flaws of a case's calls, faults and `write-safety`; pointers begin at the case."""
        for name in case.apis:
            if name not in self._contracts:
                yield Flaw("/apis", f"there is no contract `{name}`", did_you_mean(name, self._contracts))
        about = [self._contracts[name] for name in case.about or self._contracts if name in self._contracts]
        names = {call.call for call in case.calls()}
        fitting = [contract for contract in about if names <= contract.operations.keys()]
        for index, fault in enumerate(case.faults):
            if fault.on is not None and not is_reference(fault.on):
                yield from self._operation(fault.on, join_pointer("faults", index, "on"), about)
        if case.write_safety is not None:
            yield from self._operation(case.write_safety.of, "/write-safety/of", about)
        unknown = [
            flaw for here, call in placed_calls(case) for flaw in self._operation(call.call, here + "/call", about)
        ]
        yield from unknown
        if not fitting:
            if not unknown:
                listed = ", ".join(contract.name for contract in about) or "them"
                yield Flaw("/steps", f"no contract has all operations of the case ({listed})", "correct `apis`")
            return
        for here, call in placed_calls(case):
            yield from self._call(call, here, fitting, "contract" in case.allow)

    def invalid(self, case: Case) -> bool:
        """Return whether a contract may reject a request of the case."""
        if any(fault.redirect is not None for fault in case.faults):
            return True
        contracts = [self._contracts[name] for name in case.about or self._contracts if name in self._contracts]
        return any(
            self._invalid(call, contract)
            for call in case.calls()
            for contract in contracts
            if call.via == "client" and call.call in contract.operations
        )

    def _invalid(self, call: Call, contract: Contract) -> bool:
        operation = contract.operations[call.call]
        places = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
        # a path drops these segments, so that the request reaches another path
        if any(_text(call.with_.get(name)) in _DROPPED for name in places):
            return True
        key = (contract.name, call.call, msgspec.json.encode(call.with_))
        if key not in self._checked:
            self._checked[key] = tuple(_invalid(contract, operation, call.with_))
        return bool(self._checked[key]) or not call.with_.keys() <= set(operation.argument_names)

    def _operation(self, name: str, pointer: str, about: list[Contract]) -> Iterator[Flaw]:
        """Yield a flaw for an operation that no contract of the case has, even if another contract has it."""
        if any(name in contract.operations for contract in about):
            return
        elsewhere = [contract.name for contract in self._contracts.values() if name in contract.operations]
        if elsewhere and about:
            message = f"no contract of the case ({', '.join(one.name for one in about)}) has an operation `{name}`"
            yield Flaw(pointer, message, f"write `apis: [{elsewhere[0]}]` if the case is about that contract")
            return
        known = sorted({one for contract in about for one in contract.operations})
        yield Flaw(pointer, f"no contract has an operation `{name}`", did_you_mean(name, known))

    def _call(self, call: Call, here: str, contracts: list[Contract], allowed: bool) -> Iterator[Flaw]:  # noqa: FBT001
        """Yield the flaws of a call under each contract of the case."""
        for contract in contracts:
            operation = contract.operations[call.call]
            known = operation.argument_names
            unknown = [name for name in call.with_ if name not in known]
            for name in unknown:
                message = f"`{call.call}` of {contract.name} has no argument `{name}`"
                yield Flaw(here + join_pointer("with", name), message, did_you_mean(name, known))
            if allowed or unknown:
                continue
            key = (contract.name, call.call, msgspec.json.encode(call.with_))
            if key not in self._checked:
                self._checked[key] = tuple(_invalid(contract, operation, call.with_))
            for flaw in self._checked[key]:
                yield Flaw(here + "/with" + flaw.pointer, flaw.message, flaw.hint)


def _invalid(contract: Contract, operation: Operation, given: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield the flaws of arguments. A value with a reference passes: only the run knows it."""
    open_places = [pointer for _, pointer in names_used(given)]
    path: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    # an argument with a reference stays as it is; `$undefined` means that the call omits the argument
    arguments = {name: read for name, value in given.items() if (read := _read(value)) is not UNDEFINED}
    for parameter in operation.parameters:
        if parameter.name not in arguments:
            continue
        value = arguments[parameter.name]
        for item in value if isinstance(value, list) else [value]:
            if parameter.location == "path":
                path[parameter.name] = _text(item)
            elif parameter.location == "query" and item is not None:
                query.append((parameter.name, _text(item)))
    body = msgspec.json.encode(_json(arguments["body"])) if "body" in arguments else b""
    headers = (("Content-Type", operation.body.content_type),) if operation.body is not None else ()
    problems = contract.check_request(operation, arguments=path, query=tuple(query), headers=headers, body=body)
    reported = 0
    for problem in problems:
        pointer = join_pointer("body") + problem.pointer if problem.where == "body" else join_pointer(problem.pointer)
        unknown = any(
            place == pointer or place.startswith(pointer + "/") or pointer.startswith(place + "/")
            for place in open_places
        )
        if unknown or problem.where == "header" or reported >= _MOST:
            continue
        reported += 1
        hint = "correct it, or write `allow: [contract]` if the request is invalid on purpose"
        yield Flaw(pointer, f"invalid by {contract.name}: {problem.message}", hint)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and len(value) == 1:
        return str(next(iter(value.values())))
    return "" if value is None else str(value)


def _read(value: Any) -> Any:
    """Return an argument with its tags read, or as it is where a tag holds a reference."""
    try:
        return read_tags(value)
    except ValueError:
        return value


def _json(value: Any) -> Any:
    """Return a value, its tags read, in its JSON form."""
    if isinstance(value, dict):
        return {_utf8(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, WrittenNumber):
        return msgspec.Raw(value.encode())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return _utf8(value) if isinstance(value, str) else value


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
