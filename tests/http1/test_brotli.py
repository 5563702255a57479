"""Stored Brotli: decoders other than ours read it, and ours reads no other."""

from __future__ import annotations

import pytest

from concordat.http1.brotli import store, stored

SIZES = [0, 1, 2, 255, 65535, 65536, 65537, 200_000]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_stored_is_read_again(size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    assert stored(store(data)) == data


def test_the_bytes_are_those_of_the_standard() -> None:
    # RFC 7932, 9.1 and 9.2: WBITS 0; ISLAST 0, MNIBBLES 00, MLEN-1 = 2 in 16 bits, ISUNCOMPRESSED 1; last and empty
    assert store(b"abc") == bytes.fromhex("200010616263" + "03")
    assert store(b"") == b"\x06"


@pytest.mark.parametrize("stream", [b"", b"\x06\x00", b"\x0b\x02\x80abc\x03", store(b"abc")[:-1], store(b"abc") + b"x"])
def test_another_stream_is_not_read(stream: bytes) -> None:
    assert stored(stream) is None
