"""Running a tool: with a deadline, in a group of its own, its output kept for the error message."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.clients.provision.environment import tool_environment
from concordat.clients.reaper import kill_group, the_reaper
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["TOOLS", "Step", "find_tool", "run", "tool_version", "tools_of"]

TOOLS: Mapping[str, tuple[str, ...]] = {
    "python": ("uv",),
    "typescript": ("node", "npm"),
    "go": ("go",),
    "java": ("java", "mvn"),
}
"""The programs that install and run the clients of a language; uv comes with Concordat."""

_ADDRESS = re.compile(r"\bhttps?://(?:[^\s/@]*@)?[^\s/]+/?")
"""A registry's address says nothing in a report, and may be a company's own, with credentials in it."""
_SHOWN_LINES = 8
_SHOWN_BYTES = 2000
_KILL_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an installation. `doing` completes the sentence `NAME is unavailable: ... failed`."""

    doing: str
    command: tuple[str, ...]
    cwd: Path
    deadline: float
    """Seconds."""
    env: Mapping[str, str] | None = None


def tools_of(language: str) -> dict[str, bool]:
    """Return the programs that a language's clients need, and whether each is there."""
    return {name: name == "uv" or shutil.which(name) is not None for name in TOOLS.get(language, ())}


def find_tool(name: str, client: str, hint: str) -> str:
    """Return the path of a program.

    Raises ClientUnavailable when it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        message = f"`{client}` is unavailable: `{name}` is not installed"
        raise ClientUnavailable(message, hint=hint)
    return found


async def run(step: Step, client: str) -> str:
    """Run a step to its end and return what it printed, stdout and stderr in one.

    Raises ClientUnavailable, with the tool's own last lines as its cause, when it fails or outlives its deadline; the
    tool and everything it started are killed then.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *step.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=step.cwd,
            env={**tool_environment(), **(step.env or {})},
            start_new_session=True,
        )
    except OSError as error:
        message = f"`{client}` is unavailable: {step.doing} cannot be started"
        raise ClientUnavailable(message, cause=str(error)) from error
    the_reaper().register(process.pid)
    output = bytearray()
    try:
        async with asyncio.timeout(step.deadline):
            await _drain(process, output)
            code = await process.wait()
    except TimeoutError:
        message = f"`{client}` is unavailable: {step.doing} did not end within {step.deadline:g} s"
        raise ClientUnavailable(message, cause=_tail(output)) from None
    finally:
        kill_group(process.pid)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _KILL_GRACE)
        the_reaper().forget(process.pid)
    if code != 0:
        message = f"`{client}` is unavailable: {step.doing} failed (exit code {code})"
        raise ClientUnavailable(message, cause=_tail(output))
    return output.decode("utf-8", "replace")


async def tool_version(path: str, *arguments: str) -> str:
    """Return the first line of what a tool says of its version, `unknown` when it says nothing."""
    try:
        step = Step("asking its version", (path, *arguments), _anywhere(), 20.0)
        text = await run(step, path)
    except ClientUnavailable:
        return "unknown"
    return next((line.strip() for line in text.splitlines() if line.strip()), "unknown")


def _anywhere() -> Path:
    from pathlib import Path  # noqa: PLC0415 - one name, for one place

    return Path("/")


async def _drain(process: asyncio.subprocess.Process, output: bytearray) -> None:
    stream = process.stdout
    while stream is not None and (chunk := await stream.read(65536)):
        output += chunk
        if len(output) > 64 * _SHOWN_BYTES:
            del output[: -32 * _SHOWN_BYTES]


def _tail(output: bytearray) -> str | None:
    text = _ADDRESS.sub("", output.decode("utf-8", "replace"))
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-_SHOWN_LINES:])[-_SHOWN_BYTES:] or None
