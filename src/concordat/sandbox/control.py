"""The control endpoint of a sandbox that runs on its own: JSON over HTTP, on a port beside the API's.

    GET  /state      what the sandbox holds, by collection
    GET  /commits    the accepted writes by operation name
    GET  /unfired    the ids of faults that must fire and have not
    GET  /bindings   the world's names
    POST /advance    {"by": "60s"}: move the virtual clock on, besides the real time that it follows
    POST /world      a world: begin anew with it, without faults; all of the former state is lost
    POST /change     a change of the world, as in a case's `change:` step
    POST /faults     a list of planned faults, as in a case; they replace the present ones

Answers are JSON objects, `{}` where there is nothing to tell; what cannot be done is 400 with {"error", "hint"}.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue.model import Fault
from concordat.errors import ConcordatError, did_you_mean
from concordat.sandbox.app import Sandbox
from concordat.sandbox.clock import parse_duration
from concordat.sandbox.vocabulary import read
from concordat.sandbox.world import parse_world
from concordat.wire.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.contract import Contract
    from concordat.sandbox.world import World
    from concordat.wire.exchange import Request

__all__ = ["Control", "Standalone", "maker"]

_JSON = (("Content-Type", "application/json"),)


class Standalone:
    """A sandbox on its own: an `Upstream` whose virtual clock follows the real one.

    `replace` starts anew with another world; a database in a file is emptied then.
    """

    def __init__(
        self, make: Callable[[World | None], Sandbox], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = make
        self._monotonic = monotonic
        self.sandbox = make(None)
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
        """Start anew with another world, at the same base URL."""
        base_url = self.sandbox.base_url
        self.sandbox.close()
        self.sandbox = self._make(world)
        self.sandbox.base_url = base_url


class _Advance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    by: str


class Control:
    """The control endpoint; an `Upstream` of its own."""

    def __init__(self, served: Standalone) -> None:
        self._served = served
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "/state"): lambda _: self._sandbox.state(),
            ("GET", "/commits"): lambda _: self._sandbox.commits(),
            ("GET", "/unfired"): lambda _: {"unfired": list(self._sandbox.unfired())},
            ("GET", "/bindings"): lambda _: self._sandbox.bindings,
            ("POST", "/advance"): lambda body: self._sandbox.advance(
                parse_duration(read(body, _Advance, "advance").by)
            ),
            ("POST", "/world"): lambda body: self._served.replace(parse_world(body)),
            ("POST", "/change"): lambda body: self._sandbox.change(body),  # noqa: PLW0108 - it may be another by then
            ("POST", "/faults"): lambda body: self._sandbox.plan(read(body, list[Fault], "faults")),
        }

    @property
    def _sandbox(self) -> Sandbox:
        return self._served.sandbox

    async def answer(self, request: Request) -> Answer:
        """Do what a control request asks for."""
        act = self._routes.get((request.method, request.raw_path))
        if act is None:
            known = [f"{method} {path}" for method, path in self._routes]
            wrong = f"{request.method} {request.raw_path}"
            return _answer(404, {"error": f"there is no `{wrong}`", "hint": did_you_mean(wrong, known)})
        try:
            body = request.json if request.body else {}
            self._served.tick()
            told = act(body)
        except msgspec.DecodeError as error:
            return _answer(400, {"error": f"the body is not JSON: {error}", "hint": "send a JSON object"})
        except ConcordatError as error:
            return _answer(400, {"error": error.message, "hint": error.hint or ""})
        return _answer(200, {} if told is None else told)


def _answer(status: int, value: Any) -> Answer:
    return Answer(status, _JSON, msgspec.json.encode(value))


def maker(
    contract: Contract,
    world: World,
    forget: Callable[[], None],
    database: str = ":memory:",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Callable[[World | None], Sandbox]:
    """Return what makes the sandbox of a `Standalone`: of `world` at first, and of another after `forget`.

    A world that does not say when it begins begins now.
    """

    def make(other: World | None) -> Sandbox:
        if other is not None:
            forget()
        chosen = world if other is None else other
        if chosen.now is None:
            chosen = msgspec.structs.replace(chosen, now=clock().isoformat())
        return Sandbox(contract, chosen, database=database)

    return make
