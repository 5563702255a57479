"""Attribution: which of several calls that ran together caused an exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from concordat.checks.expected_request import derived, from_case
from concordat.checks.request_comparison import compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.checks.expected_request import ExpectedRequest
    from concordat.checks.model import StepTrace
    from concordat.http1.exchange import Exchange

__all__ = ["divided"]


def divided(steps: Sequence[StepTrace], base_path: str) -> list[StepTrace]:
    """Return the client's steps, each shared exchange left to one call only.

    Steps with the same exchanges ran together. An exchange belongs to the call whose expected requests it differs from
    least; among equals, to the call with the fewest exchanges so far.
    """
    own = [step for step in steps if step.call.via == "client"]
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, step in enumerate(own):
        numbers = tuple(exchange.number for exchange in step.exchanges)
        if numbers:
            groups.setdefault(numbers, []).append(index)
    for indexes in groups.values():
        if len(indexes) > 1:
            shares = _shares([own[index] for index in indexes], base_path)
            for index, share in zip(indexes, shares, strict=True):
                own[index] = replace(own[index], exchanges=tuple(share))
    return own


def _shares(steps: Sequence[StepTrace], base_path: str) -> list[list[Exchange]]:
    wanted = [_wanted(step) for step in steps]
    shares: list[list[Exchange]] = [[] for _ in steps]
    for exchange in steps[0].exchanges:
        distances = [_distance(options, exchange, base_path) for options in wanted]
        best = min(range(len(steps)), key=lambda index: (distances[index], len(shares[index])))
        shares[best].append(exchange)
    return shares


def _wanted(step: StepTrace) -> list[ExpectedRequest]:
    own = derived(step.operation, step.call.with_) if step.operation is not None else None
    if step.call.expect.listed is None:
        return [own] if own is not None else []
    return [from_case(item, own) for item in step.call.expect.listed]


def _distance(options: Sequence[ExpectedRequest], exchange: Exchange, base_path: str) -> int:
    """Return how many parts differ from the nearest expected request."""
    request = exchange.request
    if request is None or not options:
        return 99
    return min(sum(bool(found) for found in compare(item, request, base_path).values()) for item in options)
