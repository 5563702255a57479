"""What crosses the wire: exchanges, answers, the listener that enacts them, canonical forms and differences."""

from concordat.wire.answer import Answer, Delivery, Manner, Upstream
from concordat.wire.canonical import Canonical, canonical_json, canonical_request, read_json
from concordat.wire.diff import Difference, diff
from concordat.wire.exchange import Ending, Exchange, Request, Response, header, headers_named
from concordat.wire.listener import Listener, Observer

__all__ = [
    "Answer",
    "Canonical",
    "Delivery",
    "Difference",
    "Ending",
    "Exchange",
    "Listener",
    "Manner",
    "Observer",
    "Request",
    "Response",
    "Upstream",
    "canonical_json",
    "canonical_request",
    "diff",
    "header",
    "headers_named",
    "read_json",
]
