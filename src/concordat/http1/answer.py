"""What an upstream tells a listener to put on the wire, faults included.

The sandbox and the live forwarder both speak this; the listener (`http1.listener`) enacts it, so that a reset from the
sandbox alone and a reset through the tap are the same reset.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

from concordat.values import Pairs

if TYPE_CHECKING:
    from concordat.http1.exchange import Request

__all__ = ["SYNTHETIC", "Answer", "Delivery", "DeliveryMode", "Upstream"]


SYNTHETIC = "X-Concordat"
"""The header of an answer that the tap made itself, in place of a live endpoint's."""


class DeliveryMode(StrEnum):
    """How an answer leaves the server."""

    WHOLE = "whole"
    RESET = "reset"
    """A TCP reset instead of an answer."""
    CLOSE = "close"
    """A clean close instead of an answer."""
    STALL = "stall"
    """Nothing for `seconds`, then the answer."""
    DRIP = "drip"
    """The body in pieces of `size` bytes, `seconds` apart."""
    CUT = "cut"
    """The head promises the whole body, `size` bytes of it follow, then a close."""


class Delivery(msgspec.Struct, frozen=True):
    """A manner with its numbers: `seconds` for stall and drip, `size` in bytes for drip and cut."""

    manner: DeliveryMode = DeliveryMode.WHOLE
    seconds: float = 0.0
    size: int = 0


class Answer(msgspec.Struct, frozen=True):
    """A response and the manner of its delivery.

    `faults` are the ids of the planned faults that shaped it; `scripted` is true when a case wrote the response itself,
    so that it says nothing about the sandbox's own correctness.
    """

    status: int = 200
    headers: Pairs = ()
    body: bytes = b""
    delivery: Delivery = Delivery()
    faults: tuple[str, ...] = ()
    scripted: bool = False


class Upstream(Protocol):
    """What stands behind a listener."""

    async def answer(self, request: Request) -> Answer:
        """Return the answer to one request; never raises for anything a client sent."""
        ...
