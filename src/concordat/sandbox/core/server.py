"""The server of one contract: one request in, one answer out.

request -> planned faults -> credential -> the world's refusals -> quota -> contract -> idempotency -> handler

The statuses of the refusals: 401 and 403 for the credential, the world's own, 429 for the quota, 404 and 405 for the
path and the method, 404 for a path argument, 415 for a content type and else 400 for a request that breaks the
contract, 409 and 422 for an Idempotency-Key. The plug-in words the error body of each.
"""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.core.context import JSON_TYPE, SandboxContext
from concordat.sandbox.core.fault_injection import FaultInjection
from concordat.sandbox.core.faults import FaultPlan
from concordat.sandbox.core.idempotency import Idempotency, Ruling
from concordat.sandbox.core.refusal import Refusal
from concordat.sandbox.core.world import refusal_rule
from concordat.sandbox.core.world_pages import MEMORY, open_world

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from concordat.catalogue.model import Fault
    from concordat.contract import Contract, Match
    from concordat.http1.exchange import Request
    from concordat.sandbox.core.plugin import AnyPlugin, AnyService
    from concordat.sandbox.core.world import Refuse, World
    from concordat.values import Json, JsonObject, Problem

__all__ = ["Sandbox", "implemented_operations"]

_STATUS_OF = {"path": 404, "content-type": 415}
_TOO_MANY = 429


def implemented_operations(plugin: AnyPlugin, contract: str) -> Collection[str]:
    """Return the operations of a contract that a plug-in implements; none of a contract that is not its own."""
    return plugin.operations if contract in plugin.contracts else ()


