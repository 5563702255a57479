from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from concordat.http1.exchange import header
from concordat.sandbox.codat.authentication import Quota
from concordat.sandbox.core.refusal import Refusal
from concordat.sandbox.core.world import RateLimit

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk

NOON = 1_768_478_400.5  # 2026-01-15T12:00:00.5Z


class Clock:
    """A clock that shows a given time."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("companies", "limit"), [(0, "1000"), (1, "2000"), (3, "4000")])
def test_the_quota_grows_with_the_active_companies_and_resets_at_midnight(companies: int, limit: str) -> None:
    headers = dict(Quota(RateLimit(), companies, Clock()).headers())
    assert headers == {
        "X-Rate-Limit-Limit": limit,
        "X-Rate-Limit-Remaining": limit,
        "X-Rate-Limit-Reset": "2026-01-16T00:00:00Z",
    }


def retry_after(quota: Quota) -> str | None:
    """Spend one request, and return the Retry-After of its 429; None when it is not refused."""
    try:
        quota.spend()
    except Refusal as refusal:
        return header(refusal.headers, "Retry-After") if refusal.status == 429 else "another status"
    return None


def test_a_spent_quota_is_refused_until_its_wait_is_over() -> None:
    clock = Clock()
    quota = Quota(RateLimit(limit=10, remaining=1, retry_after=2), 1, clock)
    assert retry_after(quota) is None
    assert retry_after(quota) == "2"
    clock.now += 1
    assert retry_after(quota) == "2"
    assert dict(quota.headers())["X-Rate-Limit-Remaining"] == "0"
    clock.now += 1
    assert retry_after(quota) is None
    assert dict(quota.headers())["X-Rate-Limit-Remaining"] == "9"


def test_the_wait_can_be_given_as_a_date_that_is_never_too_early() -> None:
    refused = retry_after(Quota(RateLimit(remaining=0, retry_after=2, form="date"), 1, Clock()))
    assert refused is not None
    moment = parsedate_to_datetime(refused).timestamp()
    assert NOON + 2 <= moment < NOON + 3


@pytest.mark.parametrize("target", ["/companies", "/nowhere", "/companies?page=0"])
@pytest.mark.parametrize("auth", ["", None])
def test_every_response_tells_of_the_quota(desk: OpenDesk, target: str, auth: str | None) -> None:
    response = desk().ask("GET", target, auth=auth)
    names = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")
    assert all(header(response.headers, name) for name in names)


def test_a_spent_quota_answers_429(desk: OpenDesk) -> None:
    opened = desk({"rate-limit": {"remaining": 1, "retry-after": 30}})
    assert opened.ask("GET", opened.customers).status == 200
    refused = opened.ask("GET", opened.customers)
    assert (refused.status, header(refused.headers, "Retry-After")) == (429, "30")
    opened.sandbox.change({"rate-limit": {}})
    assert opened.ask("GET", opened.customers).status == 200


def test_a_request_without_a_key_costs_nothing(desk: OpenDesk) -> None:
    opened = desk({"rate-limit": {"remaining": 1}})
    opened.ask("GET", opened.customers, auth=None)
    assert opened.ask("GET", opened.customers).status == 200
