"""The control endpoint of a sandbox that runs on its own: JSON over HTTP, on a port beside the API's.

    GET  /state           what the sandbox holds, by collection
    GET  /commits         the accepted writes by operation name
    GET  /unknown-writes  by operation name, the writes that scripted answers took without saying whether they were
                          accepted (see `faults.Strike.accepted`)
    GET  /unfired         the ids of faults that must fire and have not
    GET  /bindings        the world's names
    POST /advance         {"by": "60s"}: move the virtual clock on, besides the real time that it follows
    POST /world           a world: begin anew with it, without faults; all of the former state is lost
    POST /change          a change of the world, as in a case's `change:` step
    POST /faults          a list of planned faults, as in a case; they replace the present ones

Every request holds the token of this endpoint, and bodies are JSON (see `control_guard`). Answers are JSON objects,
`{}` where there is nothing to tell. A refusal is {"error", "hint"}: 400 for what cannot be done, 413 for a world of
more than 100,000 records.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Fault
from concordat.errors import CatalogueError, ConcordatError, did_you_mean
from concordat.sandbox.app import Sandbox
from concordat.sandbox.clock import parse_duration
from concordat.sandbox.control_guard import ControlGuard, MalformedBody, json_answer, json_of, refusal
from concordat.sandbox.vocabulary import read
from concordat.sandbox.world import parse_change, parse_world
from concordat.sandbox.world_size import content_of_world, records_of_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox.world import World

__all__ = ["MOST_CONTENT", "MOST_RECORDS", "Control", "Maker", "Standalone"]

MOST_RECORDS = 100_000
"""The most records of a world that the control endpoint makes."""
MOST_CONTENT = 64 * 1024 * 1024
"""The most bytes of its attachments."""
_MEMORY = ":memory:"


class Standalone:
    """A sandbox on its own: an `Upstream` whose virtual clock follows the real one.

    `replace` starts anew with another world; a database in a file is emptied then.
    """

    def __init__(self, make: Maker, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._monotonic = monotonic
        self.sandbox = make.first()
        self._seen = monotonic()

    async def answer(self, request: Request) -> Answer:
        """Answer a request at the present time."""
        self.tick()
        return await self.sandbox.answer(request)

    def tick(self) -> None:
        """Let the virtual clock catch up with the real one."""
        now = self._monotonic()
        self.sandbox.advance(now - self._seen)
        self._seen = now

    def replace(self, world: World) -> None:
        """Start anew with another world, at the same base URL.

        Raises CatalogueError for a world that cannot be made; the present one then goes on.
        """
        make = self._make.other(world)
        base_url = self.sandbox.base_url
        self.sandbox.close()
        self.sandbox = make()
        self.sandbox.base_url = base_url


class _Advance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str


class _TooLarge(Exception):  # noqa: N818 - reads as a condition in `except` clauses
    """A world of more than can be made."""


class Control:
    """The control endpoint; an `Upstream` of its own. It obeys what `guard` lets in."""

    def __init__(self, served: Standalone, guard: ControlGuard) -> None:
        self._served = served
        self._guard = guard
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "/state"): lambda _: self._sandbox.state(),
            ("GET", "/commits"): lambda _: self._sandbox.commits(),
            ("GET", "/unknown-writes"): lambda _: self._sandbox.unknown_writes(),
            ("GET", "/unfired"): lambda _: {"unfired": list(self._sandbox.unfired())},
            ("GET", "/bindings"): lambda _: self._sandbox.bindings,
            ("POST", "/advance"): lambda body: self._sandbox.advance(
                parse_duration(read(body, _Advance, "advance").by)
            ),
            ("POST", "/world"): self._replace,
            ("POST", "/change"): self._change,
            ("POST", "/faults"): lambda body: self._sandbox.plan(read(body, list[Fault], "faults")),
        }

    @property
    def _sandbox(self) -> Sandbox:
        return self._served.sandbox

    async def answer(self, request: Request) -> Answer:
        """Do what a control request asks for."""
        refused = self._guard.refusal(request)
        if refused is not None:
            return refused
        act = self._routes.get((request.method, request.raw_path))
        if act is None:
            known = [f"{method} {path}" for method, path in self._routes]
            wrong = f"{request.method} {request.raw_path}"
            return refusal(404, f"there is no `{wrong}`", did_you_mean(wrong, known) or "")
        try:
            body = json_of(request.body) if request.method != "GET" else None
            self._served.tick()
            told = act(body)
        except MalformedBody as error:
            return refusal(400, str(error), "send a JSON document")
        except _TooLarge as error:
            return refusal(413, str(error), "make it of fewer, or of smaller ones")
        except ConcordatError as error:
            return refusal(400, error.message, error.hint or "")
        return json_answer(200, {} if told is None else told)

    def _replace(self, body: Any) -> None:
        if not isinstance(body, dict):
            message = "a world is a JSON object"
            raise CatalogueError(message, hint="send `{}` for the default one")
        world = parse_world(body)
        _limit(records_of_world(world), MOST_RECORDS, "records")
        _limit(content_of_world(world), MOST_CONTENT, "bytes of attachments")
        self._served.replace(world)

    def _change(self, body: Any) -> None:
        change = parse_change(body)
        if change.customers is not None:
            present = self._sandbox.customers() if change.customers.add else 0
            _limit(present + len(change.customers.add), MOST_RECORDS, "customers")
        self._sandbox.change(body)


def _limit(number: int, most: int, what: str) -> None:
    if number > most:
        message = f"the world would have {number} {what}; at most {most} can be made"
        raise _TooLarge(message)


class Maker:
    """Makes the sandboxes of a `Standalone`: of `world` at first, and of others after `forget`.

    `database` is where they keep their state. A world that does not say when it begins begins now.
    """

    def __init__(
        self,
        contract: Contract,
        world: World,
        forget: Callable[[], None],
        database: str = _MEMORY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._contract = contract
        self._world = world
        self._forget = forget
        self._database = database
        self._clock = clock

    def first(self) -> Sandbox:
        """Return the first sandbox. Raises CatalogueError for a world that cannot be made."""
        return self._sandbox(self._world, self._database)

    def other(self, world: World) -> Callable[[], Sandbox]:
        """Return what makes a sandbox of another world, once the former one is closed.

        Raises CatalogueError for a world that cannot be made, before anything is forgotten.
        """
        made = self._sandbox(world, _MEMORY)
        if self._database != _MEMORY:
            made.close()

        def make() -> Sandbox:
            self._forget()
            return made if self._database == _MEMORY else self._sandbox(world, self._database)

        return make

    def _sandbox(self, world: World, database: str) -> Sandbox:
        if world.now is None:
            world = msgspec.structs.replace(world, now=self._clock().isoformat())
        return Sandbox(self._contract, world, database=database)
