"""What stands before every operation: the key, the account's state and the quota."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import msgspec

from concordat.errors import CatalogueError, did_you_mean
from concordat.http1.exchange import header
from concordat.sandbox.errors import Refusal
from concordat.sandbox.handlers import HANDLERS
from concordat.sandbox.headers import Quota
from concordat.sandbox.world_parts import Refuse

if TYPE_CHECKING:
    from concordat.contract import Match
    from concordat.http1.exchange import Request
    from concordat.sandbox.scene import SandboxContext
    from concordat.sandbox.state import State
    from concordat.sandbox.world import World, WorldChange
    from concordat.values import Pairs

__all__ = ["Gate"]

_ACTIVE = "SELECT count(DISTINCT company) FROM connections WHERE status = 'Linked'"
_TOO_MANY = 429


class Gate:
    """Lets requests in, or refuses them. `key` is the raw API key that is let in."""

    def __init__(self, world: World, state: State) -> None:
        self.key = world.auth.key
        self._outdated = frozenset(world.auth.outdated)
        self._let_in = self.credential
        self._refuse = _refusal_of(world.refuse)
        self._state = state
        self._quota = Quota(world.rate_limit, self._active())

    @property
    def credential(self) -> str:
        """The Authorization value that is let in."""
        return "Basic " + b64encode(self.key.encode()).decode()

    def admit(self, request: Request, match: Match | None) -> None:
        """Let the request in and count it, or raise its Refusal.

        The header is `Basic` and the key in base64 (not user and password); the scheme's case is no matter (RFC 9110,
        11.1).
        """
        given = header(request.headers, "Authorization") or ""
        if given != self._let_in or self._outdated:
            key = _key_in(given)
            if key in self._outdated and key is not None:
                raise Refusal(403)
            if key != self.key:
                raise Refusal(401)
        told = self._refuse
        if told is not None and (told.on is None or (match is not None and match.operation.name == told.on)):
            headers = (("Retry-After", "1"),) if told.status == _TOO_MANY else ()
            raise Refusal(told.status, headers=headers)
        refused = self._quota.spend()
        if refused is not None:
            raise Refusal(_TOO_MANY, headers=refused)

    def headers(self, context: SandboxContext) -> Pairs:
        """Return the headers that every response carries."""
        if context.connections_changed:
            context.connections_changed = False
            self._quota.resize(self._active())
        return self._quota.headers()

    def change(self, change: WorldChange) -> None:
        """Follow a change of the world."""
        if change.auth is not None:
            self.key, self._outdated = change.auth.key, frozenset(change.auth.outdated)
            self._let_in = self.credential
        if change.refuse is not msgspec.UNSET:
            self._refuse = _refusal_of(change.refuse)
        if change.rate_limit is not None:
            self._quota = Quota(change.rate_limit, self._active())

    def _active(self) -> int:
        row = self._state.one(_ACTIVE)
        return int(row[0]) if row else 0


def _refusal_of(told: int | Refuse | None) -> Refuse | None:
    """Return what is refused, and raise CatalogueError when it is an operation that no contract has."""
    if isinstance(told, int):
        return Refuse(status=told)  # type: ignore[arg-type]  # checked when it was read
    if told is not None and told.on is not None and told.on not in HANDLERS:
        message = f"`refuse.on`: there is no operation `{told.on}`"
        raise CatalogueError(message, hint=did_you_mean(told.on, HANDLERS))
    return told


def _key_in(value: str) -> str | None:
    """Return the key in an Authorization value, None when it is no base64 after `Basic`."""
    scheme, _, credential = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(credential.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
