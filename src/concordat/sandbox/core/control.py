"""The control endpoint of a sandbox that runs on its own: JSON over HTTP, on a port beside the API's.

    GET  /state           the state by collection
    GET  /accepted-writes the accepted writes by operation name
    GET  /unknown-writes  by operation name, the writes that scripted answers took without saying whether they were
                          accepted (see `faults.Strike.accepted`)
    GET  /unfired         the ids of faults that must fire and have not
    GET  /bindings        the world's names
    POST /advance         {"by": "60s"}: move the virtual clock on, besides the real time that it follows
    POST /world           a world: start again with it, without faults; the former state is lost
    POST /change          a change of the world, as in a case's `change:` step
    POST /faults          a list of planned faults, as in a case; they replace the present ones

Every request carries the token of this endpoint, and bodies are JSON (see `control_guard`). Answers are JSON objects,
`{}` for an action. A refusal is {"error", "hint"}: 400 for an invalid request, 413 for a world of more than 100,000
records.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Fault
from concordat.duration import parse_duration
from concordat.errors import CatalogueError, ConcordatError, did_you_mean
from concordat.sandbox.core.control_guard import ControlGuard, MalformedBody, json_answer, json_of, refusal
from concordat.sandbox.core.model import read_model
from concordat.sandbox.core.server import Sandbox
from concordat.sandbox.core.world_pages import MEMORY

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox.core.plugin import AnyPlugin
    from concordat.sandbox.core.world import World

__all__ = ["MOST_CONTENT", "MOST_RECORDS", "Control", "Maker", "Standalone"]

MOST_RECORDS = 100_000
"""The most records of a world that the control endpoint accepts."""
MOST_CONTENT = 64 * 1024 * 1024
"""The most bytes of files that the sandbox generates for such a world."""


class Standalone:
    """A sandbox on its own: an `Upstream` whose virtual clock follows the real one.

    `rate` is the number of its seconds in a real one. `plugin` is the sandbox's. `replace` starts again with another
    world and empties a database in a file.
    """

    def __init__(self, make: Maker, *, rate: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._rate = rate
        self.plugin = make.plugin
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
        self.sandbox.advance((now - self._seen) * self._rate)
        self._seen = now

    def replace(self, world: World) -> None:
        """Start again with another world, at the same base URL.

        Raises CatalogueError for a world that cannot be made, and keeps the present one.
        """
        make = self._make.other(world)
        base_url = self.sandbox.base_url
        self.sandbox.close()
        self.sandbox = make()
        self.sandbox.base_url = base_url


class _Advance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str


class _TooLarge(Exception):  # noqa: N818 - reads as a condition in `except` clauses
    """A world above the limits."""


class Control:
    """The control endpoint, an `Upstream`. It obeys the requests that `guard` admits."""

    def __init__(self, served: Standalone, guard: ControlGuard) -> None:
        self._served = served
        self._guard = guard
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "/state"): lambda _: self._sandbox.state(),
            ("GET", "/accepted-writes"): lambda _: self._sandbox.accepted_writes(),
            ("GET", "/unknown-writes"): lambda _: self._sandbox.unknown_writes(),
            ("GET", "/unfired"): lambda _: {"unfired": list(self._sandbox.unfired())},
            ("GET", "/bindings"): lambda _: self._sandbox.bindings,
            ("POST", "/advance"): lambda body: self._sandbox.advance(
                parse_duration(read_model(body, _Advance, "advance").by)
            ),
            ("POST", "/world"): self._replace,
            ("POST", "/change"): self._change,
            ("POST", "/faults"): lambda body: self._sandbox.plan(read_model(body, list[Fault], "faults")),
        }

    @property
    def _sandbox(self) -> Sandbox:
        return self._served.sandbox

    async def answer(self, request: Request) -> Answer:
        """Execute a control request and return its answer."""
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
            result = act(body)
        except MalformedBody as error:
            return refusal(400, str(error), "send a JSON document")
        except _TooLarge as error:
            return refusal(413, str(error), "make it of fewer, or of smaller ones")
        except ConcordatError as error:
            return refusal(400, error.message, error.hint or "")
        return json_answer(200, {} if result is None else result)

    def _replace(self, body: Any) -> None:
        if not isinstance(body, dict):
            message = "a world is a JSON object"
            raise CatalogueError(message, hint="send `{}` for the default one")
        world = self._served.plugin.parse_world(body)
        size = self._served.plugin.size_of(world)
        _limit(size.records, MOST_RECORDS, "records")
        _limit(size.content, MOST_CONTENT, "bytes of generated files")
        self._served.replace(world)

    def _change(self, body: Any) -> None:
        _limit(self._sandbox.records_after(body), MOST_RECORDS, "records")
        self._sandbox.change(body)


def _limit(number: int, most: int, what: str) -> None:
    if number > most:
        message = f"the world would have {number} {what}; at most {most} can be made"
        raise _TooLarge(message)


class Maker:
    """Makes the sandboxes of a `Standalone`: the first with `world`, and others after `forget`.

    `database` is the file of their state. A world without `now` starts at the present time of `clock`.
    """

    def __init__(
        self,
        plugin: AnyPlugin,
        contract: Contract,
        world: World,
        forget: Callable[[], None],
        *,
        database: str = MEMORY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.plugin = plugin
        self._contract = contract
        self._world = world
        self._forget = forget
        self._database = database
        self._clock = clock

    def first(self) -> Sandbox:
        """Return the first sandbox. Raises CatalogueError for a world that cannot be made."""
        return self._sandbox(self._world, self._database)

    def other(self, world: World) -> Callable[[], Sandbox]:
        """Return a function that makes a sandbox of another world; call it once the former one is closed.

        Raises CatalogueError for a world that cannot be made, before the former state is removed.
        """
        made = self._sandbox(world, MEMORY)
        if self._database != MEMORY:
            made.close()

        def make() -> Sandbox:
            self._forget()
            return made if self._database == MEMORY else self._sandbox(world, self._database)

        return make

    def _sandbox(self, world: World, database: str) -> Sandbox:
        if world.now is None:
            world = msgspec.structs.replace(world, now=self._clock().isoformat())
        return Sandbox(self.plugin, self._contract, world, database=database)