class Sandbox:
    """A server of one contract in one world; an `Upstream` of package `http1`.

    Planned faults answer operations that the plug-in does not implement; without a fault their answer is 501.

    `base_url` replaces `{base}` in planned redirects; it may be set later, once the port is known. `database` is the
    file of the state; a file that holds a state continues it. `bindings` are the world's names, `auth` is the valid
    Authorization value. Not thread-safe. Raises CatalogueError, without a location, for an invalid world or fault.
    """

    def __init__(
        self,
        plugin: AnyPlugin,
        contract: Contract,
        world: World,
        faults: Sequence[Fault] = (),
        *,
        base_url: str = "",
        database: str = MEMORY,
    ) -> None:
        self._plugin = plugin
        self._contract = contract
        self._implemented = implemented_operations(plugin, contract.name)
        self._faults = FaultInjection(contract, faults, base_url=base_url)
        self._state, self.bindings = open_world(plugin, world, database)
        self._context = SandboxContext.of(world, self._state)
        self._service: AnyService = plugin.open(world, self._context, resumed=database != MEMORY)
        self._refuse = refusal_rule(world.refuse, plugin.operations)
        self._idempotency = Idempotency(self._context.clock)
        self._refused = 0

    @property
    def auth(self) -> str:
        """The valid Authorization value."""
        return self._service.authentication.credential

    @property
    def base_url(self) -> str:
        """The URL that replaces `{base}` in planned redirects."""
        return self._faults.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._faults.base_url = url

    async def answer(self, request: Request) -> Answer:
        """Answer one request, planned faults included."""
        match = self._contract.match(request.method, request.raw_path)
        strike = self._faults.plan.strike(match.operation.name if match else None)
        if strike is None:
            return self._answer(request, match)
        own = self._answer(request, match) if strike.needs_answer else None
        implemented = match is not None and match.operation.name in self._implemented
        return self._faults.enact(strike, request, match, own, implemented=implemented)

    async def process(self, request: Request) -> Answer:
        """Answer one request without faults, and without counting it for them."""
        return self._answer(request, self._contract.match(request.method, request.raw_path))

    def advance(self, seconds: float) -> None:
        """Move the virtual clock and complete what falls due. Raises CatalogueError for negative `seconds`."""
        with self._state.together():
            self._context.clock.advance(seconds)
            self._state.note("now", self._context.clock.now().isoformat())

    def change(self, raw: JsonObject) -> None:
        """Change the world, in the vocabulary of `change:`. Raises CatalogueError for an invalid change."""
        change = self._plugin.parse_change(raw)
        with self._state.together():
            self._service.change(change)
        if change.refuse is not msgspec.UNSET:
            self._refuse = refusal_rule(change.refuse, self._plugin.operations)

    def records_after(self, raw: JsonObject) -> int:
        """Return how many records a change would leave, 0 for a change that adds none.

        Raises CatalogueError for an invalid change.
        """
        return self._service.records_after(self._plugin.parse_change(raw))

    def state(self) -> dict[str, Json]:
        """Return the state by collection."""
        return self._service.collections()

    def accepted_writes(self) -> dict[str, int]:
        """Return how many writes were accepted, by operation name; replayed answers do not count.

        A write that a scripted answer took counts when the script says that it was accepted.
        """
        return dict(self._context.accepted + self._faults.accepted)

    def unknown_writes(self) -> dict[str, int]:
        """Return how many writes scripted answers took without saying whether they were accepted, by operation."""
        return dict(self._faults.unknown)

    def plan(self, faults: Sequence[Fault]) -> None:
        """Replace the planned faults; they count from now. Raises CatalogueError for an invalid fault."""
        self._faults.plan = FaultPlan(faults)

    def unfired(self) -> tuple[str, ...]:
        """Return the ids of the faults that had to fire and have not."""
        return self._faults.plan.unfired()

    def close(self) -> None:
        """Close the database; a state in memory is lost."""
        self._state.close()

    def _answer(self, request: Request, match: Match | None) -> Answer:
        """Answer, refusals included, with the headers that every response carries."""
        if match is not None and match.operation.name not in self._implemented:
            return _unscripted(match.operation.name)
        try:
            self._service.authentication.check(request)
            if self._refuse is not None:
                _refuse_by(self._refuse, match)
            self._service.spend_quota()
            answer = self._once(request, match)
        except Refusal as refusal:
            answer = self._refuse_with(refusal)
        headers = (*answer.headers, *self._service.response_headers())
        return Answer(answer.status, headers, answer.body, answer.delivery, answer.faults, answer.scripted)

    def _once(self, request: Request, match: Match | None) -> Answer:
        """Answer under the request's Idempotency-Key, if it has one."""
        decision = self._idempotency.begin(request)
        if decision.ruling is Ruling.REPLAY:
            assert decision.answer is not None
            return decision.answer
        if decision.ruling is Ruling.IN_PROGRESS:
            raise Refusal(409, "A request with this Idempotency-Key is still in progress.")
        if decision.ruling is Ruling.DIFFERENT:
            raise Refusal(422)
        try:
            answer = self._handled(request, match)
        except Refusal as refusal:
            answer = self._refuse_with(refusal)
        if decision.ruling is Ruling.PROCESS:
            self._idempotency.finish(decision.key, answer)
        return answer

    def _handled(self, request: Request, match: Match | None) -> Answer:
        """Validate the request against the contract, and run its operation's handler."""
        if match is None:
            allowed = self._contract.methods(request.raw_path)
            raise Refusal(405, headers=(("Allow", ", ".join(allowed)),)) if allowed else Refusal(404)
        problems = request.problems(self._contract, match)
        if problems:
            operation = match.operation.name
            serious = [problem for problem in problems if not self._service.tolerates(operation, problem)]
            if serious:
                raise _invalid(serious)
        if request.method == "GET":
            return self._service.handle(match, request)
        with self._state.together():
            return self._service.handle(match, request)

    def _refuse_with(self, refusal: Refusal) -> Answer:
        self._refused += 1
        correlation = md5(f"concordat:{self._refused}".encode(), usedforsecurity=False).hexdigest()
        headers = (JSON_TYPE, *refusal.headers)
        return Answer(refusal.status, headers, self._service.error_body(refusal, correlation))


def _unscripted(operation: str) -> Answer:
    """Return the answer to an operation that only a script could have answered, and has not; of no contract."""
    text = f"Concordat's sandbox does not implement {operation}; the case scripts no further answer to it.\n"
    return Answer(501, (("Content-Type", "text/plain; charset=utf-8"),), text.encode(), scripted=True)


def _refuse_by(rule: Refuse, match: Match | None) -> None:
    """Raise the Refusal of a rule that concerns the request."""
    if rule.on is None or (match is not None and match.operation.name == rule.on):
        raise Refusal(rule.status, headers=(("Retry-After", "1"),) if rule.status == _TOO_MANY else ())


def _invalid(problems: Sequence[Problem]) -> Refusal:
    """Return the refusal of a request that breaks the contract; the first problem with a status decides the status."""
    status = next((_STATUS_OF[one.where] for one in problems if one.where in _STATUS_OF), 400)
    items = [(one.pointer.lstrip("/") or one.where, one.message, one.rule) for one in problems]
    return Refusal(status, problems=items)
