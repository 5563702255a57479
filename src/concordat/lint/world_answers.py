"""Whether what a world holds can be shown: its reads, asked for as lint goes, held to the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from concordat.contract.request import build_request
from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from concordat.contract import Contract, Operation
    from concordat.sandbox import Sandbox

__all__ = ["invalid_answer"]

_T = TypeVar("_T")
_OK = 200


def invalid_answer(sandbox: Sandbox, contract: Contract) -> str | None:
    """Return what is wrong with the first successful read that the contract does not allow, None when there is none.

    Read is whatever needs no more than the names that every world binds.
    """
    for operation in contract.operations.values():
        arguments = _arguments(operation, sandbox.bindings)
        if arguments is None:
            continue
        built = build_request(operation, arguments, auth=sandbox.auth)
        answer = _now(sandbox.process(Request(built.method, built.target, built.headers, built.body)))
        if answer.status == _OK:
            for problem in contract.check_response(operation, answer.status, answer.headers, answer.body):
                return f"{operation.name} at {problem.pointer or 'its top'}: {problem.message}"
    return None


def _arguments(operation: Operation, bindings: dict[str, Any]) -> dict[str, Any] | None:
    """Return the required arguments of a read, None for a write or where a world has no name for one of them."""
    required = [parameter.name for parameter in operation.parameters if parameter.required]
    names = {name: name.removesuffix("Id") for name in required}
    if operation.method.upper() != "GET" or not all(names[name] in bindings for name in required):
        return None
    return {name: bindings[names[name]] for name in required}


def _now(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Return what a coroutine that waits for nothing returns: a sandbox answers at once."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        found: _T = end.value
        return found
    coroutine.close()
    message = "the sandbox waited"
    raise AssertionError(message)
