"""A running adapter: start, calls with deadlines, and shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from concordat.clients.adapter_handle import SHUTDOWN_TIMEOUT, AdapterHandle, LineReader, TailReader, launch
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
"""Seconds until the first line. The first start after an installation compiles the imported modules."""
OPEN_DEADLINE = 20.0
_EXIT_GRACE = 0.5
"""Seconds between the end of the adapter's pipe and its exit."""
_OUTPUT_SHOWN = 600


class StartedCall:
    """A started call: `outcome` waits for its end, `cancel` cancels it in the SDK."""

    def __init__(self, process: AdapterProcess, message: CallMessage, answer: asyncio.Future[OutcomeMessage]) -> None:
        self._process = process
        self._message = message
        self._answer = answer

    async def outcome(self, deadline: float) -> Outcome:
        """Return the call's outcome within `deadline` seconds.

        Raises AdapterSilent after the deadline (the adapter is killed), AdapterDied or AdapterError.
        """
        name = f"{self._message.operation} (message {self._message.id})"
        answer = await self._process._answered(self._message.id, self._answer, name, deadline)  # noqa: SLF001 - its own
        return answer.outcome

    async def cancel(self) -> None:
        """Cancel the call in the SDK's own way. The outcome must still be awaited."""
        if not self._answer.done():
            await self._process._send(Cancel(id=self._message.id))  # noqa: SLF001 - its own


