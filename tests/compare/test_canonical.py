from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from concordat.compare.canonical import canonical_json, canonical_request, read_json, without_base
from concordat.http1.exchange import Request
from concordat.values import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = (("Content-Type", "application/json"),)


def request(target: str = "/a", body: bytes = b"", headers: tuple[tuple[str, str], ...] = JSON) -> Request:
    return Request("POST", target, headers, body)


SAME = [
    pytest.param(request("/a?x=1&y=2"), request("/a?y=2&x=1"), id="order of the query"),
    pytest.param(request("/a%2fb"), request("/a%2Fb"), id="case of percent-encoding"),
    pytest.param(request("/%61?q=a%20b"), request("/a?q=a+b"), id="writing of the same text"),
    pytest.param(request(body=b'{"a":1,"b":[2]}'), request(body=b' {"b": [2], "a": 1}\n'), id="order of keys"),
    pytest.param(request(body=b'"\\u00e9"'), request(body='"\xe9"'.encode()), id="escapes"),
    pytest.param(
        request(body=b"{}", headers=(("content-type", 'Application/JSON; charset="UTF-8"'),)),
        request(body=b"{}"),
        id="writing of the media type",
    ),
    pytest.param(request(headers=()), request(), id="a content type without a body"),
    pytest.param(request(headers=(*JSON, ("User-Agent", "x"))), request(), id="headers of no interest"),
]
OTHER = [
    pytest.param(request("/a/b"), request("/a%2Fb"), id="an encoded slash"),
    pytest.param(request("/a"), request("/a/"), id="a trailing slash"),
    pytest.param(request("/a?x=1"), request("/a?x=1&x=1"), id="a repeat"),
    pytest.param(request("/a?x="), request("/a"), id="an empty parameter"),
    pytest.param(request(body=b"1.0"), request(body=b"1"), id="a number's writing"),
    pytest.param(request(body=b"1e2"), request(body=b"100"), id="an exponent"),
    pytest.param(request(body=b'"1"'), request(body=b"1"), id="text and number"),
    pytest.param(request(body=b"[1,2]"), request(body=b"[2,1]"), id="order of a list"),
    pytest.param(request(body=b'{"a":null}'), request(body=b"{}"), id="null and absent"),
    pytest.param(request(body=b'{"a":1,"a":2}'), request(body=b'{"a":2}'), id="a repeated key"),
    pytest.param(request(body=b"{}", headers=()), request(body=b"{}"), id="no content type"),
    pytest.param(request(body=b"\xff"), request(body=b"\xfe"), id="other bytes"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_requests_that_ask_the_same_are_equal(left: Request, right: Request) -> None:
    assert canonical_request(left) == canonical_request(right)


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_requests_that_a_server_may_tell_apart_differ(left: Request, right: Request) -> None:
    assert canonical_request(left) != canonical_request(right)


def test_further_headers_are_compared_when_named() -> None:
    one = request(headers=(("Idempotency-Key", "1"),))
    assert canonical_request(one, headers=("idempotency-key",)).headers == (("idempotency-key", "1"),)


@pytest.mark.parametrize(
    ("segments", "base", "expected"),
    [
        (("api", "v1", "a"), "/api/v1", ("a",)),
        (("api", "a"), "/api/v1", ("api", "a")),
        (("a",), "", ("a",)),
        (("a",), "/", ("a",)),
        (("a b/c", "d"), "/a%20b%2fc", ("d",)),
        (("a%20b", "d"), "/a%20b", ("a%20b", "d")),
    ],
)
def test_the_base_path_is_taken_off(segments: tuple[str, ...], base: str, expected: tuple[str, ...]) -> None:
    assert without_base(segments, base) == expected


def test_numbers_are_read_as_they_were_written() -> None:
    value = read_json(b'{"a": [1.10, 12345678901234567890, -0, 1E400], "b": "1"}')
    assert value == {"a": ["1.10", "12345678901234567890", "-0", "1E400"], "b": "1"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b"\xef\xbb\xbf{}"])
def test_what_is_not_json_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_json(body)


@pytest.mark.parametrize("read", [read_json, canonical_json])
def test_json_that_is_nested_too_deeply_is_an_error(read: Callable[[bytes], object]) -> None:
    assert read(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH)
    assert read(b"[" + b",".join([b'{"[{":[]}'] * 5000) + b"]"), "width is no depth"
    for levels in (MAX_DEPTH + 1, 400, 700, 100_000):
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            with pytest.raises(ValueError, match="nested"):
                read(opening * levels + b"1" + closing * levels)


def test_canonical_json_is_json() -> None:
    text = canonical_json(b'{"b": [true, null, "x\\"y", 1.50], "a": {}}')
    assert text == '{"a":{},"b":[true,null,"x\\"y",1.50]}'
    assert json.loads(text) == {"a": {}, "b": [True, None, 'x"y', 1.5]}
