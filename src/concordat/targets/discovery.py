"""Discovery of a live endpoint: the requests that find the records to which cases may refer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from concordat.api_key import VARIABLE
from concordat.compare.values import clean
from concordat.contract.request import build_request
from concordat.errors import TargetUnreachable
from concordat.http1.answer import SYNTHETIC
from concordat.http1.answer_text import answered, first_words, remedy
from concordat.http1.coding import decoded
from concordat.http1.exchange import Request, header
from concordat.sandbox import ChosenMissing, plugin_of
from concordat.tap import PLACEHOLDER
from concordat.targets.live_environment import CHOSEN, chosen_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.sandbox import Stock
    from concordat.tap import LiveUpstream
    from concordat.values import Json

__all__ = ["discover"]

_T = TypeVar("_T")
_SUCCESS = range(200, 300)
_ABOUT_THE_REQUEST = frozenset(range(400, 500)) - {401, 408, 425, 429}
"""Statuses that refuse one request, and say nothing about others."""
_SERVER = range(500, 600)
_MOST_URL = 400
_MOST_CAUSE = 200
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


async def discover(contract: Contract, upstream: LiveUpstream, scrub: Callable[[str], str]) -> Stock:
    """Return the records of an endpoint; `scrub` removes the credential from the text of errors.

    Raises TargetUnreachable for an endpoint that does not answer like the API, or without a record that the
    environment names.
    """
    chosen = chosen_records()
    ask = _Ask(contract, upstream, scrub, {value: CHOSEN[name] for name, value in chosen.items()})
    try:
        found = await plugin_of(contract.name).discover(ask, chosen)
    except ChosenMissing as missing:
        variable = CHOSEN[missing.kind]
        message = f"the target shows no {missing.kind} with the id that {variable} names"
        raise TargetUnreachable(message, hint=f"correct {variable}, or unset it") from missing
    ask.check()
    return found


class _Ask:
    """Sends reads of one contract; implements `sandbox.core.stock.Ask`.

    `variables` are the environment variables that name a record, by its id.
    """

    def __init__(
        self, contract: Contract, upstream: LiveUpstream, scrub: Callable[[str], str], variables: Mapping[str, str]
    ) -> None:
        self._contract = contract
        self._upstream = upstream
        self._scrub = scrub
        self._variables = variables
        self._silent: set[str] = set()
        """Operations that the target did not answer once: asked again, each could take as long."""
        self._broken: dict[str, TargetUnreachable] = {}
        """The first server error of an operation."""
        self._sound: set[str] = set()

    async def may(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T | None:
        """Return the answer in its form; None for any other answer, and for an operation that the contract lacks."""
        if operation not in self._contract.operations or operation in self._silent:
            return None
        try:
            return await self.must(operation, arguments, form)
        except TargetUnreachable:
            return None

    async def if_allowed(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T | None:
        """Return the answer in its form, None for a refusal of this request, and for a server error.

        Raises TargetUnreachable for an answer of another form, for a refusal of every request, and without an answer.
        """
        request, answer = await self._answer(operation, arguments)
        if answer.status in _SUCCESS:
            self._sound.add(operation)
            return self._read(operation, request, answer, form)
        if answer.status in _SERVER:
            self._broken.setdefault(operation, self._refusal(request, answer, arguments))
        elif answer.status not in _ABOUT_THE_REQUEST:
            raise self._refusal(request, answer, arguments)
        return None

    async def must(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T:
        """Return the answer in its form. Raises TargetUnreachable for any other answer."""
        request, answer = await self._answer(operation, arguments)
        if answer.status not in _SUCCESS:
            raise self._refusal(request, answer, arguments)
        return self._read(operation, request, answer, form)

    def check(self) -> None:
        """Raise TargetUnreachable for an operation that the target answered with server errors alone."""
        for operation, error in self._broken.items():
            if operation not in self._sound:
                raise error

    async def _answer(self, operation: str, arguments: Mapping[str, Json]) -> tuple[str, Answer]:
        """Return method and scrubbed URL of a request, and its answer. Raises TargetUnreachable without an answer."""
        built = build_request(self._contract.operation(operation), dict(arguments), auth=PLACEHOLDER)
        answer = await self._upstream.answer(Request(built.method, built.target, built.headers, built.body))
        request = clean(self._scrub(f"{built.method} {self._upstream.target}{built.target}"))
        request = request if len(request) <= _MOST_URL else f"{request[:_MOST_URL]} ..."
        if header(answer.headers, SYNTHETIC) is not None:
            self._silent.add(operation)
            message = f"the target did not answer {request}"
            hint = "look at the network and at the target"
            raise TargetUnreachable(message, cause=first_words(answer.headers, answer.body, self._scrub), hint=hint)
        return request, answer

    def _refusal(self, request: str, answer: Answer, arguments: Mapping[str, Json]) -> TargetUnreachable:
        message = answered(answer.status, answer.headers, answer.body, request=request, scrub=self._scrub)
        named = [self._variables[one] for one in arguments.values() if isinstance(one, str) and one in self._variables]
        if named and answer.status in _ABOUT_THE_REQUEST:
            hint = f"{named[0]} is set: does the key of {VARIABLE} know a record with this id?"
        else:
            hint = remedy(answer.status, answer.headers, key=VARIABLE)
        return TargetUnreachable(message, hint=hint)

    def _read(self, operation: str, request: str, answer: Answer, form: type[_T]) -> _T:
        body = decoded(answer.headers, answer.body)
        try:
            return msgspec.json.decode((body or b"").removeprefix(_BYTE_ORDER_MARK), type=form)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            said = answered(answer.status, answer.headers, answer.body, request=request, scrub=self._scrub)
            message = f"{said}; that is no answer of the API to {operation}"
            cause = clean(self._scrub(str(error)))[:_MOST_CAUSE]
            hint = remedy(answer.status, answer.headers, key=VARIABLE)
            raise TargetUnreachable(message, cause=cause, hint=hint) from error