class AdapterProcess:
    """One adapter process at a time. An error ends it; `start` and `restart` make a new one.

    `env` is added to a clean environment at the start; None removes a name.
    """

    def __init__(self, *, env: Mapping[str, str | None] | None = None, hello_deadline: float = HELLO_DEADLINE) -> None:
        self.env = dict(env or {})
        self.hello: Hello | None = None
        self._hello_deadline = hello_deadline
        self._installed: Installed | None = None
        self._handle: AdapterHandle | None = None
        self._tail = TailReader()
        self._session = ProtocolSession()

    @property
    def alive(self) -> bool:
        """Whether the process runs and has not broken the protocol."""
        handle = self._handle
        return handle is not None and handle.process.returncode is None and self._session.fault is None

    @property
    def output(self) -> str:
        """The end of the adapter's output on stdout and stderr."""
        return self._tail.text

    async def start(self, installed: Installed) -> Hello:
        """Start the adapter of an installed client and return its first line.

        Raises ClientUnavailable when the program cannot be started, AdapterSilent, AdapterDied or AdapterError without
        a valid first line.
        """
        await self.kill()
        self._installed = installed
        self._tail, self._session = TailReader(), ProtocolSession()
        try:
            # A fast adapter sends its first line before the launch returns, so the future must exist before.
            greeting = self._session.hello()
            answers = LineReader(self._session.line, self._session.end)
            self._handle = await launch(installed, self.env, answers, self._tail)
            hello = await self._answered(0, greeting, "hello", self._hello_deadline)
            _check_protocol(hello, installed)
        except BaseException:
            await self.kill()
            raise
        self.hello = hello
        return hello

    async def restart(self) -> Hello:
        """Kill the adapter if it runs, and start it again."""
        return await self.start(self._last_installed())

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
        """Build a new SDK client; return None, or the outcome (phase `build`) when the SDK raised.

        See `protocol.Open`; `deadline` in seconds. Raises like `StartedCall.outcome`.
        """
        message = Open(
            id=self._session.next_id(),
            server_url=server_url,
            auth=auth,
            retries=retries if isinstance(retries, str) else RetryMessage.of(retries),
            timeout=timeout,
            mode=mode,
        )
        answer = await self._exchange(message, "open", deadline)
        return answer.outcome if isinstance(answer, OutcomeMessage) else None

    async def begin(self, operation: str, arguments: Mapping[str, Any]) -> StartedCall:
        """Start a call and return without waiting; `arguments` by wire name, encoded with the protocol's tags."""
        message = CallMessage(id=self._session.next_id(), operation=operation, arguments=dict(arguments))
        answer = self._session.expect_outcome(message.id)
        await self._send(message)
        return StartedCall(self, message, answer)

    async def call(self, operation: str, arguments: Mapping[str, Any], *, deadline: float) -> Outcome:
        """Call one operation and return its outcome; see `StartedCall.outcome`."""
        return await (await self.begin(operation, arguments)).outcome(deadline)

    async def describe(self, deadline: float = OPEN_DEADLINE) -> PublicApi | str:
        """Return the public API of the installed package, or the reason for having none.

        Raises like `StartedCall.outcome`.
        """
        if self.hello is None or "describe" not in self.hello.features:
            return "its adapter cannot inspect the package"
        message = Describe(id=self._session.next_id())
        pending = self._session.expect_public_api(message.id)
        await self._send(message)
        answer = await self._answered(message.id, pending, "describe", deadline)
        return answer if isinstance(answer, PublicApi) else answer.outcome.detail or answer.outcome.ended

    async def close(self, deadline: float = OPEN_DEADLINE) -> None:
        """Close the SDK client and its connections; the process keeps running."""
        await self._exchange(Close(id=self._session.next_id()), "close", deadline)

    async def shutdown(self) -> None:
        """End the process with a shutdown message, and kill it when it does not end."""
        handle = self._handle
        if handle is not None and self.alive:
            with contextlib.suppress(AdapterError):
                await self._send(Shutdown())
                await handle.ended(SHUTDOWN_TIMEOUT)
        await self.kill()

    async def kill(self) -> None:
        """Kill the process and its descendants, and close its pipes."""
        handle, self._handle = self._handle, None
        self.hello = None
        self._session.break_off(AdapterError(f"the adapter of {self._label} was killed"))
        if handle is not None:
            await handle.kill()

    @property
    def _label(self) -> str:
        return self._installed.label if self._installed else "no client"

    def _last_installed(self) -> Installed:
        if self._installed is None:
            message = "no adapter was started"
            raise AdapterError(message)
        return self._installed

    async def _exchange(self, message: Open | Close, name: str, deadline: float) -> Any:
        answer = self._session.expect_done(message.id, refusable=isinstance(message, Open))
        await self._send(message)
        return await self._answered(message.id, answer, name, deadline)

    async def _send(self, message: EngineMessage) -> None:
        pipe = self._handle.input if self._handle else None
        if pipe is None or self._session.fault is not None or pipe.is_closing():
            raise await self._diagnosis("it accepts no more messages")
        try:
            pipe.write(self._session.encode(message))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            if not isinstance(message, Shutdown):
                self._session.forget(message.id)
            problem = f"a message to the adapter of {self._label} cannot be written"
            raise AdapterError(problem, cause=str(error)) from error

    async def _answered(self, number: int, answer: asyncio.Future[_T], name: str, deadline: float) -> _T:
        try:
            return await asyncio.wait_for(asyncio.shield(answer), deadline)
        except TimeoutError:
            silent = AdapterSilent(
                f"the adapter of {self._label} did not answer {name} within {deadline:g} s",
                cause=self._printed(),
            )
            await self.kill()
            raise silent from None
        except AdapterError as error:
            if self._session.fault is None:
                raise
            raise await self._diagnosis(error.message) from None
        finally:
            self._session.forget(number)

    async def _diagnosis(self, reason: str) -> AdapterError:
        """Return the error that ended the session, and kill the process."""
        fault, handle = self._session.fault, self._handle
        ended: int | None = None
        if handle is not None and isinstance(fault, AdapterDied):
            ended = await handle.ended(_EXIT_GRACE)
        await asyncio.sleep(0.01)  # its last output may still be in the pipe
        printed = self._printed()
        await self.kill()
        if isinstance(fault, AdapterError) and not isinstance(fault, AdapterDied):
            return AdapterError(f"the adapter of {self._label} broke the protocol: {fault.message}", cause=printed)
        how = _exit_text(ended) if handle is not None else reason
        return AdapterDied(f"the adapter of {self._label} died: {how}", cause=printed)

    def _printed(self) -> str | None:
        text = self.output[-_OUTPUT_SHOWN:]
        return f"it printed: {text}" if text else None


def _check_protocol(hello: Hello, installed: Installed) -> None:
    if hello.protocol != PROTOCOL:
        message = f"the adapter of {installed.label} speaks protocol {hello.protocol}, Concordat {PROTOCOL}"
        raise AdapterError(message, hint="install the client again")


def _exit_text(code: int | None) -> str:
    if code is None:
        return "it closed its pipe"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"it was ended by {name}"
    return f"it exited with {code}"
