"""The parts of one sandbox that the core owns and hands to the plug-in, and the request as a handler reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from concordat.http1.answer import Answer
from concordat.sandbox.core.clock import VirtualClock
from concordat.values import Pairs

if TYPE_CHECKING:
    from concordat.sandbox.core.state import State
    from concordat.sandbox.core.world import World

__all__ = ["JSON_TYPE", "HandlerRequest", "SandboxContext", "json_answer", "json_text_answer"]

JSON_TYPE = ("Content-Type", "application/json; charset=utf-8")
_HEADERS: Pairs = (JSON_TYPE,)


def json_answer(value: Any) -> Answer:
    """Return a 200 with `value` as its JSON body."""
    return Answer(200, _HEADERS, msgspec.json.encode(value))


def json_text_answer(text: bytes) -> Answer:
    """Return a 200 whose body is `text`, which is JSON already."""
    return Answer(200, _HEADERS, text)


@dataclass(slots=True)
class SandboxContext:
    """The state, the clock and the accepted writes of one sandbox."""

    state: State
    clock: VirtualClock
    accepted: Counter[str] = field(default_factory=Counter)
    """Accepted writes by operation name."""

    @classmethod
    def of(cls, world: World, state: State) -> SandboxContext:
        """Return the context of a world. A state that was used before continues at its own time."""
        start = state.noted("now") or world.now
        return cls(state, VirtualClock(None if start is None else datetime.fromisoformat(start)))

    def new_id(self, kind: str) -> str:
        """Return a new UUID; every run gets the same one at the same point."""
        number = int(self.state.noted("ids") or 0) + 1
        self.state.note("ids", str(number))
        return str(uuid5(NAMESPACE_URL, f"concordat:{kind}:{number}"))


class HandlerRequest(msgspec.Struct, frozen=True, eq=False):
    """One valid, authorised request: the operation's name, the path arguments, the query and the body.

    `known` are the names of the arguments that the contract gives the operation.
    """

    operation: str
    known: tuple[str, ...]
    path: str
    arguments: Mapping[str, str]
    query: Pairs
    body: bytes

    def parameter(self, name: str) -> str | None:
        """Return a query parameter; the last one counts when it is repeated."""
        for key, value in reversed(self.query):
            if key == name:
                return value
        return None

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean query parameter."""
        value = self.parameter(name)
        return default if value is None else value.lower() == "true"

    def document(self) -> dict[str, Any]:
        """Return the JSON body, or an empty object for an empty body."""
        decoded: dict[str, Any] = msgspec.json.decode(self.body) if self.body else {}
        return decoded
