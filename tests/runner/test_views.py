"""What reports show of an exchange."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.clients.protocol import ErrorShown, Outcome
from concordat.http1.exchange import Ending, Exchange, Request, Response
from concordat.runner.views import exchange_view, outcome_view
from concordat.tap import Scrubber
from concordat.values import Problem

if TYPE_CHECKING:
    from concordat.runner.result import ExchangeView

SECRET = "sk-very+secret/key"


def exchange(**changed: object) -> Exchange:
    request = Request("GET", "/things?page=1", (("Accept", "*/*"),))
    given: dict[str, Any] = {
        "number": 3,
        "started": 0.123456,
        "finished": 0.2,
        "operation": "things.list",
        "request": request,
    }
    return Exchange(**(given | changed))


def test_an_exchange_is_shown_as_text() -> None:
    view = exchange_view(exchange(response=Response(200, (("A", "b"),), b'{"n": 1}')), "s1", None)
    assert (view.number, view.step, view.operation, view.started, view.ending) == (
        3,
        "s1",
        "things.list",
        0.1235,
        "complete",
    )
    assert view.request is not None
    assert view.response is not None
    assert view.request.line == "GET /things?page=1 HTTP/1.1"
    assert (view.response.line, view.response.headers, view.response.body) == (
        "HTTP/1.1 200",
        (("A", "b"),),
        '{"n": 1}',
    )


@pytest.mark.parametrize(
    ("body", "text", "encoded"),
    [
        (b"", None, None),
        ("é".encode(), "é", None),
        (b"\xff\x00", None, base64.b64encode(b"\xff\x00").decode()),
        (b"x" * 200_000, "x" * 200_000, None),
    ],
)
def test_a_body_is_text_where_it_is_text(body: bytes, text: str | None, encoded: str | None) -> None:
    response = exchange_view(exchange(response=Response(200, (), body)), None, None).response
    assert response is not None
    assert (response.body, response.body_base64) == (text, encoded)


def test_what_is_no_request_is_kept_as_it_came() -> None:
    view = exchange_view(exchange(request=None, unparsable=b"\x16\x03", ending=Ending.OPEN, finished=None), None, None)
    assert (view.request, view.unparsable_base64, view.finished) == (None, "FgM=", None)


def test_problems_of_both_sides_are_lines() -> None:
    problem = Problem(where="query", pointer="/page", message="is no number", rule="type")
    view = exchange_view(exchange(request_problems=(problem,), response_problems=(problem,)), None, None)
    assert view.problems == ("request query /page: is no number", "response query /page: is no number")


def _written(view: ExchangeView) -> bytes:
    return msgspec.json.encode(view)


@pytest.mark.parametrize(
    "spelled",
    [SECRET, SECRET.replace("+", "%2B").replace("/", "%2F"), base64.b64encode(f"user:{SECRET}".encode()).decode()],
)
def test_no_spelling_of_a_secret_is_shown(spelled: str) -> None:
    leaking = exchange(
        request=Request("POST", f"/things?key={spelled}", (("X-Key", spelled),), spelled.encode()),
        response=Response(200, (("Location", f"/{spelled}"),), f'{{"echo": "{spelled}"}}'.encode()),
    )
    assert spelled.encode() in _written(exchange_view(leaking, None, None))
    assert spelled.encode() not in _written(exchange_view(leaking, None, Scrubber([SECRET])))


def test_an_outcome_is_scrubbed_all_the_way_down() -> None:
    error = ErrorShown(cls="Denied", message=f"no {SECRET}", fields={"a": [SECRET]})
    outcome = Outcome(phase="call", ended="raised", payload={SECRET: SECRET}, error=error)
    assert SECRET not in msgspec.json.encode(outcome_view(outcome, Scrubber([SECRET]))).decode()
    assert outcome_view(outcome, None)["error"]["message"] == f"no {SECRET}"


def test_a_long_text_of_an_outcome_is_its_beginning_length_and_digest() -> None:
    outcome = Outcome(phase="call", ended="returned", payload={"$bytes": "QUJD" * 50_000, "name": "short"})
    payload = outcome_view(outcome, None)["payload"]
    assert payload["name"] == "short"
    assert payload["$bytes"].startswith("QUJDQUJD")
    assert "(200000 characters, SHA-256 " in payload["$bytes"]
    assert len(payload["$bytes"]) < 300
