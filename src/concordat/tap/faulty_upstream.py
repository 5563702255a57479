"""Planned faults before a foreign upstream, and its accepted writes, counted from its answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from concordat.contract.operation import SAFE
from concordat.http1.coding import codings, decoded
from concordat.http1.local import foreign
from concordat.sandbox.core.fault_injection import FaultInjection
from concordat.sandbox.core.idempotency import fingerprint_of, key_of
from concordat.tap.live import unanswered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Fault
    from concordat.contract import Contract, Match
    from concordat.http1.answer import Answer, Upstream
    from concordat.http1.exchange import Request

__all__ = ["FaultyUpstream"]

_SUCCESS = range(200, 300)


class FaultyUpstream:
    """An upstream before another one, with the planned faults of one case.

    A fault before processing keeps the request from the other upstream. Edits, evolution rules and deliveries change
    its answer, and `when: after` forwards the request before the fault replaces the answer. An answer that the
    forwarder gave in the target's place is not changed. A request with a foreign `Host` or `Origin` uses up no fault.
    """

    def __init__(self, upstream: Upstream, contract: Contract, faults: Sequence[Fault] = ()) -> None:
        self._upstream = upstream
        self._contract = contract
        self._faults = FaultInjection(contract, faults)
        self._writes = _WriteCount()

    def serve_at(self, url: str) -> None:
        """Set the URL that replaces `{base}` in planned redirects."""
        self._faults.base_url = url

    async def answer(self, request: Request) -> Answer:
        """Answer one request, planned faults included."""
        if foreign(request) is not None:
            return await self._upstream.answer(request)  # which refuses it
        match = self._contract.match(request.method, request.raw_path)
        strike = self._faults.plan.strike(match.operation.name if match else None)
        if strike is None:
            return await self._forwarded(request, match)
        own = None
        if strike.needs_answer:
            own = await self._forwarded(request, match)
            if own.scripted:
                return own
            if strike.content is not None:
                own = _plain(own)
        return self._faults.enact(strike, request, match, own, implemented=True)

    async def process(self, request: Request) -> Answer:
        """Forward one request without faults, and return the answer. A write is counted."""
        return await self._forwarded(request, self._contract.match(request.method, request.raw_path))

    def accepted_writes(self) -> dict[str, int]:
        """Return the number of accepted writes by operation: answers of the 2xx class, and scripts that say so.

        A repeated write with the same Idempotency-Key, target and body counts once.
        """
        return dict(self._writes.accepted + self._faults.accepted)

    def unknown_writes(self) -> dict[str, int]:
        """Return the number of writes by operation that may have been accepted.

        These are writes without an answer of the target, and writes whose script does not state `accepted`.
        """
        return dict(self._writes.unknown + self._faults.unknown)

    def unfired(self) -> tuple[str, ...]:
        """Return the ids of the faults that had to fire and have not."""
        return self._faults.plan.unfired()

    def misfits(self) -> tuple[str, ...]:
        """Return the ids of unfired faults that struck a request, and did not fit the target's answer."""
        return self._faults.plan.misfits()

    async def _forwarded(self, request: Request, match: Match | None) -> Answer:
        if match is None or request.method in SAFE:
            return await self._upstream.answer(request)
        try:
            answer = await self._upstream.answer(request)
        except asyncio.CancelledError:  # the client left; the target may have the write
            self._writes.add(match.operation.name, request, accepted=None)
            raise
        self._writes.add(match.operation.name, request, accepted=_accepted(answer))
        return answer


class _WriteCount:
    """Writes of a foreign upstream by operation: accepted, and unknown, because it did not answer."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self._keyed: dict[tuple[str, bytes], bool] = {}
        """Whether the write of an Idempotency-Key and a fingerprint was accepted, if it is counted."""

    def add(self, operation: str, request: Request, *, accepted: bool | None) -> None:
        """Count a forwarded write, unless it was refused, or is counted under its key; `accepted` is None if unknown.

        A repetition that is accepted decides an unknown write of the same key.
        """
        if accepted is False:
            return
        key = key_of(request)
        if key:
            write = (key, fingerprint_of(request))
            before = self._keyed.get(write)
            if before:
                return
            if before is False:
                self.unknown[operation] -= 1
            self._keyed[write] = accepted is True
        (self.accepted if accepted else self.unknown)[operation] += 1


def _accepted(answer: Answer) -> bool | None:
    """Return whether the target accepted the write that it answers, None if it gave no answer."""
    if answer.scripted:
        return None if unanswered(answer) else False
    return answer.status in _SUCCESS


def _plain(answer: Answer) -> Answer:
    """Return an answer without its content coding, if it has a known one: a target may code what nobody asked for."""
    body = decoded(answer.headers, answer.body) if codings(answer.headers) else None
    if body is None:
        return answer
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in ("content-encoding", "content-length"))
    return msgspec.structs.replace(answer, headers=kept, body=body)
