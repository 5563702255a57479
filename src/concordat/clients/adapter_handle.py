"""An adapter's process with its private pipes, from its start until it and its descendants are killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from typing import TYPE_CHECKING

from concordat.clients.descendants import MARK, kill_descendants, kill_group
from concordat.clients.installed import clean_environment
from concordat.clients.protocol import MAX_LINE
from concordat.clients.reaper import process_reaper
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concordat.clients.installed import Installed

__all__ = ["SHUTDOWN_TIMEOUT", "AdapterHandle", "LineReader", "TailReader", "launch"]

TAIL = 16 * 1024
"""Bytes of an adapter's output to keep."""
SHUTDOWN_TIMEOUT = 2.0
"""Seconds that a process has to end after `shutdown` or a kill."""


class AdapterHandle:
    """A started process and Concordat's ends of its pipes. Each descriptor has exactly one owner at any time."""

    def __init__(self, process: asyncio.subprocess.Process, mark: str) -> None:
        self.process = process
        self._mark = mark
        self.input: asyncio.WriteTransport | None = None
        self._transports: list[asyncio.BaseTransport] = []
        process_reaper().register(process.pid, mark)

    async def connect(self, ours: list[int], answers: asyncio.Protocol, printed: asyncio.Protocol) -> None:
        """Pass Concordat's ends (messages to and from the adapter, its output) to the loop, and empty the list."""
        loop = asyncio.get_running_loop()
        self.input, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(ours.pop(0), "wb", 0))
        self._transports.append(self.input)
        for protocol in (answers, printed):
            stream = os.fdopen(ours.pop(0), "rb", 0)
            transport, _ = await loop.connect_read_pipe(lambda protocol=protocol: protocol, stream)  # type: ignore[misc]
            self._transports.append(transport)

    async def ended(self, within: float) -> int | None:
        """Return the exit code (negative: a signal's number), None if it still runs after `within` seconds."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.process.wait(), within)
        return None

    async def kill(self) -> None:
        """Close the pipes and kill the process, its group, and its descendants outside the group."""
        for transport in self._transports:
            transport.close()
        self._transports, self.input = [], None
        # Children are found by their parent only while it runs, and by the mark afterwards.
        running = self.process.returncode is None
        kill_descendants([self._mark], self.process.pid if running else None)
        kill_group(self.process.pid)
        await self.ended(SHUTDOWN_TIMEOUT)
        kill_descendants([self._mark])
        process_reaper().forget(self.process.pid)


async def launch(
    installed: Installed, env: Mapping[str, str | None], answers: asyncio.Protocol, printed: asyncio.Protocol
) -> AdapterHandle:
    """Start an installed client's adapter in a session of its own.

    `env` is added to the clean environment; None removes a name. Raises ClientUnavailable when the start fails.
    """
    input_in, input_out = os.pipe()
    answers_in, answers_out = os.pipe()
    printed_in, printed_out = os.pipe()
    theirs, ours = (input_in, answers_out, printed_out), [input_out, answers_in, printed_in]
    environment: dict[str, str | None] = {**clean_environment(installed.cwd / "home"), **installed.env, **env}
    environment["CONCORDAT_FDS"] = f"{input_in},{answers_out}"
    mark = environment[MARK] = uuid.uuid4().hex
    try:
        process = await asyncio.create_subprocess_exec(
            *installed.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=printed_out,
            stderr=printed_out,
            pass_fds=(input_in, answers_out),
            start_new_session=True,
            cwd=installed.cwd,
            env={name: value for name, value in environment.items() if value is not None},
        )
        handle = AdapterHandle(process, mark)
        try:
            await handle.connect(ours, answers, printed)
        except BaseException:
            await handle.kill()
            raise
    except (OSError, ValueError) as error:
        message = f"the adapter of {installed.label} cannot be started"
        hint = f"`concordat clients install {installed.name}` installs it again"
        raise ClientUnavailable(message, cause=str(error), hint=hint) from error
    finally:
        for descriptor in (*theirs, *ours):
            os.close(descriptor)
    return handle


class LineReader(asyncio.Protocol):
    """Splits a stream into lines.

    `on_line` receives each line without its newline. `on_end` is called once, with None at the end of the stream, or
    with the fault: an incomplete last line or a line of more than `limit` bytes.
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
        """Report the lines that `data` completes."""
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
        """Report the end, and an incomplete last line as a fault."""
        cut = b"".join(self._parts)
        self._end(f"a line without its end: {cut[:80]!r}" if cut else None)

    def _end(self, fault: str | None) -> None:
        if not self._ended:
            self._ended = True
            self._parts = []
            self._on_end(fault)


class TailReader(asyncio.Protocol):
    """Keeps the last bytes of a stream."""

    def __init__(self, size: int = TAIL) -> None:
        self._size = size
        self._kept = bytearray()

    def data_received(self, data: bytes) -> None:
        """Keep `data`, and drop the oldest bytes beyond the limit."""
        self._kept += data
        if len(self._kept) > 2 * self._size:
            del self._kept[: -self._size]

    @property
    def text(self) -> str:
        """The kept bytes as text, with replacement characters for invalid UTF-8."""
        return self._kept[-self._size :].decode("utf-8", "replace").strip()
