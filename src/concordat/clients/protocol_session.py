"""The state of one adapter's protocol session: pending messages, and detection of protocol errors."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.clients.protocol import (
    MAX_DEPTH,
    MAX_LINE,
    AdapterMessage,
    Done,
    EngineMessage,
    Failed,
    Hello,
    OutcomeMessage,
    PublicApi,
)
from concordat.compare.tagged import read_tags
from concordat.errors import AdapterDied, AdapterError
from concordat.values import nested_too_deeply

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ProtocolSession"]

_DECODER: msgspec.json.Decoder[AdapterMessage] = msgspec.json.Decoder(AdapterMessage, strict=True)
_ENCODER = msgspec.json.Encoder()
_SHOWN = 120
_MOST_TEXT = 4000
"""Longest text of an adapter, or of the decoder about it, in an error."""


class ProtocolSession:
    """The protocol session of one adapter process. It needs a running loop."""

    def __init__(self) -> None:
        self.fault: AdapterError | None = None
        self._hello: asyncio.Future[Hello] | None = None
        self._greeted = False
        self._waiting: dict[int, tuple[asyncio.Future[Any], tuple[type, ...]]] = {}
        self._last = 0
        self._answered = set[int]()

    def next_id(self) -> int:
        """Return the id of the next message."""
        self._last += 1
        return self._last

    def encode(self, message: EngineMessage) -> bytes:
        """Return a message as its line.

        Raises ValueError for a line that is too long, TypeError or ValueError for a value that is not JSON.
        """
        line = _ENCODER.encode(message) + b"\n"
        if len(line) > MAX_LINE:
            problem = f"its line has {len(line)} bytes, more than {MAX_LINE}"
            raise ValueError(problem)
        return line

    def hello(self) -> asyncio.Future[Hello]:
        """Return the future of the first line."""
        self._hello = asyncio.get_running_loop().create_future()
        return self._pending(self._hello)

    def expect_done(self, number: int, *, refusable: bool) -> asyncio.Future[Any]:
        """Return the future of the answer to `open` (where the SDK may raise) or `close`."""
        return self._expect(number, (Done, OutcomeMessage) if refusable else (Done,))

    def expect_outcome(self, number: int) -> asyncio.Future[OutcomeMessage]:
        """Return the future of the answer to a call."""
        return self._expect(number, (OutcomeMessage,))

    def expect_public_api(self, number: int) -> asyncio.Future[PublicApi | OutcomeMessage]:
        """Return the future of the answer to `describe`, which may be unsupported."""
        return self._expect(number, (PublicApi, OutcomeMessage))

    def forget(self, number: int) -> None:
        """Stop waiting for an answer. A late one is ignored."""
        self._waiting.pop(number, None)

    def line(self, line: bytes) -> None:
        """Process one line from the adapter."""
        if self.fault is not None:
            return
        try:
            answer = _DECODER.decode(line)
            _check_depth(line, answer)
            _check_tags(line, answer)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            self.break_off(AdapterError(f"it wrote {_shown(line)}: {_cut(str(error))}"))
            return
        if isinstance(answer, Hello):
            self._on_hello(answer)
        elif not self._greeted and not (isinstance(answer, Failed) and answer.id is None):
            self.break_off(AdapterError("it sent a message before its hello"))
        elif isinstance(answer, Failed):
            self._on_failure(answer)
        else:
            self._on_answer(answer)

    def end(self, fault: str | None) -> None:
        """Process the end of the adapter's pipe; `fault` describes an invalid last line."""
        self.break_off(AdapterError(f"it wrote {fault}") if fault else AdapterDied("it closed its pipe"))

    def break_off(self, fault: AdapterError) -> None:
        """End the session: every pending future gets the first fault."""
        if self.fault is None:
            self.fault = fault
        futures = [future for future, _ in self._waiting.values()]
        for future in [*futures, *([self._hello] if self._hello else [])]:
            if not future.done():
                future.set_exception(self.fault)
        self._waiting.clear()

    def _expect(self, number: int, kinds: tuple[type, ...]) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (future, kinds)
        return self._pending(future)

    def _pending(self, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
        # An answer that is no longer awaited must not be logged as an exception that was never retrieved.
        future.add_done_callback(_retrieve)
        if self.fault is not None:
            future.set_exception(self.fault)
        return future

    def _on_hello(self, hello: Hello) -> None:
        if self._greeted or self._hello is None or self._hello.done():
            self.break_off(AdapterError("it sent hello twice"))
            return
        self._greeted = True
        self._hello.set_result(hello)

    def _on_failure(self, failed: Failed) -> None:
        text = f"its own code failed: {_cut(failed.message)}"
        if failed.id is None or failed.id not in self._waiting:
            self.break_off(AdapterError(text))
            return
        error = AdapterError(text, cause=_cut(failed.detail) or None)
        self._settle(failed.id, lambda future: future.set_exception(error))

    def _on_answer(self, answer: Done | OutcomeMessage | PublicApi) -> None:
        waiting = self._waiting.get(answer.id)
        if waiting is None:
            if answer.id in self._answered:
                self.break_off(AdapterError(f"it answered message {answer.id} twice"))
            elif not 0 < answer.id <= self._last:
                self.break_off(AdapterError(f"it answered message {answer.id}, which was not sent"))
            return
        if not isinstance(answer, waiting[1]):
            kind = type(answer).__struct_config__.tag
            self.break_off(AdapterError(f"it answered message {answer.id} with `{kind}`, which does not answer it"))
            return
        self._settle(answer.id, lambda future: future.set_result(answer))

    def _settle(self, number: int, settle: Callable[[asyncio.Future[Any]], None]) -> None:
        future, _ = self._waiting.pop(number)
        self._answered.add(number)
        if not future.done():
            settle(future)


def _retrieve(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


def _shown(line: bytes) -> str:
    text = line[:_SHOWN].decode("utf-8", "replace")
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return f"`{text}`" + (f"... ({len(line)} bytes)" if len(line) > _SHOWN else "")


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}... ({len(text)} characters)"


def _check_depth(line: bytes, answer: AdapterMessage) -> None:
    """Raise ValueError for an outcome that is nested deeper than MAX_DEPTH."""
    if line.count(b"[") + line.count(b"{") <= MAX_DEPTH or not isinstance(answer, OutcomeMessage):
        return
    error = answer.outcome.error
    if not nested_too_deeply(answer.outcome.payload, None if error is None else error.fields):
        return
    message = f"it is nested deeper than {MAX_DEPTH}"
    raise ValueError(message)


def _check_tags(line: bytes, report: AdapterMessage) -> None:
    """Raise ValueError for an outcome with a tag that is none; a line without a dollar is not walked."""
    if (b'"$' not in line and b"\\u0024" not in line) or not isinstance(report, OutcomeMessage):
        return
    if report.outcome.payload is not msgspec.UNSET:
        read_tags(report.outcome.payload)
    if report.outcome.error is not None:
        read_tags(report.outcome.error.fields)
