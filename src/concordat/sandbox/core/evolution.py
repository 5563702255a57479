"""Evolution of an answer: a rule changes its JSON, or the media type and coding of its bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from concordat.contract.evolution import RULES, evolved_answer
from concordat.http1.coding import encoded
from concordat.http1.exchange import header, headers_named

if TYPE_CHECKING:
    from concordat.catalogue.model import Evolution
    from concordat.contract import Contract, Operation
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.values import Pairs

__all__ = ["evolved", "offers"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_REPLACED = frozenset({"content-length", "content-type", "content-encoding"})
_WEIGHT = re.compile(r"(?i)q\s*=\s*([0-9.]+)")


def evolved(
    change: Evolution, answer: Answer, request: Request, contract: Contract, operation: Operation
) -> Answer | None:
    """Return the JSON answer under the change.

    Returns None for an answer that is not JSON or lacks the place, and for a coding that the request does not accept.
    """
    rule = RULES[change.rule]
    if rule.coding is not None and not offers(request, rule.coding):
        return None
    try:
        value = evolved_answer(contract, operation, change.rule, change.at, msgspec.json.decode(answer.body))
    except (msgspec.DecodeError, LookupError, TypeError):
        return None
    body = msgspec.json.encode(value)
    media = header(answer.headers, "content-type") or "application/json"
    added: Pairs = ()
    if change.rule == "byte-order-mark":
        body = _BYTE_ORDER_MARK + body
    elif change.rule == "media-type-case":
        kind, separator, rest = media.partition(";")
        media = kind.upper() + separator + rest
    elif rule.coding is not None:
        body = encoded(rule.coding, body)
        added = (("Content-Encoding", rule.coding),)
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in _REPLACED)
    headers = (("Content-Type", media), *added, *kept)
    return msgspec.structs.replace(answer, headers=headers, body=body, scripted=True)


def offers(request: Request, coding: str) -> bool:
    """Return whether the request accepts the coding (RFC 9110, 12.5.3); a request without the header accepts none."""
    weights: dict[str, float] = {}
    for value in headers_named(request.headers, "accept-encoding"):
        for part in value.split(","):
            name, _, parameters = part.partition(";")
            found = _WEIGHT.search(parameters)
            weights[name.strip().lower()] = float(found.group(1)) if found else 1.0
    return weights.get(coding, weights.get("*", 0.0)) > 0
