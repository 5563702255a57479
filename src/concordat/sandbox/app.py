"""The sandbox: one request in, one answer out, by the contract's operations.

A request passes, in this order: the key (401, 403), the world's refusal, the quota (429), the path and method
(404, 405), the contract (404 for a path argument, 415 for a content type, else 400), its Idempotency-Key (409, 422, or
the answer given before), and the operation's handler. Whatever refuses it, the body is an ErrorMessage.
"""

from __future__ import annotations

from collections import Counter
from hashlib import md5
from typing import TYPE_CHECKING

from concordat.contract.operation import SAFE
from concordat.http1.answer import Answer
from concordat.http1.validation import problems_of
from concordat.sandbox.changes import apply_change
from concordat.sandbox.errors import Refusal, error_body
from concordat.sandbox.evolving import evolved
from concordat.sandbox.faults import FaultPlan
from concordat.sandbox.gate import Gate
from concordat.sandbox.handlers import APIS, HANDLERS
from concordat.sandbox.idempotency import Idempotency, Ruling
from concordat.sandbox.pulls import resume_pulls
from concordat.sandbox.pushes import resume_pushes
from concordat.sandbox.scene import HandlerRequest, SandboxContext
from concordat.sandbox.seeding import open_world
from concordat.sandbox.views import state_of
from concordat.sandbox.world import parse_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Evolution, Fault
    from concordat.contract import Contract, Match
    from concordat.http1.exchange import Request
    from concordat.sandbox.faults import Strike
    from concordat.sandbox.world import World
    from concordat.values import Json, JsonObject, Problem

__all__ = ["Sandbox", "implements"]

_JSON = ("Content-Type", "application/json; charset=utf-8")
_STATUS_OF = {"path": 404, "content-type": 415}


def implements(api: str, operation: str) -> bool:
    """Whether the sandbox can answer an operation of a contract itself; others need a scripted answer."""
    return api in APIS and operation in HANDLERS


