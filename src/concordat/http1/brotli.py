"""Brotli (RFC 7932) without compression: enough to answer a client that offered it, and to read that again.

A stream here is a header, meta-blocks whose bytes are stored as they are (9.2: ISUNCOMPRESSED), and an empty last one.
Every decoder must take it.
"""

from __future__ import annotations

__all__ = ["store", "stored"]

_MOST = 1 << 16
_WINDOW_16 = 0
"""WBITS: one bit of 0, a window of 16 bits."""
_LAST = 0b11
"""ISLAST and ISLASTEMPTY."""


class _Bits:
    """Bits in the order of RFC 7932, 1.2: the least significant bit of a byte first."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._free = 0

    def add(self, value: int, count: int) -> None:
        """Add the low `count` bits of a value."""
        for place in range(count):
            if not self._free:
                self.bytes.append(0)
                self._free = 8
            self.bytes[-1] |= (value >> place & 1) << (8 - self._free)
            self._free -= 1

    def align(self) -> None:
        """Fill the byte with zeros."""
        self._free = 0


def store(data: bytes) -> bytes:
    """Return a Brotli stream of the data."""
    bits = _Bits()
    bits.add(_WINDOW_16, 1)
    for start in range(0, len(data), _MOST):
        piece = data[start : start + _MOST]
        bits.add(0, 1)  # ISLAST
        bits.add(0, 2)  # MNIBBLES: four
        bits.add(len(piece) - 1, 16)
        bits.add(1, 1)  # ISUNCOMPRESSED
        bits.align()
        bits.bytes += piece
    bits.add(_LAST, 2)
    return bytes(bits.bytes)


def stored(stream: bytes) -> bytes | None:
    """Return the data of a stream that `store` made; None for any other."""
    position = 1  # behind WBITS, in bits
    data = bytearray()
    while True:
        header = int.from_bytes(stream[position // 8 : position // 8 + 4], "little") >> position % 8
        if header & _LAST == _LAST:
            return bytes(data) if store(bytes(data)) == stream else None
        if header & 0b111 or not header >> 19 & 1:
            return None
        length = (header >> 3 & 0xFFFF) + 1
        begin = (position + 20 + 7) // 8
        data += stream[begin : begin + length]
        position = (begin + length) * 8
        if position // 8 >= len(stream):
            return None
