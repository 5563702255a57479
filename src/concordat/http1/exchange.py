"""What crossed the wire: requests, responses, and the exchange that pairs them.

Everything is kept as it was sent: the target undecoded, headers in order with repeats, bodies as bytes. An exchange
cannot refer to itself, so the garbage collector is spared it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_plus

import msgspec

from concordat.values import Pairs, Problem

if TYPE_CHECKING:
    from concordat.contract import Contract, Match

__all__ = ["Ending", "Exchange", "Request", "Response", "Validation", "header", "headers_named"]


def headers_named(headers: Pairs, name: str) -> tuple[str, ...]:
    """Return every value of one header, in order; names compare without case (RFC 9110, 5.1)."""
    wanted = name.lower()
    return tuple([value for key, value in headers if key.lower() == wanted])


def header(headers: Pairs, name: str) -> str | None:
    """Return the first value of one header."""
    wanted, size = name.lower(), len(name)
    for key, value in headers:
        if len(key) == size and key.lower() == wanted:
            return value
    return None


class Validation:
    """The problems of one request, by the contract that judged it last and the operation it was matched to."""

    __slots__ = ("contract", "match", "problems")

    def __init__(self) -> None:
        self.contract: Contract | None = None
        self.match: Match | None = None
        self.problems: tuple[Problem, ...] = ()


class Request(msgspec.Struct, frozen=True, dict=True):
    """One request as a server read it.

    `target` is the request target exactly as sent (origin form, percent-encoding untouched); `raw` holds the bytes of
    the whole request when they were kept.
    """

    method: str
    target: str
    headers: Pairs = ()
    body: bytes = b""
    raw: bytes = b""

    @cached_property
    def raw_path(self) -> str:
        """The path, still percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path split at `/` and then decoded, so that an encoded slash stays inside its segment."""
        return tuple(unquote(part) for part in self.raw_path.split("/")[1:])

    @cached_property
    def query(self) -> Pairs:
        """The query's pairs, decoded as a form (WHATWG URL), in order."""
        raw = self.target.partition("?")[2]
        if not raw:
            return ()
        pairs = [part.partition("=") for part in raw.split("&") if part]
        if "%" not in raw and "+" not in raw:
            return tuple([(key, value) for key, _, value in pairs])
        return tuple([(unquote_plus(key), unquote_plus(value)) for key, _, value in pairs])

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises msgspec.DecodeError when it is not JSON.
        """
        return msgspec.json.decode(self.body)

    @cached_property
    def validation(self) -> Validation:
        """The last judgement of the request by a contract; see `http1.validation`."""
        return Validation()


class Response(msgspec.Struct, frozen=True, dict=True):
    """One response as it was put on the wire (`body` is what was meant; a cut body says so in the exchange)."""

    status: int
    headers: Pairs = ()
    body: bytes = b""

    @cached_property
    def content_type(self) -> str | None:
        """The media type without parameters, in lower case."""
        value = header(self.headers, "content-type")
        return None if value is None else value.partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises msgspec.DecodeError when it is not JSON.
        """
        return msgspec.json.decode(self.body)


class Ending(StrEnum):
    """How an exchange ended, seen from the server's side."""

    COMPLETE = "complete"
    RESET = "reset"
    CLOSED = "closed"
    CUT = "cut"
    ABANDONED = "abandoned"
    """The client went away before the answer was whole."""
    UNPARSABLE = "unparsable"
    OPEN = "open"
    """Still in flight when the case ended."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One recorded request and its response.

    `number` counts from 1 within the case; times are seconds since the case began. `operation` is the contract's name
    for what was asked, None when the path and method match nothing. `faults` are the ids of the faults that fired.
    """

    number: int
    started: float
    finished: float | None = None
    ending: Ending = Ending.COMPLETE
    operation: str | None = None
    request: Request | None = None
    unparsable: bytes | None = None
    response: Response | None = None
    request_problems: tuple[Problem, ...] = ()
    response_problems: tuple[Problem, ...] = ()
    faults: tuple[str, ...] = ()
    straggler: bool = False
