from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import scaled

from concordat_reference import ApiError, Client, DecodeError, InvalidArgumentError, Retries, TransportError

if TYPE_CHECKING:
    from tests.reference.conftest import Double

TIMEOUT = scaled(30)
QUICK = Retries(initial=0.001, maximum=0.002, elapsed=5.0)
CUSTOMER = {"id": "1", "status": "Active"}
PUSH = {"pushOperationKey": "p", "status": "Pending"}


def client(double: Double, retries: Retries | None = None, timeout: float = TIMEOUT) -> Client:
    return Client("Basic a2V5", double.url, retries=retries, timeout=timeout)


@pytest.mark.parametrize(
    ("customer_id", "segment"),
    [
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("../../x", "%2E%2E%2F%2E%2E%2Fx"),
        ("a%2Fb", "a%252Fb"),
        ("{customerId}", "%7BcustomerId%7D"),
        ("a b", "a%20b"),
        ("\u00e9\u4e2d", "%C3%A9%E4%B8%AD"),
        ("a?b#c;d", "a%3Fb%23c%3Bd"),
        ("//host", "%2F%2Fhost"),
        ("150000-933272658", "150000-933272658"),
    ],
)
def test_an_argument_stays_one_segment_on_the_wire(double: Double, customer_id: str, segment: str) -> None:
    double.script = [double.json(CUSTOMER)]
    with client(double) as api:
        api.customers.get("c", customer_id)
    assert double.sent[0].target == f"/companies/c/data/customers/{segment}"


def test_an_empty_argument_is_refused_before_anything_is_sent(double: Double) -> None:
    with client(double) as api, pytest.raises(InvalidArgumentError, match="customerId is empty"):
        api.customers.get("c", "")
    assert double.sent == []


def test_a_base_path_stays_before_the_path(double: Double) -> None:
    double.script = [double.json(CUSTOMER)]
    with Client(None, double.url + "/v1/", retries=None) as api:
        api.customers.get("c", "..")
    assert double.sent[0].target == "/v1/companies/c/data/customers/%2E%2E"


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1", "http://", "http://x?y=1", "http://x#y"])
def test_what_is_no_server_is_refused(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match="not the URL of a server"):
        Client(None, url)


def test_a_write_carries_json_and_the_credential_as_given(double: Double) -> None:
    double.script = [double.json(PUSH)]
    with client(double) as api:
        api.customers.create("c", "k", {"status": "Active", "customerName": "\u00e9"})
    sent = double.sent[0]
    assert (sent.method, sent.headers["authorization"], sent.headers["accept"], sent.headers["content-type"]) == (
        "POST",
        "Basic a2V5",
        "application/json",
        "application/json",
    )
    assert sent.body == '{"status":"Active","customerName":"\u00e9"}'.encode()


def test_without_a_body_or_credential_none_is_sent(double: Double) -> None:
    double.script = [double.json(PUSH)]
    with Client(None, double.url) as api:
        api.customers.create("c", "k")
    sent = double.sent[0]
    assert sent.body == b""
    assert not {"content-type", "authorization"} & set(sent.headers)


def test_neither_proxies_nor_netrc_nor_cookies_are_used(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    double.script = [double.json(CUSTOMER, 200, "Set-Cookie: a=b; Path=/")]
    with client(double) as api:
        api.customers.get("c", "1")
        api.customers.get("c", "1")
    assert [sent.headers.get("cookie") for sent in double.sent] == [None, None]


@pytest.mark.parametrize("status", [408, 429, 500, 503, 599])
def test_a_read_is_repeated_until_it_succeeds(double: Double, status: int) -> None:
    double.script = [double.json({}, status), double.json({}, status), double.json(CUSTOMER)]
    with client(double, QUICK) as api:
        assert api.customers.get("c", "1") == CUSTOMER
    assert len(double.sent) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 409])
def test_a_read_that_was_refused_is_not_repeated(double: Double, status: int) -> None:
    double.script = [double.json({}, status, "Location: /elsewhere")]
    with client(double, QUICK) as api, pytest.raises(ApiError) as caught:
        api.customers.get("c", "1")
    assert (caught.value.status, len(double.sent)) == (status, 1)


def test_a_read_over_a_broken_connection_is_repeated(double: Double) -> None:
    double.script = [b"", double.raw(200, b'{"id"', length=99), double.json(CUSTOMER)]
    with client(double, QUICK) as api:
        assert api.customers.get("c", "1") == CUSTOMER


