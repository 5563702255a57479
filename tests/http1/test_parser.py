from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.http1.answer import Answer
from concordat.http1.head import HEAD_LIMIT
from concordat.http1.parser import Arrival, RequestReader, Unreadable

if TYPE_CHECKING:
    from concordat.http1.exchange import Request

HOST = b"Host: h\r\n"


def read(data: bytes, *, step: int = 0, body_limit: int = 1000) -> list[Arrival | Unreadable]:
    reader = RequestReader(body_limit)
    found: list[Arrival | Unreadable] = []
    pieces = [data[at : at + step] for at in range(0, len(data), step)] if step else [data]
    for piece in pieces:
        reader.feed(piece)
        while (item := reader.next()) is not None:
            found.append(item)
    return found


def only(items: list[Arrival | Unreadable]) -> Arrival:
    [item] = items
    assert isinstance(item, Arrival)
    return item


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/companies/a%2Fb/data?query=a%3D1&query=b",
        "/a/../b/./c",
        "//double//slash",
        "/%zz?%",
        "/?=&&x",
        '/odd"<>\\^`{|}',
        "http://elsewhere/path?x",
    ],
)
def test_a_target_is_kept_as_it_was_sent(target: str) -> None:
    assert only(read(f"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n".encode())).request.target == target


def test_headers_keep_order_case_repeats_and_bytes() -> None:
    arrival = only(read(b"GET / HTTP/1.1\r\nhOST: h\r\nX-A: 1\r\nx-a:2  \r\nX-B:\r\nX-C: caf\xc3\xa9\r\n\r\n"))
    assert arrival.request.headers == (("hOST", "h"), ("X-A", "1"), ("x-a", "2"), ("X-B", ""), ("X-C", "caf\xc3\xa9"))


def test_raw_holds_every_byte_of_the_request() -> None:
    data = b"POST /x HTTP/1.1\r\nHost:  h\r\ntransfer-encoding: Chunked\r\n\r\n3;e=1\r\nabc\r\n0\r\nT: 1\r\n\r\n"
    arrival = only(read(data))
    assert arrival.request.raw == data
    assert arrival.request.body == b"abc"


BODIES = [
    pytest.param(b"Content-Length: 5\r\n\r\nhello", b"hello", id="length"),
    pytest.param(b"Content-Length: 5, 5\r\nContent-Length: 5\r\n\r\nhello", b"hello", id="repeated length"),
    pytest.param(b"Content-Length: 0\r\n\r\n", b"", id="empty"),
    pytest.param(b"\r\n", b"", id="none"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"hello", id="one chunk"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n03\r\nllo\r\n0\r\n\r\n", b"hello", id="two chunks"),
    pytest.param(
        b"Transfer-Encoding: chunked\r\n\r\nA\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n" * 5, id="newlines"
    ),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"", id="no chunk"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n", b"x", id="trailers"),
]


@pytest.mark.parametrize("step", [0, 1, 3, 17])
@pytest.mark.parametrize(("framed", "body"), BODIES)
def test_bodies_are_read_however_they_arrive(framed: bytes, body: bytes, step: int) -> None:
    data = b"POST / HTTP/1.1\r\n" + HOST + framed
    items = read(data * 3, step=step)
    assert [item.request.body for item in items if isinstance(item, Arrival)] == [body] * 3
    assert b"".join(item.request.raw for item in items if isinstance(item, Arrival)) == data * 3


def test_empty_lines_before_a_request_are_ignored() -> None:
    assert only(read(b"\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")).request.target == "/"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00", 400, id="a TLS handshake"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="HTTP/2"),
        pytest.param(b"GET /\r\n", 400, id="HTTP/0.9"),
        pytest.param(b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a space in the target"),
        pytest.param(b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="bytes above ASCII in the target"),
        pytest.param(b"GET /#x HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a fragment"),
        pytest.param(b"GET a HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="no slash"),
        pytest.param(b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="two spaces"),
        pytest.param(b"G(T / HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a method that is no token"),
        pytest.param(b"GET / HTTP/1.1\n" + b"Host: h\n\n", 400, id="bare newlines"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\n\n", 400, id="a bare newline"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST * 2 + b"\r\n", 400, id="two hosts"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n\r\n", 400, id="a space before the colon"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n\r\n", 400, id="a folded header"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n\r\n", 400, id="a NUL"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n", 400, id="a header without colon"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", 400, id="a length that is none"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: +1\r\n\r\n", 400, id="a signed length"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1, 2\r\n\r\n", 400, id="two lengths"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            id="smuggling",
        ),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501, id="a coding"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1001\r\n\r\n", 413, id="too long a body"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nFFFF\r\n", 413, id="too long a chunk"
        ),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400, id="no size"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n",
            400,
            id="an overlong chunk",
        ),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nbad\r\n\r\n",
            400,
            id="a bad trailer",
        ),
        pytest.param(b"GET /" + b"a" * (HEAD_LIMIT + 1), 431, id="an endless head"),
    ],
)
def test_what_is_no_valid_request_is_handed_on_with_its_bytes(data: bytes, status: int) -> None:
    [item] = read(data)
    assert isinstance(item, Unreadable)
    assert item.status == status
    assert data.startswith(item.raw)
    assert item.raw


