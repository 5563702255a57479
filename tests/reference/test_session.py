"""Nothing permanent is asked for twice, whatever the policy; the default one would go on for an hour."""

from __future__ import annotations

import errno
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest

from concordat_reference import (
    CONTRACT_RETRIES,
    ApiError,
    Client,
    ClientError,
    InvalidArgumentError,
    Retries,
    TransportError,
    transport,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Double

QUICK = Retries(initial=0.001, maximum=0.002, elapsed=5.0)
CUSTOMER = {"id": "1", "status": "Active"}


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when the client waits for another try."""

    def waited(seconds: float) -> None:
        pytest.fail(f"the client waits {seconds} s for another try")

    monkeypatch.setattr(time, "sleep", waited)


@pytest.mark.parametrize(
    ("auth", "place"),
    [
        ("Basic \u20ac", 7),
        ("\U0001f98a", 1),
        ("Basic \u4e2d\u6587", 7),
        (" Basic a", 1),
        ("Basic a\n", 8),
        ("Basic a\r\nX: y", 8),
        ("a\0b", 2),
        ("a\tb", 2),
        ("a\x7fb", 2),
        ("a\u2028b", 2),
        ("a\ud800b", 2),
    ],
)
def test_a_credential_that_no_header_can_carry_is_refused_at_once_and_not_shown(auth: str, place: int) -> None:
    with pytest.raises(InvalidArgumentError, match=f"its character {place} is outside of printable Latin-1") as caught:
        Client(auth, "http://127.0.0.1:1")
    assert isinstance(caught.value, ClientError)
    assert isinstance(caught.value, ValueError)
    assert auth not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_latin_1_credential_is_sent_as_its_octets(double: Double) -> None:
    double.script = [double.json(CUSTOMER)]
    with Client("Basic \u00e9", double.url) as api:
        api.customers.get("c", "1")
    assert double.sent[0].headers["authorization"] == "Basic \u00e9"


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://x:99999",
        "http://:80",
        "http://x y",
        "http://x\n/",
        "http://x/\u2028",
        "//x",
        "http:/x",
        "http://a.\u2488com",
        "mailto:x",
        "http://" + "a" * 64 + ".b*\u00e9",
    ],
)
def test_a_url_that_cannot_be_asked_is_refused_when_the_client_is_built(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match="not the URL of a server"):
        Client(None, url)


def test_a_password_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(InvalidArgumentError, match="give the credential as `auth`") as caught:
        Client("Basic a2V5", "http://name:secret@127.0.0.1:1")
    assert "secret" not in str(caught.value)


def test_a_base_path_beyond_ascii_is_encoded(double: Double) -> None:
    double.script = [double.json(CUSTOMER)]
    with Client(None, double.url + "/\u00e9") as api:
        api.customers.get("c", "1")
    assert double.sent[0].target == "/%C3%A9/companies/c/data/customers/1"


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e20])
def test_a_time_limit_that_no_socket_takes_is_refused(timeout: float) -> None:
    with pytest.raises(InvalidArgumentError, match="a time limit"):
        Client(None, "http://127.0.0.1:1", timeout=timeout)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_policy_without_an_end_is_refused(place: int, value: float) -> None:
    numbers: list[Any] = list(CONTRACT_RETRIES)
    numbers[place] = value
    with pytest.raises(InvalidArgumentError, match="not a retry policy"):
        Client(None, "http://127.0.0.1:1", retries=Retries(*numbers))


CYCLE: dict[str, Any] = {}
CYCLE["self"] = CYCLE


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body", [object(), {1, 2}, {(1, 2): 3}, {"a": float("nan")}, {"a": "\ud800"}, CYCLE, nested(100_000), b"raw"]
)
@pytest.mark.usefixtures("no_waits")
def test_a_body_that_is_no_json_is_refused_before_anything_is_sent(double: Double, body: Any) -> None:
    with Client("k", double.url) as api, pytest.raises(InvalidArgumentError):
        api.companies.create(body)
    assert double.sent == []


@pytest.mark.parametrize("customer_id", ["", None, "\ud800"])
@pytest.mark.usefixtures("no_waits")
def test_an_id_that_is_no_segment_is_refused_before_anything_is_sent(double: Double, customer_id: Any) -> None:
    with Client("k", double.url) as api, pytest.raises(InvalidArgumentError):
        api.customers.get("c", customer_id)
    with Client("k", double.url) as api, pytest.raises(InvalidArgumentError):
        api.customers.list("c", query="\ud800")
    assert double.sent == []


def raising(error: BaseException) -> Callable[..., Any]:
    def raises(*_given: object, **_named: object) -> Any:
        raise error

    return raises


def certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", raising(ssl.SSLCertVerificationError("self-signed")))


def other_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", raising(ssl.SSLError(1, "wrong version number")))


def no_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", "/nowhere")


def no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror(socket.EAI_NONAME, "not known")))


def no_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", raising(OSError(errno.EMFILE, "too many open files")))


@pytest.mark.parametrize("trouble", [certificate, other_protocol, no_authorities, no_such_host, no_descriptors])
@pytest.mark.usefixtures("no_waits")
def test_permanent_trouble_ends_a_read_at_once(
    double: Double, monkeypatch: pytest.MonkeyPatch, trouble: Callable[[pytest.MonkeyPatch], None]
) -> None:
    trouble(monkeypatch)
    with Client("k", double.url.replace("http:", "https:")) as api, pytest.raises(TransportError) as caught:
        api.customers.get("c", "1")
    assert (caught.value.status, caught.value.transient, double.sent) == (None, False, [])


PASSING: list[OSError] = [
    ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
    ConnectionResetError(errno.ECONNRESET, "reset"),
    TimeoutError(errno.ETIMEDOUT, "timed out"),
    OSError(errno.EHOSTUNREACH, "no route"),
    OSError(errno.ENETUNREACH, "no network"),
    socket.gaierror(socket.EAI_AGAIN, "try again"),
]


@pytest.mark.parametrize("trouble", PASSING, ids=lambda error: f"{type(error).__name__}-{error.errno}")
def test_a_connection_that_may_hold_a_moment_later_is_asked_for_again(
    double: Double, monkeypatch: pytest.MonkeyPatch, trouble: OSError
) -> None:
    own, left = socket.getaddrinfo, [trouble]

    def once(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return own(*given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    double.script = [double.json(CUSTOMER)]
    with Client("k", double.url, retries=QUICK) as api:
        assert api.customers.get("c", "1") == CUSTOMER


def test_a_tls_connection_that_ended_is_asked_for_again(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def ended(*_given: object, **_named: object) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise ssl.SSLEOFError(8, "EOF")
        raise ssl.SSLCertVerificationError

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", ended)
    url = double.url.replace("http:", "https:")
    with Client("k", url, retries=QUICK) as api, pytest.raises(TransportError, match="Cert") as caught:
        api.customers.get("c", "1")
    assert (len(tries), caught.value.transient) == (3, False)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc Some\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n{}",
    ],
    ids=["other-protocol", "no-status", "long-header", "two-lengths", "long-body", "long-chunk"],
)
@pytest.mark.usefixtures("no_waits")
def test_an_answer_that_is_no_http_is_not_asked_for_again(double: Double, answer: bytes) -> None:
    double.script = [answer]
    with Client("k", double.url) as api, pytest.raises(TransportError) as caught:
        api.customers.get("c", "1")
    assert not caught.value.transient
    assert len(double.sent) == 1


def test_trouble_of_the_callers_own_is_not_taken_for_the_connections(double: Double) -> None:
    double.script = [b"SSH-2.0-OpenSSH_9.6\r\n"]
    trouble = ConnectionResetError()
    with Client("k", double.url) as api:
        try:
            raise trouble
        except ConnectionResetError:
            with pytest.raises(TransportError) as caught:
                api.customers.get("c", "1")
    assert (caught.value.transient, len(double.sent)) == (False, 1)


LOCATIONS = ["http://[", "http://x:99999", "http://\u00e9:1", "/next", "//elsewhere", "javascript:x", ""]


@pytest.mark.parametrize("location", LOCATIONS)
@pytest.mark.usefixtures("no_waits")
def test_a_redirect_keeps_its_status_and_body_wherever_it_leads(double: Double, location: str) -> None:
    double.script = [double.raw(302, b'{"error":"off"}', f"Location: {location}")]
    with Client("k", double.url) as api, pytest.raises(ApiError) as caught:
        api.customers.get("c", "1")
    assert (caught.value.status, caught.value.body, len(double.sent)) == (302, '{"error":"off"}', 1)


def test_a_wait_that_overflows_is_the_longest_one() -> None:
    policy = Retries(initial=1.0, maximum=7.0, exponent=10.0)
    assert transport._wait(policy, 5000, TransportError("reset")) == 7.0


@pytest.mark.parametrize(
    "text", ["Mon, 01 Jan 0001 00:00:00 -0000", "Mon, 01 Jan 2024 00:00:00 +99999999999999", "9" * 500, "\u00b2", "1e3"]
)
def test_an_odd_retry_after_is_a_number_or_nothing(text: str) -> None:
    found = transport._retry_after(text)
    assert found is None or found >= 0
