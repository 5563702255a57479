"""Recorded requests and responses, and the exchange of both.

A record keeps the bytes as sent: the target undecoded, headers in order with repeats, bodies as bytes. Exchanges are
acyclic, so garbage-collector tracking is off.
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

__all__ = ["Ending", "Exchange", "Request", "Response", "header", "headers_named"]


def headers_named(headers: Pairs, name: str) -> tuple[str, ...]:
    """Return every value of one header in order. Names are case-insensitive (RFC 9110, 5.1)."""
    lowered = name.lower()
    return tuple([value for key, value in headers if key.lower() == lowered])


def header(headers: Pairs, name: str) -> str | None:
    """Return the first value of one header, None without one."""
    lowered, size = name.lower(), len(name)
    for key, value in headers:
        if len(key) == size and key.lower() == lowered:
            return value
    return None


class _Validation:
    """The last validation of one request."""

    __slots__ = ("contract", "match", "problems")

    def __init__(self) -> None:
        self.contract: Contract | None = None
        self.match: Match | None = None
        self.problems: tuple[Problem, ...] = ()


class Request(msgspec.Struct, frozen=True, dict=True):
    """One request as a server read it.

    `target` is the request target as sent (origin form, percent-encoded); `raw` holds the bytes of the whole request
    when they were kept.
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
        """The path, split at `/` and then decoded, so that an encoded slash stays inside its segment."""
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
    def _validation(self) -> _Validation:
        return _Validation()

    def problems(self, contract: Contract, match: Match) -> tuple[Problem, ...]:
        """Return the request's violations of the matched operation; see `Contract.check_request`.

        The tap and the sandbox behind it validate the same request, so the last validation is cached.
        """
        cached = self._validation
        if cached.contract is not contract or cached.match is not match:
            cached.problems = contract.check_request(
                match.operation, arguments=match.arguments, query=self.query, headers=self.headers, body=self.body
            )
            cached.contract, cached.match = contract, match
        return cached.problems


class Response(msgspec.Struct, frozen=True, dict=True):
    """One response as sent. `body` is the intended body; the exchange's ending tells that it was cut."""

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
    """The end of an exchange, from the server's side."""

    COMPLETE = "complete"
    RESET = "reset"
    CLOSED = "closed"
    CUT = "cut"
    ABANDONED = "abandoned"
    """The client disconnected before the end of the answer."""
    UNPARSABLE = "unparsable"
    OPEN = "open"
    """Still in flight when the case ended."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One recorded request and its response.

    `number` counts from 1 within the case; times are seconds since the start of the case. `operation` is a name, None
    when the method and path match no operation. `faults` are the ids of the faults that fired.
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