def test_nothing_is_read_after_an_unreadable_request() -> None:
    items = read(b"nonsense\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n")
    assert [type(item) for item in items] == [Unreadable]


@pytest.mark.parametrize("start", [b"", b"\r", b"G", b"GET ", b"GET /a", b"GET /a HTTP/1.", b"GET /a HTTP/1.1\r"])
def test_the_beginning_of_a_request_is_waited_for(start: bytes) -> None:
    assert read(start) == []


def chunked(*chunks: bytes, extension: bytes = b"") -> bytes:
    lines = b"".join(b"%X%b\r\n%b\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + lines + b"0\r\n\r\n"


@pytest.mark.parametrize("size", [10, 250, 1000])
@pytest.mark.parametrize("step", [0, 7])
def test_a_chunked_body_may_be_as_long_as_the_bound_and_no_longer(size: int, step: int) -> None:
    whole = [b"x" * size] * (1000 // size)
    assert only(read(chunked(*whole), step=step)).request.body == b"x" * 1000
    [item] = read(chunked(*whole, b"x"), step=step)
    assert isinstance(item, Unreadable)
    assert (item.status, item.reason) == (413, "the body is too long")


def test_the_framing_of_chunks_is_bounded_too() -> None:
    assert only(read(chunked(*[b"x"] * 300))).request.body == b"x" * 300
    for endless in (chunked(*[b"x"] * 900), chunked(*[b"x"] * 9, extension=b";" + b"e" * 500)):
        [item] = read(endless)
        assert isinstance(item, Unreadable)
        assert (item.status, item.reason) == (413, "the framing of the body's chunks is too long")


def test_a_second_chunked_body_has_the_bound_to_itself() -> None:
    data = chunked(b"x" * 900)
    assert [item.request.body for item in read(data + data) if isinstance(item, Arrival)] == [b"x" * 900] * 2


@pytest.mark.parametrize(
    ("framing", "refused"),
    [
        (b"Content-Length: 1000000\r\n", True),
        (b"Content-Length: 1\r\n", True),
        (b"Transfer-Encoding: chunked\r\n", True),
        (b"Content-Length: 0\r\n", False),
        (b"", False),
    ],
)
def test_a_head_check_refuses_a_request_with_a_body_before_the_body_arrives(framing: bytes, *, refused: bool) -> None:
    answer = Answer(403)
    asked: list[Request] = []

    def check(request: Request) -> Answer:
        asked.append(request)
        return answer

    reader = RequestReader(1000, check)
    reader.feed(b"POST /a HTTP/1.1\r\n" + HOST + framing + b"\r\n")
    item = reader.next()
    if not refused:
        assert isinstance(item, Arrival)
        assert asked == []
        return
    assert isinstance(item, Unreadable)
    assert item.answer is answer
    assert [(one.method, one.target, one.body) for one in asked] == [("POST", "/a", b"")]


def test_a_head_check_is_asked_once_for_a_request_that_it_admits() -> None:
    asked: list[Request] = []
    reader = RequestReader(1000, asked.append)
    items: list[Arrival | Unreadable | None] = []
    for piece in (b"POST /a HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\n", b"bo", b"dy"):
        reader.feed(piece)
        items.append(reader.next())
    assert items[:2] == [None, None]
    assert isinstance(items[2], Arrival)
    assert (items[2].request.body, len(asked)) == (b"body", 1)