def test_a_broken_connection_is_not_repeated_when_the_policy_says_so(double: Double) -> None:
    with client(double, QUICK._replace(connection_errors=False)) as api, pytest.raises(TransportError):
        api.customers.get("c", "1")
    assert len(double.sent) == 1


@pytest.mark.parametrize("after", ["3600", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_retry_after_beyond_the_policy_ends_the_read(double: Double, after: str) -> None:
    double.script = [double.json({}, 429, f"Retry-After: {after}"), double.json(CUSTOMER)]
    with client(double, QUICK) as api, pytest.raises(ApiError):
        api.customers.get("c", "1")
    assert len(double.sent) == 1


@pytest.mark.parametrize("after", ["0", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"])
def test_a_retry_after_that_is_past_or_unreadable_lets_the_read_go_on(double: Double, after: str) -> None:
    double.script = [double.json({}, 503, f"Retry-After: {after}"), double.json(CUSTOMER)]
    with client(double, QUICK) as api:
        assert api.customers.get("c", "1") == CUSTOMER


def test_a_read_ends_when_the_policy_has_elapsed(double: Double) -> None:
    double.script = [double.json({"error": "down"}, 503)]
    with client(double, Retries(0.02, 0.02, 0.05)) as api, pytest.raises(ApiError, match="HTTP 503: down"):
        api.customers.get("c", "1")
    assert 1 <= len(double.sent) <= 3


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 503 Some\r\nContent-Length: 0\r\n\r\n"])
@pytest.mark.parametrize(
    ("resource", "method", "arguments"),
    [
        ("customers", "create", ("c", "k")),
        ("customers", "update", ("c", "k", "1")),
        ("companies", "delete", ("c",)),
        ("companies", "update", ("c",)),
        ("refresh", "all", ("c",)),
    ],
)
def test_a_write_is_never_repeated(
    double: Double, answer: bytes, resource: str, method: str, arguments: tuple[str, ...]
) -> None:
    double.script = [answer]
    with client(double, QUICK) as api, pytest.raises((ApiError, TransportError)):
        getattr(getattr(api, resource), method)(*arguments)
    assert len(double.sent) == 1


def test_an_error_keeps_its_status_body_and_correlation_id(double: Double) -> None:
    double.script = [double.json({"statusCode": 429, "error": "pay first", "correlationId": "abc"}, 402)]
    with client(double) as api, pytest.raises(ApiError, match=r"HTTP 402: pay first \(correlation id abc\)") as caught:
        api.customers.get("c", "1")
    assert (caught.value.status, caught.value.message["statusCode"], caught.value.correlation_id) == (402, 429, "abc")


@pytest.mark.parametrize("body", [b"<p>down</p>", b"[]", b"\xff", b""])
def test_an_error_without_an_error_message_is_still_an_api_error(double: Double, body: bytes) -> None:
    double.script = [double.raw(502, body)]
    with client(double) as api, pytest.raises(ApiError) as caught:
        api.customers.get("c", "1")
    assert (caught.value.status, caught.value.message) == (502, {})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<p>", "text/html"),
        (b"<p>", "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"{}", "text/plain"),
    ],
)
def test_a_success_that_cannot_be_read_keeps_its_status(double: Double, body: bytes, kind: str) -> None:
    double.script = [double.raw(201, body, f"Content-Type: {kind}")]
    with client(double) as api, pytest.raises(DecodeError) as caught:
        api.customers.create("c", "k")
    assert (caught.value.status, caught.value.body) == (201, body)


WHOLE = json.dumps(CUSTOMER).encode()
UNDECODABLE = {
    "unknown-coding": (WHOLE, "Content-Encoding: x-unknown"),
    "not-offered": (WHOLE, "Content-Encoding: br"),
    "one-of-two-unknown": (gzip.compress(WHOLE), "Content-Encoding: x-unknown, gzip"),
    "no-gzip": (WHOLE, "Content-Encoding: gzip"),
    "cut-gzip": (gzip.compress(WHOLE)[:-9], "Content-Encoding: gzip"),
    "wrong-checksum": (gzip.compress(WHOLE)[:-8] + bytes(8), "Content-Encoding: gzip"),
    "no-deflate": (WHOLE, "Content-Encoding: deflate"),
    "cut-deflate": (zlib.compress(WHOLE)[:-3], "Content-Encoding: deflate"),
    "other-type": (WHOLE, "Content-Type: text/html"),
    "half-json": (WHOLE[:9], "X: y"),
    "utf-16": (json.dumps(CUSTOMER).encode("utf-16"), "X: y"),
    "no-utf-8": (b'{"id": "\xff"}', "X: y"),
    "beyond-decimal": (b'{"id": "1", "x": 1e99999999999999999999}', "X: y"),
    "long-integer": (b'{"x": ' + b"9" * 5000 + b"}", "X: y"),
    "no-number": (b'{"x": NaN}', "X: y"),
    "nothing": (b"", "X: y"),
    "list": (b"[]", "X: y"),
    "other-shape": (b'{"addresses": [{"line1": 5}]}', "X: y"),
}
"""Whole answers that cannot be read: the body, and a header line."""


@pytest.mark.parametrize("method", ["get", "create"])
@pytest.mark.parametrize("case", UNDECODABLE)
def test_a_whole_answer_that_cannot_be_read_is_asked_for_once(double: Double, case: str, method: str) -> None:
    body, line = UNDECODABLE[case]
    if method == "create":
        body = body.replace(b'{"addresses"', b'{"data": {"addresses"').replace(b"5}]}", b"5}]}}")
    double.script = [double.raw(203, body, line, "X-Id: abc")]
    with client(double, QUICK) as api, pytest.raises(DecodeError, match="HTTP 203, but") as caught:
        getattr(api.customers, method)("c", "1")
    assert (caught.value.status, caught.value.body, caught.value.headers["x-id"]) == (203, body, "abc")
    assert len(double.sent) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_refusal_in_a_coding_that_cannot_be_undone_keeps_its_status(double: Double, coding: str) -> None:
    double.script = [double.raw(404, b"\x00\x01", f"Content-Encoding: {coding}", "X-Id: abc")]
    with client(double, QUICK) as api, pytest.raises(ApiError, match="HTTP 404: no body") as caught:
        api.customers.get("c", "1")
    assert (caught.value.headers["x-id"], len(double.sent)) == ("abc", 1)


def test_an_outage_in_a_coding_that_cannot_be_undone_is_asked_for_again(double: Double) -> None:
    double.script = [double.raw(503, b"\x00", "Content-Encoding: br"), double.json(CUSTOMER)]
    with client(double, QUICK) as api:
        assert api.customers.get("c", "1") == CUSTOMER


@pytest.mark.parametrize("line", ["Content-Encoding: deflate", "Content-Encoding: br", "Content-Encoding: gzip"])
def test_an_empty_body_has_no_coding(double: Double, line: str) -> None:
    double.script = [double.raw(200, b"", line)]
    with client(double) as api:
        api.companies.delete("c")
    assert len(double.sent) == 1


@pytest.mark.parametrize(
    "kind", ["application/json; charset=klingon", "application/json; charset=latin-1", "text/x+json"]
)
def test_the_charset_of_json_has_no_say(double: Double, kind: str) -> None:
    double.script = [double.raw(200, '{"id":"\u00e9"}'.encode(), f"Content-Type: {kind}")]
    with client(double) as api:
        assert api.customers.get("c", "1")["id"] == "\u00e9"


def test_a_cut_download_is_an_error_that_keeps_the_status(double: Double) -> None:
    double.script = [double.raw(200, b"half", length=8)]
    with client(double) as api, pytest.raises(TransportError) as caught:
        api.customers.download_attachment("c", "k", "1", "a")
    assert caught.value.status == 200


def test_a_download_is_its_bytes(double: Double) -> None:
    double.script = [double.raw(200, bytes(range(256)), "Content-Type: application/octet-stream")]
    with client(double) as api:
        assert api.customers.download_attachment("c", "k", "1", "a") == bytes(range(256))
    assert double.sent[0].headers["accept"] == "application/octet-stream"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("resource", ["customers.get", "customers.create"])
def test_a_redirect_is_not_followed(double: Double, status: int, resource: str) -> None:
    double.script = [double.raw(status, b"", f"Location: {double.url}/elsewhere")]
    with client(double, QUICK) as api, pytest.raises(ApiError) as caught:
        getattr(api.customers, resource.split(".")[1])("c", "1")
    assert (caught.value.status, caught.value.headers["location"]) == (status, f"{double.url}/elsewhere")
    assert len(double.sent) == 1


def test_unknown_fields_and_enum_values_pass_through(double: Double) -> None:
    odd: dict[str, Any] = {"status": "Paused", "new": {"a": [1]}, "phone": None}
    double.script = [double.json(odd)]
    with client(double) as api:
        assert json.loads(json.dumps(api.customers.get("c", "1"))) == odd
