from __future__ import annotations

import gzip
import zlib

import pytest

from concordat.tap.coding import decoded, recoded

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
        ("br", b"body", None),
    ],
)
def test_known_codings_are_undone_and_others_are_not_guessed(
    coding: str | None, body: bytes, plain: bytes | None
) -> None:
    headers = () if coding is None else (("Content-Encoding", coding),)
    assert decoded(headers, body) == plain
    if plain:
        assert decoded(headers, recoded(headers, plain)) == plain
