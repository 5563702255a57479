"""The reading ends of an adapter's pipes: whole lines of reports, and the tail of what it printed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from concordat.clients.protocol import MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LineReader", "TailReader"]

TAIL = 16 * 1024


class LineReader(asyncio.Protocol):
    """Cuts what arrives into lines.

    `on_line` gets each line without its newline; `on_end` is called once, with None at the end of the stream and with
    what was wrong when a line grew beyond `limit` bytes.
    """

    def __init__(
        self, on_line: Callable[[bytes], None], on_end: Callable[[str | None], None], limit: int = MAX_LINE
    ) -> None:
        self._on_line = on_line
        self._on_end = on_end
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._ended = False

    def data_received(self, data: bytes) -> None:
        """Deliver the lines that `data` completes."""
        while not self._ended:
            line, newline, data = data.partition(b"\n")
            self._size += len(line) + len(newline)
            if self._size > self._limit:
                self._end(f"a line of more than {self._limit} bytes")
                return
            self._parts.append(line)
            if not newline:
                return
            whole = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
            self._parts, self._size = [], 0
            self._on_line(whole)

    def connection_lost(self, _exc: Exception | None) -> None:
        """End, saying so when a line was cut off."""
        cut = b"".join(self._parts)
        self._end(f"a line without its end: {cut[:80]!r}" if cut else None)

    def _end(self, fault: str | None) -> None:
        if not self._ended:
            self._ended = True
            self._parts = []
            self._on_end(fault)


class TailReader(asyncio.Protocol):
    """Keeps the last bytes of a stream, however much is written to it."""

    def __init__(self, size: int = TAIL) -> None:
        self._size = size
        self._kept = bytearray()

    def data_received(self, data: bytes) -> None:
        """Keep `data`, and drop what is too old."""
        self._kept += data
        if len(self._kept) > 2 * self._size:
            del self._kept[: -self._size]

    @property
    def text(self) -> str:
        """What was kept, with replacement characters for what is not UTF-8."""
        return self._kept[-self._size :].decode("utf-8", "replace").strip()
