"""The general part of a world, which every API's sandbox has; the plug-in adds the API's own keys.

The general keys of `world:` (all optional):

    now: 2026-01-15T09:30:00Z    start of the virtual clock
    auth: {key: concordat-sandbox-key, outdated: []}
                                 the valid credential, and credentials that were valid once
    refuse: 503                  refuse every request (or, as {status, on}, those of the operation `on`) with this
                                 status: 400 401 402 403 404 409 429 500 503
    rate-limit: {limit: 2000, remaining: 1, retry-after: 1, form: seconds}
                                 the quota; once it is spent, 429 with Retry-After (`form: date` for an HTTP date) until
                                 `retry-after` seconds of the real clock later

`change:` takes `auth`, `refuse` and `rate-limit` between steps; each replaces the former value, and `refuse: null` ends
the refusals.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from concordat.duration import parse_duration
from concordat.errors import CatalogueError, did_you_mean
from concordat.sandbox.core.model import Model

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "KEY",
    "Auth",
    "RateLimit",
    "Refuse",
    "World",
    "WorldChange",
    "WorldSize",
    "check_duration",
    "check_start",
    "refusal_rule",
]

KEY = "concordat-sandbox-key"
Refused = Literal[400, 401, 402, 403, 404, 409, 429, 500, 503]


class Auth(Model, frozen=True, kw_only=True):
    """The raw API key of the account, and the keys that are answered with 403."""

    key: str = KEY
    outdated: list[str] = msgspec.field(default_factory=list)


class Refuse(Model, frozen=True, kw_only=True):
    """The status of a refusal; `on` None refuses every operation."""

    status: Refused
    on: str | None = None


class RateLimit(Model, frozen=True, kw_only=True):
    """The quota of requests. `limit` None means the API's own limit."""

    limit: int | None = None
    remaining: int | None = None
    retry_after: int = 1
    form: Literal["seconds", "date"] = "seconds"


class World(Model, frozen=True, kw_only=True):
    """The start state of a sandbox; a plug-in extends it."""

    now: str | None = None
    auth: Auth = Auth()
    refuse: Refused | Refuse | None = None
    rate_limit: RateLimit = RateLimit()


class WorldChange(Model, frozen=True, kw_only=True):
    """The content of a `change:` step; a plug-in extends it."""

    auth: Auth | None = None
    refuse: Refused | Refuse | msgspec.UnsetType | None = msgspec.UNSET
    rate_limit: RateLimit | None = None


class WorldSize(msgspec.Struct, frozen=True):
    """The number of records that a world holds, and the bytes of the files that the sandbox generates for it."""

    records: int
    content: int


def refusal_rule(refuse: int | Refuse | None, operations: Collection[str]) -> Refuse | None:
    """Return the rule of `refuse`, None without one. Raises CatalogueError for an operation not in `operations`."""
    if isinstance(refuse, int):
        return Refuse(status=refuse)  # type: ignore[arg-type]  # the parser has checked the status
    if refuse is not None and refuse.on is not None and refuse.on not in operations:
        message = f"`refuse.on`: there is no operation `{refuse.on}`"
        raise CatalogueError(message, hint=did_you_mean(refuse.on, operations))
    return refuse


def check_duration(text: str, place: str) -> None:
    """Raise CatalogueError, naming `place`, for a text that is not a duration."""
    try:
        parse_duration(text)
    except CatalogueError as error:
        message = f"`{place}`: {error.message}"
        raise CatalogueError(message, hint=error.hint) from None


def check_start(text: str) -> None:
    """Raise CatalogueError for a `now` that is not a moment with a time zone."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        message = f"`world.now` is not a moment: {text!r}"
        raise CatalogueError(message, hint="write it as 2026-01-15T09:30:00Z")
