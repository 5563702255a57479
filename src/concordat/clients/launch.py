"""Starting an adapter's process with its private pipes, and ending it with everything it started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from typing import TYPE_CHECKING

from concordat.clients.descendants import MARK, kill_descendants, kill_group
from concordat.clients.installed import clean_environment
from concordat.clients.reaper import the_reaper
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.clients.installed import Installed

__all__ = ["SHUTDOWN_TIMEOUT", "AdapterHandle", "launch"]

SHUTDOWN_TIMEOUT = 2.0
"""Seconds that a process has to end after `shutdown` or a kill."""


class AdapterHandle:
    """A started process and our ends of its pipes; each descriptor has exactly one owner at any time."""

    def __init__(self, process: asyncio.subprocess.Process, mark: str) -> None:
        self.process = process
        self._mark = mark
        self.input: asyncio.WriteTransport | None = None
        self._transports: list[asyncio.BaseTransport] = []
        the_reaper().register(process.pid, mark)

    async def connect(self, ours: list[int], answers: asyncio.Protocol, printed: asyncio.Protocol) -> None:
        """Hand our ends (input, answers, output) to the loop, and take each off the list."""
        loop = asyncio.get_running_loop()
        self.input, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(ours.pop(0), "wb", 0))
        self._transports.append(self.input)
        for protocol in (answers, printed):
            stream = os.fdopen(ours.pop(0), "rb", 0)
            transport, _ = await loop.connect_read_pipe(lambda protocol=protocol: protocol, stream)  # type: ignore[misc]
            self._transports.append(transport)

    async def ended(self, within: float) -> int | None:
        """Return the exit code (negative: a signal's number), None when the process still runs after `within` s."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.process.wait(), within)
        return None

    async def kill(self) -> None:
        """Close our ends and kill the process, its group, and what it started outside of it."""
        for transport in self._transports:
            transport.close()
        self._transports, self.input = [], None
        # Its children are known by it only while it is there; those that it outlived still carry the mark.
        running = self.process.returncode is None
        kill_descendants([self._mark], self.process.pid if running else None)
        kill_group(self.process.pid)
        await self.ended(SHUTDOWN_TIMEOUT)
        kill_descendants([self._mark])
        the_reaper().forget(self.process.pid)


async def launch(
    installed: Installed, env: Mapping[str, str | None], answers: asyncio.Protocol, printed: asyncio.Protocol
) -> AdapterHandle:
    """Start an installed client's adapter in a session of its own.

    `env` is added to the clean environment, None takes a name out. Raises ClientUnavailable when it cannot be started.
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
