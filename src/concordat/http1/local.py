"""Requests that a web page could have made a browser on this machine send to a listener on loopback.

A page reaches loopback in two ways. It sends a request to another origin, and the browser names the page in `Origin`
(Fetch, 3.1). Or a host name of the page's own resolves to loopback (DNS rebinding), and `Host` holds that name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import Answer
from concordat.http1.exchange import headers_named

if TYPE_CHECKING:
    from concordat.http1.answer import Upstream
    from concordat.http1.exchange import Request

__all__ = ["LocalUpstream", "foreign", "own_hosts"]

_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")
_HTTP_PORT = 80
"""A browser leaves this port out of `Host` and `Origin`."""


def own_hosts(host: str, port: int) -> frozenset[str]:
    """Return the values of `Host` that name a listener on loopback: its address and `localhost`, with its port."""
    names = ("localhost", f"[{host}]" if ":" in host else host)
    tails = (f":{port}", "") if port == _HTTP_PORT else (f":{port}",)
    return frozenset(name + tail for name in names for tail in tails)


def foreign(request: Request, hosts: frozenset[str] | None = None) -> str | None:
    """Return why a request may be a web page's: its `Host` or its `Origin` is not this listener's. None for any other.

    `hosts` are the allowed values of `Host`, one of which must be there. None allows loopback with any port, and a
    request without `Host`, which no browser sends.
    """
    given = [value.lower() for value in headers_named(request.headers, "host")]
    if hosts is None:
        allowed = all(_LOOPBACK.fullmatch(value) for value in given)
    else:
        allowed = bool(given) and hosts.issuperset(given)
    if not allowed:
        return "the `Host` of the request is not the loopback address of this listener"
    own = {f"http://{value}" for value in hosts or given}
    if not own.issuperset(value.lower() for value in headers_named(request.headers, "origin")):
        return "the `Origin` of the request is another site"
    return None


class LocalUpstream:
    """An upstream that refuses with 403 what a web page could have sent, before `upstream` learns of it."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def answer(self, request: Request) -> Answer:
        """Return the upstream's answer, or the refusal."""
        reason = foreign(request)
        if reason is None:
            return await self._upstream.answer(request)
        body = msgspec.json.encode({"error": f"Concordat: {reason}", "hint": "send it to the URL that was printed"})
        return Answer(403, (("Content-Type", "application/json"), ("X-Concordat", "synthetic")), body, scripted=True)
