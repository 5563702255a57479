"""A running adapter: its process, its pipes, its deadlines and its end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from concordat.clients.launch import SHUTDOWN_TIMEOUT, AdapterHandle, launch
from concordat.clients.pipes import LineReader, TailReader
from concordat.clients.protocol import (
    PROTOCOL,
    CallMessage,
    Cancel,
    Close,
    Describe,
    EngineMessage,
    Hello,
    Open,
    Outcome,
    OutcomeMessage,
    PublicApi,
    RetryMessage,
    Shutdown,
)
from concordat.clients.protocol_session import ProtocolSession
from concordat.errors import AdapterDied, AdapterError, AdapterSilent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import RetryPolicy
    from concordat.clients.installed import Installed

__all__ = ["AdapterProcess", "StartedCall"]

_T = TypeVar("_T")

HELLO_DEADLINE = 60.0
"""Seconds until the first line; the first start after an installation compiles what it imports."""
OPEN_DEADLINE = 20.0
_DYING = 0.5
"""Seconds between the end of its pipe and its own end."""
_LAST_WORDS = 600


class StartedCall:
    """A call under way; `await outcome(deadline)` ends it, `cancel()` asks the SDK to give it up."""

    def __init__(self, process: AdapterProcess, message: CallMessage, answer: asyncio.Future[OutcomeMessage]) -> None:
        self._process = process
        self._message = message
        self._answer = answer

    async def outcome(self, deadline: float) -> Outcome:
        """Return what the client showed its caller.

        `deadline` in seconds from now. Raises AdapterSilent (the adapter is killed then), AdapterDied or AdapterError.
        """
        what = f"{self._message.operation} (message {self._message.id})"
        answer = await self._process._answered(self._message.id, self._answer, what, deadline)  # noqa: SLF001 - its own
        return answer.outcome

    async def cancel(self) -> None:
        """Ask the adapter to cancel the call in the SDK's own way; the outcome still has to be awaited."""
        if not self._answer.done():
            await self._process._send(Cancel(id=self._message.id))  # noqa: SLF001 - its own


