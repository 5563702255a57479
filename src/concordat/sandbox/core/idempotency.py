"""The `Idempotency-Key` header on POST and PATCH (domain 3.1): the first answer is kept and replayed.

The key counts for one method, target and body: the same key with any of them different is refused (422; for method
and target that is our choice, since no source defines it), and so is a key whose first request has no answer yet (409).
Answers are kept for 90 minutes of virtual time, refusals included, except 429, which frees the key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.http1.exchange import header

if TYPE_CHECKING:
    from concordat.http1.exchange import Request
    from concordat.sandbox.core.clock import VirtualClock

__all__ = ["HEADER", "KEPT", "Decision", "Idempotency", "Ruling", "fingerprint_of", "key_of"]

HEADER = "Idempotency-Key"
KEPT = timedelta(minutes=90)

_METHODS = frozenset({"POST", "PATCH"})
_TOO_MANY_REQUESTS = 429


def key_of(request: Request) -> str:
    """Return the request's Idempotency-Key, empty without one and for a method that has no keys."""
    return (header(request.headers, HEADER) or "") if request.method in _METHODS else ""


def fingerprint_of(request: Request) -> bytes:
    """Return the digest of the method, target and body, for which a key counts."""
    return sha256(f"{request.method} {request.target}\n".encode() + request.body).digest()


class Ruling(StrEnum):
    """The decision on a request."""

    IGNORE = "ignore"
    """No key, or a method without keys: process the request without a record."""
    PROCESS = "process"
    """The first with its key: process it, then call `finish` (or `abandon`)."""
    REPLAY = "replay"
    """Replay `Decision.answer`."""
    IN_PROGRESS = "in-progress"
    """Refuse with 409."""
    DIFFERENT = "different"
    """Refuse with 422."""


class Decision(msgspec.Struct, frozen=True):
    """A ruling, the request's key, and the kept answer when it is to be replayed."""

    ruling: Ruling
    key: str = ""
    answer: Answer | None = None


_IGNORED = Decision(Ruling.IGNORE)


class _Entry(msgspec.Struct, frozen=True):
    fingerprint: bytes
    answer: Answer | None = None
    expires: datetime | None = None


class Idempotency:
    """The keys that one sandbox remembers."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    def begin(self, request: Request) -> Decision:
        """Rule on a request before it is processed; PROCESS reserves its key until `finish` or `abandon`."""
        key = key_of(request)
        if not key:
            return _IGNORED
        fingerprint = fingerprint_of(request)
        entry = self._entries.get(key)
        if entry is None or (entry.expires is not None and entry.expires <= self._clock.now()):
            self._entries[key] = _Entry(fingerprint)
            return Decision(Ruling.PROCESS, key)
        if entry.fingerprint != fingerprint:
            return Decision(Ruling.DIFFERENT, key)
        if entry.answer is None:
            return Decision(Ruling.IN_PROGRESS, key)
        return Decision(Ruling.REPLAY, key, entry.answer)

    def finish(self, key: str, answer: Answer) -> None:
        """Keep the answer of the request that reserved `key`; a 429 frees the key instead. An empty key is ignored."""
        if answer.status == _TOO_MANY_REQUESTS:
            self.abandon(key)
        elif key in self._entries:
            self._entries[key] = _Entry(self._entries[key].fingerprint, answer, self._clock.now() + KEPT)

    def abandon(self, key: str) -> None:
        """Free a key whose request was never answered."""
        self._entries.pop(key, None)
