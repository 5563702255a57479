"""Preparing steps: calls of the harness, which bypass the tap and the planned faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.api_key import VARIABLE
from concordat.catalogue.matcher_syntax import match
from concordat.checks.model import TargetFailure, TargetFailureKind
from concordat.compare.values import clean
from concordat.contract.request import build_request
from concordat.errors import HarnessError
from concordat.http1.answer import SYNTHETIC, Answer
from concordat.http1.answer_text import answer_text, first_words, remedy
from concordat.http1.exchange import Request, header
from concordat.runner.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.catalogue.model import Call
    from concordat.contract import Contract
    from concordat.targets.target import CaseEnvironment

__all__ = ["Preparation", "PreparationFailed"]


class PreparationFailed(HarnessError):  # noqa: N818 - reads as a condition in `except` clauses
    """A preparing call got an answer that its case cannot use: on a live target, a failure of that target."""

    def __init__(self, message: str, kind: TargetFailureKind, request: Request, answer: Answer, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.request = request
        self.answer = answer

    def target_failure(self, endpoint: str, scrub: Callable[[str], str]) -> TargetFailure:
        """Return the failure of a live target at the scrubbed URL `endpoint`; `scrub` removes its credential."""
        answer = self.answer
        request = clean(scrub(f"{self.request.method} {endpoint}{self.request.target}"))
        words = first_words(answer.headers, answer.body, scrub)
        status: int | None = None
        match self.kind:
            case TargetFailureKind.STATUS:
                status = answer.status
                message = answer_text(status, answer.headers, answer.body, request=request, scrub=scrub, key=VARIABLE)
            case TargetFailureKind.NO_ANSWER:
                message = f"the target did not answer {request}: {words}; look at the network and at the target"
            case TargetFailureKind.NOT_JSON:
                look = remedy(answer.status, answer.headers, key=VARIABLE)
                message = f'the target answered {request} with something else than JSON: "{words}"; {look}'
            case _:
                message = clean(scrub(f"{self.message}: {request}"))
        return TargetFailure(kind=self.kind, status=status, message=message)


class Preparation:
    """Makes the preparing calls of one case; `operations` lists them in order, repeats included."""

    def __init__(self, contract: Contract, environment: CaseEnvironment) -> None:
        self.operations: list[str] = []
        self._contract = contract
        self._environment = environment

    async def make(self, call: Call) -> Any:
        """Make one call with its repeats, and return the JSON of the last answer.

        Raises PreparationFailed for an error status, for an answer that is not JSON, and without the awaited answer.
        """
        repetition = Repetition(call.repeat, self._environment)
        built = build_request(self._contract.operation(call.call), call.with_, auth=self._environment.auth)
        request = Request(built.method, built.target, built.headers, built.body)
        while True:
            self.operations.append(call.call)
            answer = await self._environment.harness(request)
            if answer.status >= 400:  # noqa: PLR2004 - the first error status
                message = f"the preparing call `{call.call}` got status {answer.status}: {answer.body[:300]!r}"
                unanswered = header(answer.headers, SYNTHETIC) is not None
                kind = TargetFailureKind.NO_ANSWER if unanswered else TargetFailureKind.STATUS
                hint = "correct the case's world or its preparing step"
                raise PreparationFailed(message, kind, request, answer, hint=hint)
            payload = _payload(call, request, answer)
            if call.repeat is None:
                return payload
            if not match(call.repeat.until, payload, mode="has"):
                repetition.arrived()
                return payload
            if not await repetition.again():
                break
        message = f"the preparing call `{call.call}` did not get the awaited answer"
        hint = "correct the case's `repeat`, or its world"
        raise PreparationFailed(message, TargetFailureKind.DATA, request, answer, hint=hint)


def _payload(call: Call, request: Request, answer: Answer) -> Any:
    body = answer.body
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the answer to the preparing call `{call.call}` is not JSON ({error}): {body[:300]!r}"
        hint = "check the target's answer"
        raise PreparationFailed(message, TargetFailureKind.NOT_JSON, request, answer, hint=hint) from error
