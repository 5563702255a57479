from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.timeouts import elapses, scaled

from concordat.errors import TargetUnreachable, UsageError
from concordat.http1.answer import Answer, Delivery, DeliveryMode
from concordat.http1.exchange import Request, header, headers_named
from concordat.http1.listener import Listener
from concordat.tap import PLACEHOLDER, LiveUpstream
from concordat.tap.live import unanswered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

REAL = "Basic cmVhbC1rZXk="
DEADLINE = scaled(30)


class Endpoint:
    """A live endpoint's stand-in."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.fixed = answer or Answer(200, (("X-A", "1"), ("x-a", "2")), b"body")
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.fixed


def forwarded(
    endpoint: Endpoint,
    test: Callable[[LiveUpstream], Awaitable[T]],
    *,
    path: str = "",
    allow_writes: bool = False,
    deadline: float = DEADLINE,
) -> T:
    async def go() -> T:
        async with asyncio.timeout(2 * DEADLINE):
            listener = await Listener(endpoint).start()
            live = LiveUpstream(listener.url + path, REAL, allow_writes=allow_writes, deadline=deadline)
            try:
                return await test(live)
            finally:
                await live.close()
                await listener.close()

    return asyncio.run(go())


def ask(endpoint: Endpoint, request: Request, *, path: str = "", allow_writes: bool = False) -> Answer:
    return forwarded(endpoint, lambda live: live.answer(request), path=path, allow_writes=allow_writes)


@pytest.mark.parametrize(
    "target",
    ["/", "/a%2Fb/../c?x=%20&x=+", "/a//b/", "/%zz?%", "/a?b?c", '/odd"<>|{}^`', "/a;b=c:d@e", "/a+b%2B"],
)
def test_the_target_reaches_the_endpoint_as_it_was_sent(target: str) -> None:
    endpoint = Endpoint()
    ask(endpoint, Request("GET", target))
    assert [request.target for request in endpoint.requests] == [target]


def test_the_targets_own_path_is_put_before() -> None:
    endpoint = Endpoint()
    ask(endpoint, Request("GET", "/a?b"), path="/v1/")
    assert endpoint.requests[0].target == "/v1/a?b"


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ((PLACEHOLDER,), (REAL,)),
        (("Basic wrong",), ("Basic wrong",)),
        ((PLACEHOLDER + " ",), (PLACEHOLDER,)),
        ((PLACEHOLDER.lower(),), (PLACEHOLDER.lower(),)),
        ((), ()),
    ],
)
def test_only_the_placeholder_becomes_the_real_credential(sent: tuple[str, ...], received: tuple[str, ...]) -> None:
    endpoint = Endpoint()
    ask(endpoint, Request("GET", "/", tuple(("authorization", value) for value in sent)))
    assert headers_named(endpoint.requests[0].headers, "Authorization") == received


def test_headers_pass_in_order_without_those_of_the_hop() -> None:
    endpoint = Endpoint()
    headers = (
        ("Host", "localhost:1"),
        ("Connection", "close, X-Hop"),
        ("X-Hop", "1"),
        ("Keep-Alive", "x"),
        ("Transfer-Encoding", "chunked"),
        ("TE", "trailers"),
        ("X-A", "1"),
        ("User-Agent", "me"),
        ("x-a", "caf\xc3\xa9"),
        ("Accept-Encoding", "br"),
    )
    ask(endpoint, Request("GET", "/", headers))
    got = endpoint.requests[0].headers
    assert [pair for pair in got if pair[0] != "Host"] == [
        ("X-A", "1"),
        ("User-Agent", "me"),
        ("X-A", "caf\xc3\xa9"),
        ("Accept-Encoding", "identity"),
    ]
    assert (header(got, "host") or "").startswith("127.0.0.1:")


def test_the_answer_returns_as_it_is_without_headers_of_the_hop() -> None:
    fixed = Answer(418, (("Keep-Alive", "x"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b")), b"not gzip")
    answer = ask(Endpoint(fixed), Request("GET", "/"))
    assert (answer.status, answer.body) == (418, b"not gzip")
    names = [name for name, _ in answer.headers]
    assert names == ["Content-Encoding", "Set-Cookie", "Content-Length", "Date"]


def test_cookies_are_not_kept() -> None:
    endpoint = Endpoint(Answer(200, (("Set-Cookie", "a=b"),)))

    async def twice(live: LiveUpstream) -> None:
        await live.answer(Request("GET", "/"))
        await live.answer(Request("GET", "/"))

    forwarded(endpoint, twice)
    assert [header(request.headers, "cookie") for request in endpoint.requests] == [None, None]


def test_a_redirect_is_not_followed_and_a_location_inside_leads_back_to_the_tap() -> None:
    async def test(live: LiveUpstream) -> list[str | None]:
        found = []
        for location in (f"{live.target}/a?b", "/relative", "http://127.0.0.1:1/x", live.target + "0/x"):
            endpoint.fixed = Answer(302, (("Location", location),))
            answer = await live.answer(Request("GET", "/", (("Host", "127.0.0.1:9999"),)))
            assert answer.status == 302
            found.append(header(answer.headers, "location"))
        assert found[3] == live.target + "0/x"
        return found

    endpoint = Endpoint()
    found = forwarded(endpoint, test)
    assert found[:3] == ["http://127.0.0.1:9999/a?b", "/relative", "http://127.0.0.1:1/x"]
    assert len(endpoint.requests) == 4


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "BREW"])
def test_a_write_is_refused_by_concordat_unless_allowed(method: str) -> None:
    endpoint = Endpoint()
    answer = ask(endpoint, Request(method, "/", (), b"{}"))
    assert (answer.status, answer.scripted) == (403, True)
    assert b"Concordat" in answer.body
    assert endpoint.requests == []


OVERRIDES = (
    Request("GET", "/", (("X-HTTP-Method-Override", "DELETE"),)),
    Request("GET", "/", (("x-http-method", "MERGE"),)),
    Request("HEAD", "/", (("X_Method_Override", " put "),)),
    Request("OPTIONS", "/", (("X-Method-Override", "GET"), ("X-Method-Override", "POST"))),
    Request("GET", "/a?_method=delete"),
    Request("GET", "/a?x=1;_METHOD=PATCH"),
    Request("GET", "/a?%255Fmethod=DELETE"),
    Request("GET", "/a?X-HTTP-Method-Override=POST"),
    Request("GET", "//[?_method=DELETE"),
    Request("GET", "/a?method=%2544ELETE"),
    Request("GET", "/a?http_method_override=DELETE"),
    Request("GET", "/", (("HTTP-Method-Override", "DELETE"),)),
    Request("GET", "/a?method=post"),
    Request("GET", "/", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=1&_method=DELETE"),
)
READS_LIKE_THEM = (
    Request("GET", "/", (("X-HTTP-Method-Override", "get"),)),
    Request("GET", "/a?method=card&_methods=DELETE&q=_method"),
    Request("GET", "/_method=DELETE"),
    Request("GET", "/", (("X-Method", "DELETE"),)),
    Request("GET", "/a?q=x-http-method%3DPOST"),
)


@pytest.mark.parametrize("request_", OVERRIDES, ids=lambda request: f"{request.target} {request.headers}")
def test_a_read_that_asks_for_a_writing_method_is_refused_and_said(request_: Request) -> None:
    async def test(live: LiveUpstream) -> tuple[Answer, list[str]]:
        return await live.answer(request_), live.refusals

    endpoint = Endpoint()
    answer, failures = forwarded(endpoint, test)
    assert (answer.status, answer.scripted, endpoint.requests) == (403, True, [])
    assert len(failures) == 1
    assert failures[0].startswith(f"this run only reads; {request_.method} with the ")
    assert "--allow-writes" in failures[0]
    assert forwarded(endpoint, lambda live: live.answer(request_), allow_writes=True).status == 200


@pytest.mark.parametrize("request_", READS_LIKE_THEM, ids=lambda request: f"{request.target} {request.headers}")
def test_a_read_that_only_resembles_a_method_override_is_forwarded(request_: Request) -> None:
    assert ask(Endpoint(), request_).status == 200


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_allowed_write_is_forwarded_with_its_body(method: str) -> None:
    endpoint = Endpoint()
    ask(endpoint, Request(method, "/", (("Content-Type", "x/y"),), b"body"), allow_writes=True)
    [request] = endpoint.requests
    assert (request.method, request.body) == (method, b"body")
    assert header(request.headers, "content-type") == "x/y"


def test_a_request_for_another_host_is_refused() -> None:
    endpoint = Endpoint()
    assert ask(endpoint, Request("GET", "http://elsewhere/")).status == 400
    assert endpoint.requests == []


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        (("Host", "evil.example"),),
        (("Host", "127.0.0.1:9"), ("Origin", "https://evil.example")),
        (("Host", "127.0.0.1:9"), ("Origin", "null")),
    ],
)
def test_what_a_web_page_sends_reaches_no_endpoint(method: str, headers: tuple[tuple[str, str], ...]) -> None:
    endpoint = Endpoint()
    request = Request(method, "/", (*headers, ("Authorization", PLACEHOLDER), ("Content-Type", "text/plain")), b"{}")
    answer = ask(endpoint, request, allow_writes=True)
    assert (answer.status, answer.scripted) == (403, True)
    assert b"it was not forwarded" in answer.body
    assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)
    assert endpoint.requests == []


@pytest.mark.parametrize(
    ("delivery", "deadline", "status"),
    [
        (Delivery(DeliveryMode.RESET), DEADLINE, 502),
        (Delivery(DeliveryMode.CLOSE), DEADLINE, 502),
        (Delivery(DeliveryMode.CUT, size=1), DEADLINE, 502),
        (Delivery(DeliveryMode.STALL, seconds=3600), elapses(0.05), 504),
    ],
)
def test_an_endpoint_that_breaks_off_is_answered_for_by_concordat(
    delivery: Delivery, deadline: float, status: int
) -> None:
    async def test(live: LiveUpstream) -> tuple[Answer, int]:
        return await live.answer(Request("GET", "/")), len(live.refusals)

    answer, failures = forwarded(Endpoint(Answer(200, (), b"body", delivery)), test, deadline=deadline)
    assert (answer.status, answer.scripted, failures) == (status, True, 0)


@pytest.mark.parametrize("mode", [DeliveryMode.RESET, DeliveryMode.CLOSE])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_whose_connection_breaks_is_not_sent_again(method: str, mode: DeliveryMode) -> None:
    endpoint = Endpoint()

    async def test(live: LiveUpstream) -> str:
        await live.answer(Request("GET", "/"))  # so that there is a connection to use again
        endpoint.fixed = Answer(200, (), b"", Delivery(mode))
        answer = await live.answer(Request(method, "/", (), b"{}"))
        assert unanswered(answer)
        return answer.body.decode()

    failure = forwarded(endpoint, test, allow_writes=True)
    assert "Disconnected" in failure or "OSError" in failure
    assert [request.method for request in endpoint.requests] == ["GET", method]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (Request("POST", "/"), Answer(502, (("X-Concordat", "synthetic"),))),
        (Request("POST", "/", (("Host", "evil.example"),)), Answer(200)),
        (Request("POST", "*"), Answer(200)),
        (Request("POST", "/"), Answer(204)),
    ],
)
def test_an_answer_of_the_target_and_a_refusal_do_not_stand_for_a_request_without_an_answer(
    request_: Request, answer: Answer
) -> None:
    assert not unanswered(ask(Endpoint(answer), request_, allow_writes=True))


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "http_proxy", "http://127.0.0.1:1")
    endpoint = Endpoint()
    assert ask(endpoint, Request("GET", "/")).status == 200


def test_a_probe_takes_any_answer_and_shows_no_credential() -> None:
    endpoint = Endpoint(Answer(500))
    forwarded(endpoint, lambda live: live.probe())
    assert header(endpoint.requests[0].headers, "authorization") is None


def test_a_probe_of_a_target_that_is_not_there_says_how_to_mend_it() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        live = LiveUpstream(f"http://127.0.0.1:{unheard.getsockname()[1]}")

        async def go() -> None:
            try:
                await live.probe()
            finally:
                await live.close()

        with pytest.raises(TargetUnreachable) as caught:
            asyncio.run(go())
    assert caught.value.hint is not None


@pytest.mark.parametrize(
    "target", ["", "api.example.com", "ftp://h", "https://", "http://h/?a=b", "http://u:p@h", "http://[", "http://h/#x"]
)
def test_a_target_that_is_no_plain_url_is_refused(target: str) -> None:
    with pytest.raises(UsageError):
        LiveUpstream(target)
