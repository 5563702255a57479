"""Protects a loopback listener from requests of web pages in a browser on this machine.

A page reaches loopback in two ways: by a request to another origin, where the browser sends the page's `Origin`
(Fetch, 3.1), or by a host name that resolves to loopback (DNS rebinding), which is then the request's `Host`.
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
"""Browsers omit this port in `Host` and `Origin`."""


def own_hosts(host: str, port: int) -> frozenset[str]:
    """Return the `Host` values of a loopback listener: its address and `localhost`, with its port."""
    names = ("localhost", f"[{host}]" if ":" in host else host)
    tails = (f":{port}", "") if port == _HTTP_PORT else (f":{port}",)
    return frozenset(name + tail for name in names for tail in tails)


def foreign(request: Request, hosts: frozenset[str] | None = None) -> str | None:
    """Return why a request may come from a web page, by its `Host` or `Origin`, None when it does not.

    `hosts` are the allowed values of the required `Host`. None allows loopback with any port, and a request without
    `Host`, which no browser sends.
    """
    values = [value.lower() for value in headers_named(request.headers, "host")]
    if hosts is None:
        allowed = all(_LOOPBACK.fullmatch(value) for value in values)
    else:
        allowed = bool(values) and hosts.issuperset(values)
    if not allowed:
        return "the `Host` of the request is not the loopback address of this listener"
    own = {f"http://{value}" for value in hosts or values}
    if not own.issuperset(value.lower() for value in headers_named(request.headers, "origin")):
        return "the `Origin` of the request is another site"
    return None


class LocalUpstream:
    """An upstream that refuses requests of web pages with 403 and forwards all others."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def answer(self, request: Request) -> Answer:
        """Return the upstream's answer, or a refusal."""
        reason = foreign(request)
        if reason is None:
            return await self._upstream.answer(request)
        body = msgspec.json.encode({"error": f"Concordat: {reason}", "hint": "send it to the URL that was printed"})
        return Answer(403, (("Content-Type", "application/json"), ("X-Concordat", "synthetic")), body, scripted=True)
