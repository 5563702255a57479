"""A running adapter, which talks the real protocol as the engine does: one process and two pipes."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from tests.timeouts import scaled

from concordat.clients.protocol import AdapterMessage, Done, OutcomeMessage

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DEADLINE", "AdapterCommand", "JsonObject", "RunningAdapter", "shown"]

DEADLINE = scaled(120)
DECODER: msgspec.json.Decoder[AdapterMessage] = msgspec.json.Decoder(AdapterMessage)
NO_SERVER = "http://127.0.0.1:1"
JsonObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AdapterCommand:
    """The command line of an adapter, and the environment variables that it needs besides `PATH`."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


class RunningAdapter:
    """An adapter process: it reads one message a line, and answers each with a typed message.

    `first` is the message that the adapter sends at its start. `open` passes `server_url` to the SDK.
    """

    def __init__(self, command: AdapterCommand, server_url: str = NO_SERVER) -> None:
        input_read, input_write = os.pipe()
        output_read, output_write = os.pipe()
        self.process = subprocess.Popen(
            command.argv,
            env={"PATH": os.environ["PATH"], **command.env, "CONCORDAT_FDS": f"{input_read},{output_write}"},
            pass_fds=(input_read, output_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(input_read)
        os.close(output_write)
        self.server_url = server_url
        self.last = 0
        self._to_adapter = os.fdopen(input_write, "wb", 0)
        self._from_adapter = os.fdopen(output_read, "rb")
        self.first = self.report()

    def write(self, data: bytes) -> None:
        """Write bytes where the adapter reads its messages."""
        self._to_adapter.write(data)

    def send(self, kind: str, **parts: object) -> int:
        """Send one message, and return its id."""
        self.last += 1
        self.write(json.dumps({"type": kind, "id": self.last, **parts}).encode() + b"\n")
        return self.last

    def report(self) -> AdapterMessage:
        """Read one message. A hanging adapter is killed, so that the read ends."""
        watchdog = threading.Timer(DEADLINE, self.process.kill)
        watchdog.start()
        try:
            return DECODER.decode(self._from_adapter.readline())
        finally:
            watchdog.cancel()

    def open(self, **settings: object) -> AdapterMessage:
        """Build the client of the SDK with usual settings and these."""
        usual = {"serverUrl": self.server_url, "auth": "Basic key", "retries": "none", "timeout": None}
        self.send("open", **({"mode": "sync"} | usual | settings))
        return self.report()

    def call(self, operation: str, arguments: Mapping[str, object] | None = None) -> AdapterMessage:
        """Make one call, and return its answer."""
        number = self.send("call", operation=operation, arguments=dict(arguments or {}))
        message = self.report()
        assert getattr(message, "id", None) == number, message
        return message

    def outcome(self, operation: str, arguments: Mapping[str, object] | None = None, **settings: object) -> JsonObject:
        """Build a client, make one call, and return the outcome of the call, or that of the build if it failed."""
        opened = self.open(**settings)
        return shown(self.call(operation, arguments) if isinstance(opened, Done) else opened)

    def cancel(self, number: int) -> None:
        """Cancel the call of this id."""
        self.write(json.dumps({"type": "cancel", "id": number}).encode() + b"\n")

    def end(self) -> int:
        """Close the input, and return the exit code of the process."""
        self._to_adapter.close()
        try:
            return self.process.wait(DEADLINE)
        finally:
            self.process.kill()
            self._from_adapter.close()


def shown(message: AdapterMessage) -> JsonObject:
    """Return the outcome of a message as JSON. Raises AssertionError if the message has none."""
    assert isinstance(message, OutcomeMessage), message
    outcome: JsonObject = msgspec.to_builtins(message.outcome)
    return outcome
