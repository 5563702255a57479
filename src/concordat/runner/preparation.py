"""Preparing steps: calls of the harness, which bypass the tap and the planned faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.matcher_syntax import match
from concordat.contract.request import build_request
from concordat.duration import parse_duration
from concordat.errors import HarnessError
from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from concordat.catalogue.model import Call
    from concordat.contract import Contract
    from concordat.targets.target import CaseEnvironment

__all__ = ["Preparation"]


class Preparation:
    """Makes the preparing calls of one case; `operations` lists them in order, repeats included."""

    def __init__(self, contract: Contract, environment: CaseEnvironment) -> None:
        self.operations: list[str] = []
        self._contract = contract
        self._environment = environment

    async def make(self, call: Call) -> Any:
        """Make one call with its repeats, and return the JSON of the last answer.

        Raises HarnessError for an error status, for an answer that is not JSON, and without the awaited answer.
        """
        tries = call.repeat.times if call.repeat else 1
        built = build_request(self._contract.operation(call.call), call.with_, auth=self._environment.auth)
        request = Request(built.method, built.target, built.headers, built.body)
        for _ in range(tries):
            self.operations.append(call.call)
            answer = await self._environment.harness(request)
            if answer.status >= 400:  # noqa: PLR2004 - the first error status
                message = f"the preparing call `{call.call}` got status {answer.status}: {answer.body[:300]!r}"
                raise HarnessError(message, hint="correct the case's world or its preparing step")
            payload = _payload(call, answer.body)
            if call.repeat is None or not match(call.repeat.until, payload, mode="has"):
                return payload
            if call.repeat.advance:
                self._environment.advance(parse_duration(call.repeat.advance))
        message = f"the preparing call `{call.call}` did not get the awaited answer in {tries} tries"
        raise HarnessError(message, hint="correct the case's `repeat`, or its world")


def _payload(call: Call, body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the answer to the preparing call `{call.call}` is not JSON: {body[:300]!r}"
        raise HarnessError(message, cause=str(error), hint="check the target's answer") from error
