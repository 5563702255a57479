from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
import pytest

from concordat.http1 import coding as content_coding
from concordat.http1.coding import decoded, encoded, recoded

if TYPE_CHECKING:
    from collections.abc import Callable

BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
BARE_BODY = BARE.compress(b"body") + BARE.flush()


@pytest.mark.parametrize(
    ("coding", "body", "plain"),
    [
        (None, b"body", b"body"),
        ("identity", b"body", b"body"),
        ("gzip", gzip.compress(b"body", mtime=0), b"body"),
        ("X-GZIP", gzip.compress(b"body", mtime=0), b"body"),
        ("deflate", zlib.compress(b"body"), b"body"),
        ("deflate", BARE_BODY, b"body"),
        ("deflate, gzip", gzip.compress(zlib.compress(b"body"), mtime=0), b"body"),
        ("gzip", b"", b""),
        ("gzip", b"body", None),
        ("gzip", gzip.compress(b"body", mtime=0)[:-1], None),
        ("deflate", b"body", None),
        ("br", brotli.compress(b"body"), b"body"),
        ("br", bytes.fromhex("20001061626303"), b"abc"),  # RFC 7932, 9.2: a meta-block of bytes as they are
        ("gzip, br", brotli.compress(gzip.compress(b"body", mtime=0)), b"body"),
        ("br", b"body", None),
        ("br", brotli.compress(b"body" * 9)[:-1], None),
        ("br", brotli.compress(b"body") + b"x", None),
        ("br", b"", b""),
        ("zstd", b"body", None),
        ("gzip, zstd", b"body", None),
    ],
)
def test_known_codings_are_undone_and_others_are_not_guessed(
    coding: str | None, body: bytes, plain: bytes | None
) -> None:
    headers = () if coding is None else (("Content-Encoding", coding),)
    assert decoded(headers, body) == plain
    if plain:
        assert decoded(headers, recoded(headers, plain)) == plain


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@pytest.mark.parametrize(("size", "whole"), [(5000, True), (5001, False), (5_000_000, False)])
def test_a_body_that_unpacks_to_more_than_is_accepted_is_not_decoded(
    monkeypatch: pytest.MonkeyPatch, coding: str, size: int, *, whole: bool
) -> None:
    monkeypatch.setattr(content_coding, "MOST_DECODED", 5000)
    headers = (("Content-Encoding", coding),)
    assert (decoded(headers, encoded(coding, b"\0" * size)) is not None) is whole


def test_bare_deflate_that_unpacks_to_more_than_is_accepted_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_coding, "MOST_DECODED", 3)
    assert decoded((("Content-Encoding", "deflate"),), BARE_BODY) is None


@pytest.mark.parametrize(("coding", "unpack"), [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_a_body_is_coded_so_that_others_read_it(coding: str, unpack: Callable[[bytes], bytes]) -> None:
    assert unpack(encoded(coding, b"body" * 1000)) == b"body" * 1000


def test_an_unknown_coding_cannot_be_applied() -> None:
    with pytest.raises(KeyError):
        encoded("zstd", b"body")
