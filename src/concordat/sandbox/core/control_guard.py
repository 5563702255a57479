"""The guard of the control endpoint: who may send a request, and the form of a request.

A request needs the token of this endpoint in the header `X-Concordat-Token`. Its `Host` names the endpoint, and so does
its `Origin`, if there is one: a web page in a browser of the same machine is refused. Bodies are JSON. A refusal
contains neither a part of the request nor the token. The listener asks the guard before it reads a body.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.http1.answer import Answer
from concordat.http1.exchange import header, headers_named
from concordat.http1.local import foreign

if TYPE_CHECKING:
    from concordat.http1.exchange import Request

__all__ = ["BODY_LIMIT", "TOKEN_HEADER", "ControlGuard", "MalformedBody", "json_answer", "json_of", "refusal"]

TOKEN_HEADER = "X-Concordat-Token"  # noqa: S105 - a header's name
"""The header that holds the token."""
BODY_LIMIT = 16 * 1024 * 1024
"""The longest body of a control request in bytes."""
_JSON = "application/json"
_SEND_JSON = "send a JSON document with `Content-Type: application/json`"
_BYTE = re.compile(r" \(byte (\d+)\)$")


def json_answer(status: int, value: Any, *headers: tuple[str, str]) -> Answer:
    """Return an answer with `value` as its JSON body."""
    return Answer(status, (("Content-Type", _JSON), *headers), msgspec.json.encode(value))


def refusal(status: int, error: str, hint: str = "", *headers: tuple[str, str]) -> Answer:
    """Return the answer that refuses a request, with the error and a hint."""
    return json_answer(status, {"error": error, "hint": hint}, *headers)


class ControlGuard:
    """Admits requests that carry `token`, by default a random one. `hosts` are the allowed `Host` values."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(32)
        self.hosts: frozenset[str] = frozenset()

    def refusal(self, request: Request) -> Answer | None:
        """Return the answer that refuses a request, None for a request to be obeyed.

        403 for a foreign `Host` or `Origin`, 401 without the token, 415 for a body that is not declared to be JSON. The
        request's body may be missing still.
        """
        reason = foreign(request, self.hosts)
        if reason is not None:
            return refusal(403, reason, "use the `control` URL that `concordat serve` printed, and no web page")
        given = headers_named(request.headers, TOKEN_HEADER)
        # every request compares once, and in constant time, so that the time reveals nothing about the token
        known = secrets.compare_digest("\n".join(given).encode(), self.token.encode())
        if not known:
            error = f"the request has no valid `{TOKEN_HEADER}`"
            hint = f"send `{TOKEN_HEADER}: TOKEN` with the `token` in the first line that `concordat serve` printed"
            return refusal(401, error, hint, ("WWW-Authenticate", f'Token header="{TOKEN_HEADER}"'))
        if request.method != "GET" or request.body:
            media_type = (header(request.headers, "content-type") or "").partition(";")[0].strip().lower()
            if media_type != _JSON:
                return refusal(415, "the body is not declared to be JSON", _SEND_JSON)
        return None


class MalformedBody(Exception):  # noqa: N818 - reads as a condition in `except` clauses
    """A body that is not JSON; the text says where and why."""


def json_of(body: bytes) -> Any:
    """Return the value of a JSON body. Raises MalformedBody with the line and the column of the first mistake."""
    try:
        body.decode()
        return msgspec.json.decode(body)
    except UnicodeDecodeError as error:
        raise _malformed(body, error.start, "the text is not UTF-8") from None
    except RecursionError:
        message = "the body is nested too deeply"
        raise MalformedBody(message) from None
    except msgspec.DecodeError as error:
        raise _explained(body, str(error)) from None


def _explained(body: bytes, said: str) -> MalformedBody:
    """Return the error with its place, for which msgspec often has no words."""
    try:
        json.loads(body.decode())
    except json.JSONDecodeError as error:
        return MalformedBody(f"the body is not JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    except (ValueError, RecursionError):
        pass
    found = _BYTE.search(said)
    return _malformed(body, int(found[1]) if found else len(body), _BYTE.sub("", said))


def _malformed(body: bytes, byte: int, reason: str) -> MalformedBody:
    before = body[:byte]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
    return MalformedBody(f"the body is not JSON at line {line}, column {column}: {reason}")
