"""The model of a stand-in: a package with the public shapes of an SDK, and the outcomes that its adapter must show."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import textwrap
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from tests.adapters.adapter_process import AdapterCommand
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from tests.adapters.adapter_process import JsonObject

__all__ = [
    "BACKOFF",
    "CLIENTS",
    "HERE",
    "Call",
    "OutcomeRow",
    "Server",
    "StandIn",
    "binding",
    "python_command",
    "raised",
    "returned",
    "serving",
    "typescript_command",
    "unrepresentable",
    "unsupported",
    "write_files",
]

HERE = Path(__file__).parents[1]
CLIENTS = HERE.parents[1] / "clients"
BACKOFF: Mapping[str, object] = {"initialInterval": 20, "maxInterval": 50, "maxElapsedTime": 400, "exponent": 1.5}
"""A retry policy in numbers, without its switch for connection errors."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation."""

    operation: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One call of one stand-in, and what the adapter must show: the whole outcome, or the named parts of it.

    A part is named by its path, `error.status`. None stands for a part that is not shown.
    """

    id: str
    call: Call
    outcome: JsonObject | None = None
    parts: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    """What `open` gets instead of the usual settings."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """One stand-in: how to lay it out, what its `hello` contains, and the outcomes of its language alone."""

    name: str
    style: str
    language: str
    package: str
    version: str
    lay_out: Callable[[Path], AdapterCommand]
    operations: tuple[str, ...]
    features: tuple[str, ...]
    modes: tuple[str, ...] = ("sync",)
    tool: str | None = None
    """The program that the stand-in needs besides Python."""
    upstream: Callable[[], AbstractContextManager[str]] | None = None
    """Serves the SDK; None for one that sends nothing."""
    required: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Arguments that methods of this SDK require and a scenario does not give, by operation."""
    quick: Call = field(default_factory=lambda: Call("customers.get", {"companyId": "c", "customerId": "value.null"}))
    """A call that returns at once."""
    slow: Call | None = None
    """A call that returns only when it is cancelled; None if the adapter cannot cancel."""
    rows: tuple[OutcomeRow, ...] = ()

    def __str__(self) -> str:
        return self.name


def binding(
    call: str,
    *,
    request: str | None = None,
    body: str | None = None,
    payload: str | None = None,
    arguments: Mapping[str, str] | None = None,
) -> JsonObject:
    """Return the binding of one operation as in a manifest."""
    return {"call": call, "request": request, "body": body, "payload": payload, "arguments": dict(arguments or {})}


def returned(status: int = 200, content_type: str = "application/json", **parts: object) -> JsonObject:
    """Return the outcome of a call that returned."""
    return {"phase": "call", "ended": "returned", "status": status, "content_type": content_type, **parts}


def raised(error: Mapping[str, object], phase: str = "call") -> JsonObject:
    """Return the outcome of a call that raised an error."""
    return {"phase": phase, "ended": "raised", "error": dict(error)}


def unsupported(operation: str) -> JsonObject:
    """Return the outcome of an operation that the SDK does not have."""
    return {"phase": "build", "ended": "unsupported", "detail": operation}


def unrepresentable(argument: str) -> JsonObject:
    """Return the outcome of an argument that the SDK has no place or no type for."""
    return {"phase": "build", "ended": "unrepresentable", "detail": argument}


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths below a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(textwrap.dedent(text), "utf-8")


def python_command(style: str, folder: Path, config: Mapping[str, object], package: Path) -> AdapterCommand:
    """Write the configuration of a Python adapter, and return the command that runs it with a package on its path."""
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    paths = f"{package}:{CLIENTS / 'protocol' / 'python'}"
    argv = (sys.executable, str(CLIENTS / style / "adapter.py"), str(folder / "config.json"))
    return AdapterCommand(argv, {"PYTHONPATH": paths})


def typescript_command(style: str, folder: Path, config: Mapping[str, object]) -> AdapterCommand:
    """Lay a TypeScript adapter out as provisioning does, with its configuration, and return its command."""
    shutil.copytree(CLIENTS / style, folder / "adapter")
    shutil.copytree(CLIENTS / "protocol" / "typescript", folder / "protocol" / "typescript")
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return AdapterCommand(("node", str(folder / "adapter" / "adapter.js"), str(folder / "config.json")))


class Server(ThreadingHTTPServer):
    """A server on a free port of this machine. A handler may wait for `released`, which is set at the end."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.released = threading.Event()


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve with a handler in a thread, and yield the URL."""
    with Server(handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.released.set()
            server.shutdown()
            thread.join(scaled(30))
