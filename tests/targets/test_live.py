"""The credential of a live run: what no header can carry, or no scrubber find, is sent nowhere."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.contract_tests.discovery import known_at
from concordat.errors import ConcordatError, CredentialsMissing, TargetUnreachable, UsageError
from concordat.targets.live import LiveTarget
from concordat.targets.live_environment import Credential

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "k3y-of-nobody"


class Endpoint:
    """An endpoint that answers everything with one body, or lists of companies well and all else with it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.body = b"{}"
        self.companies: bytes | None = None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def do_GET(self) -> None:
            listing = self.path.startswith("/companies?") and made.companies is not None
            body = made.companies if listing and made.companies is not None else made.body
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        made = Endpoint(f"http://127.0.0.1:{listening.server_port}")
        running = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield made
        finally:
            listening.shutdown()
            running.join(scaled(10))


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        ("", CredentialsMissing, "is not set"),
        ("abc", UsageError, "fewer than four characters"),
        ("Basic abc", UsageError, "fewer than four characters"),
        ("a key that ends in a blank ", UsageError, "control characters, or blanks"),
        ("Basic YWJjZA==\nX-Other: 1", UsageError, "control characters, or blanks"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(key: str, error: type[ConcordatError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        Credential.of(key)
    assert not key or key not in str(caught.value)
    assert caught.value.hint


def test_the_error_of_a_target_that_is_not_a_url_comes_before_a_missing_key() -> None:
    with pytest.raises(UsageError, match="not a plain http or https URL"):
        LiveTarget.discover("ftp://somewhere", "", ())


STRANGE = [
    b'{"results": [{"name": "no id"}], "totalResults": 1}',
    b'{"results": ["no object"], "totalResults": 1}',
    b'{"results": {"a": 1}, "totalResults": 1}',
    b'{"results": [{"id": "1"}], "totalResults": "5"}',
    b'{"results": [{"id": "1"}], "totalResults": 1e9999999}',
    b'{"results": [{"id": "\xff\xfe"}], "totalResults": 1}',
    b'{"results": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"attachments": ["no object"], "results": [{"id": {}}]}',
]


COMPANIES = b'{"results": [{"id": "1"}], "totalResults": 1}'


@pytest.mark.parametrize(
    ("body", "companies"),
    # the contract allows a customer without an id
    [*((body, None) for body in STRANGE), *((body, COMPANIES) for body in STRANGE[1:])],
)
def test_an_endpoint_that_answers_the_first_questions_strangely_is_named_as_that(
    endpoint: Endpoint, body: bytes, companies: bytes | None
) -> None:
    endpoint.body, endpoint.companies = body, companies
    with pytest.raises(TargetUnreachable, match=r"that is no answer of the API to \w+\.list") as caught:
        LiveTarget.discover(endpoint.url, KEY, [load_contract("accounting")])
    assert caught.value.hint


def test_a_company_without_a_count_is_one_without_customers(endpoint: Endpoint) -> None:
    endpoint.body = b'{"results": [{"id": "1", "more": 1e9999999}], "totalResults": null}'
    found = LiveTarget.discover(endpoint.url, KEY, [load_contract("accounting")])
    assert found.name == endpoint.url


@pytest.mark.parametrize(
    "body", [*STRANGE, b'{"results": [{"id": "1", "status": "Linked"}], "attachments": ["no object"]}']
)
def test_contract_tests_leave_out_what_an_endpoint_answers_strangely(endpoint: Endpoint, body: bytes) -> None:
    endpoint.body = body
    assert all(isinstance(value, str) for value in known_at(endpoint.url, {}).values())