class Sandbox:
    """A server of one contract in one world; an `Upstream` of the wire package.

    An operation that it cannot play (`implements`) is answered by the planned faults, and with 501 where none strikes.

    `base_url` is what `{base}` in a planned redirect stands for; it may be set later, once the port is known.
    `database` is a file to keep the state in; one that holds a state already goes on with that. `bindings` are the
    world's names (see `seeding.bindings_of`), `auth` is the valid Authorization value. Not safe for several threads.
    Raises CatalogueError, without a location, for a world or a fault that cannot be.
    """

    def __init__(
        self,
        contract: Contract,
        world: World,
        faults: Sequence[Fault] = (),
        *,
        base_url: str = "",
        database: str = ":memory:",
    ) -> None:
        self.base_url = base_url
        self._contract = contract
        self._faults = FaultPlan(faults)
        self._world = world
        self._state, self.bindings = open_world(world, database)
        self._scene = SandboxContext.of(world, self._state)
        self._gate = Gate(world, self._state)
        self._idempotency = Idempotency(self._scene.clock)
        self._refused = 0
        self._unknown: Counter[str] = Counter()
        if database != ":memory:":
            resume_pulls(self._scene)
            resume_pushes(self._scene)

    @property
    def auth(self) -> str:
        """The Authorization value that is let in: `Basic ` and the key in base64."""
        return self._gate.credential

    async def answer(self, request: Request) -> Answer:
        """Answer one request, planned faults included."""
        match = self._contract.match(request.method, request.raw_path)
        strike = self._faults.strike(request, match.operation.name if match else None)
        if strike is None:
            return self._answer(request, match)
        if match is not None and request.method not in SAFE:
            self._count(match.operation.name, strike)
        own = self._answer(request, match) if strike.needs_answer else None
        operation = match.operation if match else None

        def evolve(change: Evolution, answer: Answer) -> Answer | None:
            return None if operation is None else evolved(change, answer, request, self._contract, operation)

        return self._faults.enact(strike, own, self.base_url, evolve)

    async def process(self, request: Request) -> Answer:
        """Answer one request without faults, and without counting it for them."""
        return self._answer(request, self._contract.match(request.method, request.raw_path))

    def advance(self, seconds: float) -> None:
        """Move the virtual clock on, completing what falls due. Raises CatalogueError when `seconds` is negative."""
        with self._state.together():
            self._scene.clock.advance(seconds)
            self._state.note("now", self._scene.clock.now().isoformat())

    def change(self, raw: JsonObject) -> None:
        """Change the world, in the vocabulary of `change:` (see `world`). Raises CatalogueError for anything else."""
        change = parse_change(raw)
        with self._state.together():
            apply_change(self._scene, change)
        self._gate.change(change)

    def state(self) -> dict[str, Json]:
        """Return what the sandbox holds, by collection (see `views.state_of`)."""
        return state_of(self._state)

    def commits(self) -> dict[str, int]:
        """Return how many writes were accepted, by operation name; replayed answers do not count.

        A write that a scripted answer took counts when the script says that it was accepted.
        """
        return dict(self._scene.commits)

    def unknown_writes(self) -> dict[str, int]:
        """Return how many writes scripted answers took without saying whether they were accepted, by operation."""
        return dict(self._unknown)

    def customers(self) -> int:
        """Return how many customers there are, of all connections."""
        row = self._state.one("SELECT count(*) FROM customers")
        return int(row[0]) if row else 0

    def plan(self, faults: Sequence[Fault]) -> None:
        """Replace the planned faults; they count from now. Raises CatalogueError for a fault that cannot be."""
        self._faults = FaultPlan(faults)

    def unfired(self) -> tuple[str, ...]:
        """Return the ids of the faults that had to fire and have not."""
        return self._faults.unfired()

    def close(self) -> None:
        """Close the database; a sandbox in memory is gone."""
        self._state.close()

    def _count(self, operation: str, strike: Strike) -> None:
        """Count a write that a fault strikes, as far as the fault speaks for its server."""
        accepted = strike.accepted(played=implements(self._contract.name, operation))
        if accepted is None:
            self._unknown[operation] += 1
        elif accepted:
            self._scene.commits[operation] += 1

    def _answer(self, request: Request, match: Match | None) -> Answer:
        """Answer, refusals as ErrorMessages, with the headers that every response carries."""
        if match is not None and not implements(self._contract.name, match.operation.name):
            return _unscripted(match.operation.name)
        try:
            self._gate.admit(request, match)
            answer = self._once(request, match)
        except Refusal as refusal:
            answer = self._refuse(refusal)
        headers = (*answer.headers, *self._gate.headers(self._scene))
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
            answer = self._refuse(refusal)
        if decision.ruling is Ruling.PROCESS:
            self._idempotency.finish(decision.key, answer)
        return answer

    def _handled(self, request: Request, match: Match | None) -> Answer:
        """Hold the request to the contract, and let its operation's handler answer."""
        if match is None:
            allowed = self._contract.methods(request.raw_path)
            raise Refusal(405, headers=(("Allow", ", ".join(allowed)),)) if allowed else Refusal(404)
        operation, arguments = match.operation, match.arguments
        problems = problems_of(self._contract, match, request)
        if problems:
            serious = [problem for problem in problems if not _tolerated(operation.name, problem)]
            if serious:
                raise _invalid(serious)
        ask = HandlerRequest(
            self._scene,
            operation.name,
            operation.argument_names,
            request.raw_path,
            arguments,
            request.query,
            request.body,
        )
        handler = HANDLERS[operation.name]
        if request.method == "GET":
            return handler(ask)
        with self._state.together():
            return handler(ask)

    def _refuse(self, refusal: Refusal) -> Answer:
        self._refused += 1
        correlation = md5(f"concordat:{self._refused}".encode(), usedforsecurity=False).hexdigest()
        return Answer(refusal.status, (_JSON, *refusal.headers), error_body(refusal, correlation))


def _unscripted(operation: str) -> Answer:
    """Return the answer to an operation that only a script could have answered, and has not; nobody's contract."""
    text = f"Concordat's sandbox does not play {operation}; the case scripts no further answer to it.\n"
    return Answer(501, (("Content-Type", "text/plain; charset=utf-8"),), text.encode(), scripted=True)


def _tolerated(operation: str, problem: Problem) -> bool:
    """Whether a problem is repaired instead of refused: forbidden characters of a company's name are stripped."""
    return operation.startswith("companies.") and (problem.where, problem.pointer, problem.rule) == (
        "body",
        "/name",
        "pattern",
    )


def _invalid(problems: Sequence[Problem]) -> Refusal:
    """Return the refusal of a request that breaks the contract, by the first part that does."""
    status = next((_STATUS_OF[one.where] for one in problems if one.where in _STATUS_OF), 400)
    items = [(one.pointer.lstrip("/") or one.where, one.message, one.rule) for one in problems]
    return Refusal(status, problems=items)
