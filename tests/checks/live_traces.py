"""Traces of a live target for the tests of blame: answers, and the calls that they answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from concordat.checks import Verdict, worst
from concordat.http1.exchange import Response
from concordat.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.checks.conftest import MakeExchange

    from concordat.checks import CaseTrace, Check
    from concordat.checks.model import MissingValue, TargetFailure
    from concordat.http1.exchange import Exchange
    from concordat.values import Pairs

LIST = {
    "call": "customers.list",
    "with": {"companyId": "8a210b68-6988-11ed-a1eb-0242ac120002", "page": 2},
    "expect": {"outcome": {"reported": "ok", "payload": {"pageNumber": 2, "totalResults": 12}}},
}
REFUSED = {**LIST, "expect": {"outcome": {"reported": "failed", "error": {"status": 404, "body": {"error": "gone"}}}}}
UNEXPECTED = {**LIST, "expect": {}}
JSON = "application/json"
SYNTHETIC = (("Content-Type", JSON), ("X-Concordat", "synthetic"))
PLACEHOLDER = "Basic cGxhY2Vob2xkZXI="
SENT = (("Authorization", PLACEHOLDER),)
GOOD = {"pageNumber": 2, "totalResults": 12}
MORE = {"pageNumber": 2, "totalResults": 19}
PAGE = b"<html><title>Sign in</title><script>track('me')</script><body>Please log in</body></html>"


def answered(
    exchange: MakeExchange,
    status: int = 200,
    body: object = None,
    kind: str = JSON,
    answer_headers: Pairs | None = None,
    **changes: object,
) -> Exchange:
    """Return an exchange with an answer, and with the run's credential in its request."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode({} if body is None else body)
    headers = (("Content-Type", kind),) if answer_headers is None else answer_headers
    given: dict[str, object] = {"headers": SENT, "response": Response(status, headers, raw)}
    return exchange(**{**given, **changes})


def live(
    trace: CaseTrace,
    *,
    missing: tuple[MissingValue, ...] = (),
    target_failure: TargetFailure | None = None,
    scrub: Callable[[str], str] = str,
) -> CaseTrace:
    return replace(
        trace,
        live=True,
        state=None,
        commits=None,
        endpoint="https://api.example.com",
        auth=PLACEHOLDER,
        missing=missing,
        target_failure=target_failure,
        scrub=scrub,
    )


def verdict_of(checks: Sequence[Check]) -> Verdict:
    return worst([check.verdict for check in checks])


def failing(checks: Sequence[Check], verdict: Verdict) -> list[str]:
    return [check.id for check in checks if check.verdict is verdict]


INVALID = (Problem(where="body", pointer="/totalResults", rule="type", message='"19" is not of type "integer"'),)
NO_PAGE = (Problem(where="content-type", pointer="", rule="content", message="text/html is not documented"),)
STATUSES = (302, 400, 401, 402, 403, 404, 409, 429, 500, 503)