class AdapterProcess:
    """One adapter process at a time; after an error it is dead and `start` or `restart` makes a new one.

    `env` is added to a clean environment (None takes a name out); only a fresh process can have another one.
    """

    def __init__(self, *, env: Mapping[str, str | None] | None = None, hello_deadline: float = HELLO_DEADLINE) -> None:
        self.env = dict(env or {})
        self.hello: Hello | None = None
        self._hello_deadline = hello_deadline
        self._installed: Installed | None = None
        self._launched: AdapterHandle | None = None
        self._tail = TailReader()
        self._talk = ProtocolSession()

    @property
    def alive(self) -> bool:
        """Whether the process runs and has kept to the protocol so far."""
        handle = self._launched
        return handle is not None and handle.process.returncode is None and self._talk.fault is None

    @property
    def output(self) -> str:
        """The tail of what the adapter printed to stdout and stderr."""
        return self._tail.text

    async def start(self, installed: Installed) -> Hello:
        """Start the adapter of an installed client and return its first line.

        Raises ClientUnavailable when the program cannot be started, AdapterSilent, AdapterDied or AdapterError when it
        does not say hello as it should.
        """
        await self.kill()
        self._installed = installed
        self._tail, self._talk = TailReader(), ProtocolSession()
        try:
            # A quick adapter says hello before the launch returns: whoever waits for it must be there first.
            said = self._talk.hello()
            lines = LineReader(self._talk.line, self._talk.end)
            self._launched = await launch(installed, self.env, lines, self._tail)
            hello = await self._answered(0, said, "hello", self._hello_deadline)
            _check_protocol(hello, installed)
        except BaseException:
            await self.kill()
            raise
        self.hello = hello
        return hello

    async def restart(self) -> Hello:
        """Kill the adapter, if it still runs, and start it again."""
        return await self.start(self._the_installed())

    async def open(
        self,
        *,
        server_url: str,
        auth: str | None,
        retries: Literal["none", "default"] | RetryPolicy = "none",
        timeout: int | None = None,  # noqa: ASYNC109 - the SDK's own limit, in milliseconds
        mode: str = "sync",
        deadline: float = OPEN_DEADLINE,
    ) -> Outcome | None:
        """Build a fresh SDK client; return None, or the outcome (phase `build`) when the SDK refused.

        See `protocol.Open`; `deadline` in seconds. Raises like `StartedCall.outcome`.
        """
        message = Open(
            id=self._talk.next_id(),
            server_url=server_url,
            auth=auth,
            retries=retries if isinstance(retries, str) else RetryMessage.of(retries),
            timeout=timeout,
            mode=mode,
        )
        answer = await self._exchange(message, "open", deadline)
        return answer.outcome if isinstance(answer, OutcomeMessage) else None

    async def begin(self, operation: str, arguments: Mapping[str, Any]) -> StartedCall:
        """Send a call and return without waiting for it; `arguments` by wire name, already in the protocol's tags."""
        message = CallMessage(id=self._talk.next_id(), operation=operation, arguments=dict(arguments))
        answer = self._talk.expect_outcome(message.id)
        await self._send(message)
        return StartedCall(self, message, answer)

    async def call(self, operation: str, arguments: Mapping[str, Any], *, deadline: float) -> Outcome:
        """Call one operation and return its outcome; see `StartedCall.outcome`."""
        return await (await self.begin(operation, arguments)).outcome(deadline)

    async def describe(self, deadline: float = OPEN_DEADLINE) -> PublicApi | str:
        """Return what the installed package offers, or why the adapter cannot tell.

        Raises like `StartedCall.outcome`.
        """
        if self.hello is None or "describe" not in self.hello.features:
            return "its adapter has no way to look at the package"
        message = Describe(id=self._talk.next_id())
        pending = self._talk.expect_public_api(message.id)
        await self._send(message)
        answer = await self._answered(message.id, pending, "describe", deadline)
        return answer if isinstance(answer, PublicApi) else answer.outcome.detail or answer.outcome.ended

    async def close(self, deadline: float = OPEN_DEADLINE) -> None:
        """Close the SDK client and its connections; the process stays warm."""
        await self._exchange(Close(id=self._talk.next_id()), "close", deadline)

    async def shutdown(self) -> None:
        """Ask the process to end, and kill it when it does not."""
        handle = self._launched
        if handle is not None and self.alive:
            with contextlib.suppress(AdapterError):
                await self._send(Shutdown())
                await handle.ended(SHUTDOWN_TIMEOUT)
        await self.kill()

    async def kill(self) -> None:
        """Kill the process and everything it started, and let go of its pipes."""
        handle, self._launched = self._launched, None
        self.hello = None
        self._talk.break_off(AdapterError(f"the adapter of {self._label} was killed"))
        if handle is not None:
            await handle.kill()

    @property
    def _label(self) -> str:
        return self._installed.label if self._installed else "no client"

    def _the_installed(self) -> Installed:
        if self._installed is None:
            message = "no adapter was started yet"
            raise AdapterError(message)
        return self._installed

    async def _exchange(self, message: Open | Close, what: str, deadline: float) -> Any:
        answer = self._talk.expect_done(message.id, refusable=isinstance(message, Open))
        await self._send(message)
        return await self._answered(message.id, answer, what, deadline)

    async def _send(self, message: EngineMessage) -> None:
        pipe = self._launched.input if self._launched else None
        if pipe is None or self._talk.fault is not None or pipe.is_closing():
            raise await self._diagnosis("it accepts no more messages")
        try:
            pipe.write(self._talk.encode(message))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            self._talk.forget(getattr(message, "id", 0))
            problem = f"a message to the adapter of {self._label} cannot be written"
            raise AdapterError(problem, cause=str(error)) from error

    async def _answered(self, number: int, answer: asyncio.Future[_T], what: str, deadline: float) -> _T:
        try:
            return await asyncio.wait_for(asyncio.shield(answer), deadline)
        except TimeoutError:
            silent = AdapterSilent(
                f"the adapter of {self._label} did not answer {what} within {deadline:g} s",
                cause=self._printed(),
            )
            await self.kill()
            raise silent from None
        except AdapterError as error:
            if self._talk.fault is None:
                raise
            raise await self._diagnosis(error.message) from None
        finally:
            self._talk.forget(number)

    async def _diagnosis(self, what: str) -> AdapterError:
        """Return why the conversation ended, and end the process."""
        fault, handle = self._talk.fault, self._launched
        ended: int | None = None
        if handle is not None and isinstance(fault, AdapterDied):
            ended = await handle.ended(_DYING)
        await asyncio.sleep(0.01)  # what it printed last may still stand in the pipe
        printed = self._printed()
        await self.kill()
        if isinstance(fault, AdapterError) and not isinstance(fault, AdapterDied):
            return AdapterError(f"the adapter of {self._label} broke the protocol: {fault.message}", cause=printed)
        how = _ending(ended) if handle is not None else what
        return AdapterDied(f"the adapter of {self._label} died: {how}", cause=printed)

    def _printed(self) -> str | None:
        text = self.output[-_LAST_WORDS:]
        return f"it printed: {text}" if text else None


def _check_protocol(hello: Hello, installed: Installed) -> None:
    if hello.protocol != PROTOCOL:
        message = f"the adapter of {installed.label} speaks protocol {hello.protocol}, Concordat {PROTOCOL}"
        raise AdapterError(message, hint="install the client again")


def _ending(code: int | None) -> str:
    if code is None:
        return "it closed its pipe"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"it was ended by {name}"
    return f"it exited with {code}"
