"""Removes secrets from the output of live runs."""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from concordat.errors import UsageError
from concordat.http1.coding import codings, decoded, recoded
from concordat.http1.exchange import Exchange, Request, Response
from concordat.values import Json, Pairs, Problem

__all__ = ["BLANK", "Scrubber"]

BLANK = "***"
_SHORTEST = 4
_SHORTEST_PART = 6
_BLANKED = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_BLANKED_LINE = re.compile(rb"(?im)^((?:proxy-)?authorization|(?:set-)?cookie)[ \t]*:[^\r\n]*")
_CHUNK_SEAM = re.compile(rb"\r\n[0-9A-Fa-f]{1,15}[^\r\n]*\r\n")
_BASE64 = "[A-Za-z0-9+/_-]"


class Scrubber:
    """Replaces each secret by `***`, in every encoding in which a message may contain it.

    The encodings are plain text, percent-encoding and JSON escapes (complete or partial, digits in either case), and
    base64 at any alignment, such as `Basic` credentials of any user. The token of a `Basic` or `Bearer` credential and
    the parts of a Basic token are secrets too. Empty secrets are ignored.

    Raises UsageError for a secret of fewer than four characters, which would match everywhere.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        roots: set[str] = set()
        for secret in filter(None, secrets):
            if len(secret) < _SHORTEST:
                message = "a secret of fewer than four characters cannot be scrubbed"
                raise UsageError(message, hint="check the credentials in the environment")
            roots.update(_parts(secret))
        cores = {core for root in roots for core in _cores(root)}
        plain = sorted(roots, key=len, reverse=True)
        patterns = ["".join(_encodings(character) for character in root) for root in plain]
        patterns += [f"{_BASE64}?{_either_alphabet(core)}{_BASE64}*(?:=|%3[dD]){{0,2}}" for core in cores]
        self._pattern = re.compile("|".join(patterns)) if patterns else None
        self._literals = (*plain, *cores, *(core.replace("+", "-").replace("/", "_") for core in cores))
        self._roots = tuple(plain)

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        if self._pattern is None:
            return text
        # Nearly all text is clean, and a search for literals is far faster than matching every encoding.
        if "%" not in text and "\\" not in text and not any(literal in text for literal in self._literals):
            return text
        return self._pattern.sub(BLANK, text)

    def bytes(self, data: bytes) -> bytes:
        """Return the bytes without secrets. Invalid UTF-8 is unchanged."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def headers(self, headers: Pairs) -> Pairs:
        """Return the headers without secrets. Headers with credentials or cookies are blank."""
        return tuple((name, BLANK if name.lower() in _BLANKED else self._header(value)) for name, value in headers)

    def value(self, value: Json) -> Json:
        """Return a JSON value without secrets in its strings, keys and numbers."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(key): self.value(member) for key, member in value.items()}
        if isinstance(value, Sequence):
            return [self.value(item) for item in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return BLANK if any(root in str(value) for root in self._roots) else value
        return value

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange without secrets in its target, headers, decoded bodies and problems.

        A request's `raw` is dropped, because chunks may split a secret.
        """
        return msgspec.structs.replace(
            exchange,
            request=None if exchange.request is None else self._request(exchange.request),
            response=None if exchange.response is None else self._response(exchange.response),
            unparsable=None if exchange.unparsable is None else _clean_unparsable(self, exchange.unparsable),
            request_problems=tuple(self._problem(problem) for problem in exchange.request_problems),
            response_problems=tuple(self._problem(problem) for problem in exchange.response_problems),
        )

    def _header(self, value: str) -> str:
        clean = self.text(value)
        try:  # recorded headers hold one character per byte: text beyond ASCII is decoded again as UTF-8
            return clean if clean.isascii() else self.bytes(clean.encode("latin-1")).decode("latin-1")
        except UnicodeEncodeError:
            return clean

    def _request(self, request: Request) -> Request:
        body = _clean_body(self, request.headers, request.body)
        return Request(request.method, self.text(request.target), self.headers(request.headers), body)

    def _response(self, response: Response) -> Response:
        return Response(
            response.status, self.headers(response.headers), _clean_body(self, response.headers, response.body)
        )

    def _problem(self, problem: Problem) -> Problem:
        return Problem(problem.where, self.text(problem.pointer), problem.rule, self.text(problem.message))


def _clean_body(scrubber: Scrubber, headers: Pairs, body: bytes) -> bytes:
    if not codings(headers):
        return scrubber.bytes(body)
    plain = decoded(headers, body)
    if plain is None:
        return BLANK.encode()  # the content cannot be searched
    clean = scrubber.bytes(plain)
    return body if clean == plain else recoded(headers, clean)


def _clean_unparsable(scrubber: Scrubber, raw: bytes) -> bytes:
    clean = _BLANKED_LINE.sub(rb"\1: ***", scrubber.bytes(raw))
    joined = _CHUNK_SEAM.sub(b"", clean)
    return clean if scrubber.bytes(joined) == joined else BLANK.encode()


def _parts(secret: str) -> Iterator[str]:
    """Yield the secret, and the parts of a credential (RFC 9110, 11.4; RFC 7617)."""
    yield secret
    scheme, _, token = secret.partition(" ")
    if scheme.lower() not in ("basic", "bearer") or len(token) < _SHORTEST:
        return
    yield token
    if scheme.lower() == "basic":
        try:
            inside = b64decode(token, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return
        yield from (part for part in {inside, *inside.split(":")} if len(part) >= _SHORTEST_PART)


def _cores(secret: str) -> Iterator[str]:
    """Yield the base64 characters that depend only on the secret, for each of the three alignments."""
    data = secret.encode()
    if len(data) < _SHORTEST_PART:
        yield b64encode(data).decode().rstrip("=")
        return
    for shift in range(3):
        coded = b64encode(b"\0" * shift + data).decode()
        yield coded[-(-8 * shift // 6) : 8 * (shift + len(data)) // 6]


def _encodings(character: str) -> str:
    """Return a pattern of every encoding of one character in a URL or a JSON string."""
    data = character.encode("utf-8", "surrogateescape")
    percent = "".join(f"%(?:25)?{_digits(f'{byte:02x}')}" for byte in data)
    units = character.encode("utf-16-be", "surrogatepass")
    escaped = "".join(r"\\u" + _digits(units[i : i + 2].hex()) for i in range(0, len(units), 2))
    ways = {re.escape(character), percent, escaped, re.escape(json.dumps(character)[1:-1])}
    if character == "/":
        ways.add(r"\\/")
    if character == " ":
        ways.add(r"\+")
    return "(?:" + "|".join(sorted(ways)) + ")"


def _digits(text: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in text)


def _either_alphabet(core: str) -> str:
    """Return a pattern of base64 text in the standard or the URL-safe alphabet, also inside URLs and JSON strings."""
    ways = {"+": r"(?:[+-]|%2[bB])", "/": r"(?:\\?/|_|%2[fF])"}
    return "".join(ways.get(character, character) for character in core)
