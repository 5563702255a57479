"""Answers of an upstream, with the delivery that the listener performs.

The sandbox and the live forwarder both return these types, so that the sandbox alone and the tap deliver a fault, such
as a reset, in the same way.
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
"""Header of an answer that comes from Concordat instead of a live endpoint."""


class DeliveryMode(StrEnum):
    """The way in which an answer is delivered."""

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
    """A head with the length of the whole body, `size` bytes of the body, then a close."""


class Delivery(msgspec.Struct, frozen=True):
    """A mode with its parameters: `seconds` for stall and drip, `size` in bytes for drip and cut."""

    mode: DeliveryMode = DeliveryMode.WHOLE
    seconds: float = 0.0
    size: int = 0


class Answer(msgspec.Struct, frozen=True):
    """A response and its delivery.

    `faults` are the ids of the planned faults that changed it; `scripted`: the response comes from a case and is not
    judged as the sandbox's own.
    """

    status: int = 200
    headers: Pairs = ()
    body: bytes = b""
    delivery: Delivery = Delivery()
    faults: tuple[str, ...] = ()
    scripted: bool = False


class Upstream(Protocol):
    """The server behind a listener."""

    async def answer(self, request: Request) -> Answer:
        """Return the answer to one request. Never raises for any request."""
        ...
