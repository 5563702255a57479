from __future__ import annotations

import pytest

from concordat.http1.serializer import render

DATED = (("Date", "Mon, 01 Jan 2024 00:00:00 GMT"),)


def test_given_headers_are_sent_verbatim_and_nothing_is_added_to_a_complete_set() -> None:
    headers = (*DATED, ("content-LENGTH", "2"), ("Server", "x"))
    rendered = render(200, headers, b"{}")
    assert rendered.headers == headers
    assert rendered.whole == (
        b"HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\ncontent-LENGTH: 2\r\nServer: x\r\n\r\n{}"
    )


def test_a_status_without_a_name_has_an_empty_reason() -> None:
    assert render(599, DATED, b"").head.startswith(b"HTTP/1.1 599 \r\n")


@pytest.mark.parametrize(
    ("text", "wire"),
    [("caf\xe9", b"caf\xe9"), ("\u20ac", b"\xe2\x82\xac")],
)
def test_header_text_beyond_ascii_is_written(text: str, wire: bytes) -> None:
    assert b"X: " + wire + b"\r\n" in render(200, (*DATED, ("X", text)), b"").head


def test_a_chunked_answer_is_framed_in_chunks_without_a_length() -> None:
    rendered = render(200, (*DATED, ("Transfer-Encoding", "chunked")), b"0123456789")
    assert rendered.whole.endswith(b"\r\n\r\na\r\n0123456789\r\n0\r\n\r\n")
    assert b"Content-Length" not in rendered.head


@pytest.mark.parametrize(
    ("status", "method", "headers", "persistent", "expected"),
    [
        pytest.param(200, "GET", (), True, True, id="plain"),
        pytest.param(200, "GET", (), False, False, id="the client closes"),
        pytest.param(200, "GET", (("Connection", "Close"),), True, False, id="the answer closes"),
        pytest.param(200, "GET", (("Content-Length", "9"),), True, False, id="a wrong length"),
        pytest.param(200, "HEAD", (("Content-Length", "9"),), True, True, id="a length for HEAD"),
        pytest.param(304, "GET", (("Content-Length", "9"),), True, True, id="a length for 304"),
    ],
)
def test_the_connection_is_kept_only_where_framing_allows(
    status: int, method: str, headers: tuple[tuple[str, str], ...], *, persistent: bool, expected: bool
) -> None:
    assert render(status, headers, b"body", method=method, persistent=persistent).persistent is expected
