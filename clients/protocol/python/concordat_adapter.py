"""The adapter protocol for Python SDKs: it reads messages and writes answers over the descriptors in `CONCORDAT_FDS`.

A call style subclasses `Adapter` and ends its program with `serve(MyAdapter(config()))`. It wraps every use of the SDK
in `inside(phase)`: an exception inside is the SDK's and becomes an outcome; an exception elsewhere is a fault of the
adapter and becomes `failed`. The module runs in the SDK's environment: standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import base64
import contextlib
import json
import math
import os
import sys
import threading
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "STATUSES",
    "Adapter",
    "Call",
    "CannotCall",
    "Raised",
    "config",
    "decode",
    "encode",
    "fold",
    "inside",
    "serve",
]

PROTOCOL = 2
MAX_LINE = 32 * 1024 * 1024
MAX_TEXT = 4000
"""Limit of an error's message in characters; the engine never compares messages."""
EXACT = 2**53 - 1
"""The largest integer up to which doubles represent every integer exactly."""
STATUSES = range(100, 600)
"""The statuses that HTTP defines; an SDK uses 0 or -1 for no status."""


class CannotCall(Exception):  # noqa: N818 - an outcome and not an error
    """The SDK lacks the operation (`ended` is `unsupported`), or cannot represent a value (`unrepresentable`)."""

    def __init__(self, detail: str, ended: str = "unrepresentable", phase: str = "build") -> None:
        super().__init__(detail, ended, phase)
        self.detail = detail
        self.ended = ended
        self.phase = phase


class Raised(Exception):  # noqa: N818 - carries the SDK's error
    """The SDK raised `error` in `phase`."""

    def __init__(self, phase: str, error: BaseException) -> None:
        super().__init__(phase, error)
        self.phase = phase
        self.error = error


@contextlib.contextmanager
def inside(phase: str) -> Iterator[None]:
    """Run a block of SDK code. Its exceptions end the call in `phase` (`build`, `call` or `read`)."""
    try:
        yield
    except (CannotCall, Raised):
        raise
    except BaseException as error:  # the caller of an SDK that calls sys.exit gets SystemExit
        raise Raised(phase, error) from error


class Call:
    """One running call: its decoded `arguments` by wire name.

    A style with the feature `cancel` sets `cancel`, and then checks once whether the call is already `cancelled`.
    """

    def __init__(self, number: int, operation: str, arguments: dict[str, Any]) -> None:
        self.number = number
        self.operation = operation
        self.arguments = arguments
        self.cancel: Callable[[], object] | None = None
        self.cancelled = False


class Adapter:
    """The base of call styles; `config` is CONFIG.json."""

    style = ""
    modes: tuple[str, ...] = ("sync",)
    features: tuple[str, ...] = ("timeout", "retries")

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    def package(self) -> tuple[str, str]:
        """Return the name and version from the package's metadata."""
        from importlib import metadata  # noqa: PLC0415 - some styles do not need it at start-up

        found = metadata.metadata(self.config["package"])
        return found["Name"], found["Version"]

    def prepare(self) -> None:
        """Import the SDK, after `hello`. An error is ignored here, because `open` raises it again."""

    def open(self, message: dict[str, Any]) -> None:
        """Build the SDK client."""

    def call(self, call: Call) -> dict[str, Any]:
        """Make the call and return its result: any of `status`, `content_type`, `payload`, `error`."""
        raise CannotCall(call.operation, "unsupported")

    def close(self) -> None:
        """Close the SDK client, if one is open."""

    def describe(self) -> dict[str, Any]:
        """Return the package's public API, see `concordat_public_api`; only with the feature `describe`."""
        detail = "this style does not introspect its package"
        raise CannotCall(detail, "unsupported")

    def expand(self, value: Any) -> Any:
        """Return an SDK object as a mapping, list or scalar, and any other value unchanged."""
        return value

    def show(self, error: BaseException) -> dict[str, Any]:
        """Return the further parts of `error` that a caller can read: any of `status`, `body` and `fields`.

        `status` is the HTTP status and `fields` the body that the SDK decoded. Without an HTTP status, the server
        reports the `statusCode` of `fields` as the error's status, for all styles alike.
        """
        del error
        return {}


def config() -> dict[str, Any]:
    """Read CONFIG.json, the program's only argument."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - pathlib would cost start-up time
        loaded: dict[str, Any] = json.load(file)
    return loaded


def fold(name: str) -> str:
    """Return the common form of a wire name and its snake_case spelling."""
    return name.replace("_", "").lower()


def decode(value: Any, name: str) -> Any:
    """Return the Python value of a tagged JSON value; `name` is the argument's, for `unrepresentable`."""
    if isinstance(value, list):
        return [decode(item, name) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        tag, content = next(iter(value.items()))
        if tag == "$bytes":
            return base64.b64decode(content, validate=True)
        if tag == "$number":
            return int(content) if content.lstrip("-").isdigit() else Decimal(content)
        if tag == "$utf16":
            return b"".join(unit.to_bytes(2, "little") for unit in content).decode("utf-16-le", "surrogatepass")
        if tag in ("$undefined", "$object"):
            raise CannotCall(name)
    return {key[1:] if key.startswith("$$") else key: decode(item, name) for key, item in value.items()}


def encode(value: Any, expand: Callable[[Any], Any] = lambda value: value) -> Any:  # noqa: PLR0911 - one per type
    """Return `value` as JSON with tags; `expand` converts the SDK's objects."""
    value = expand(value)
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if _utf8(value):
            return str.__str__(value)
        units = value.encode("utf-16-le", "surrogatepass")
        return {"$utf16": [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]}
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict):
        return {_key(key): encode(item, expand) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, expand) for item in value]
    return {"$object": type(value).__name__}


def _number(value: float | Decimal) -> Any:
    if isinstance(value, int):
        return int(value) if abs(value) <= EXACT else {"$number": str(int(value))}
    double = float(value)
    if math.isnan(double):
        return {"$number": "NaN"}
    if math.isinf(double):
        beyond = isinstance(value, Decimal) and value.is_finite()
        return {"$number": str(value) if beyond else "Infinity" if double > 0 else "-Infinity"}
    return double if isinstance(value, float) or Decimal(repr(double)) == value else {"$number": str(value)}


def _key(key: Any) -> str:
    text = _clean(str(key))
    return "$" + text if text.startswith("$") else text


def _utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(text: str) -> str:
    return text if _utf8(text) else text.encode("utf-8", "backslashreplace").decode()


def _error_shown(error: BaseException, shown: dict[str, Any], expand: Callable[[Any], Any]) -> dict[str, Any]:
    chain = []
    seen = {id(error)}
    link = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        chain.append(type(link).__name__)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    try:
        message = str(error)
    except Exception as unreadable:  # noqa: BLE001 - the message reports that it is unreadable
        message = "unreadable: " + type(unreadable).__name__
    report: dict[str, Any] = {"class": type(error).__name__, "chain": chain, "message": _clean(message[:MAX_TEXT])}
    if shown.get("body") is not None:
        body = shown["body"]
        report["body"] = body.decode("utf-8", "replace") if isinstance(body, bytes) else _clean(str(body))
    if "fields" in shown:
        report["fields"] = encode(shown["fields"], expand)
    status = _status(shown.get("status"), report.get("fields"))
    return report if status is None else {**report, "status": status}


def _status(http: Any, fields: Any) -> int | None:
    """Return the HTTP status, or else the `statusCode` of the decoded body; None without both."""
    decoded = (
        [value for name, value in fields.items() if fold(name) == "statuscode"] if isinstance(fields, dict) else []
    )
    for status in (http, *decoded):
        if isinstance(status, int) and status in STATUSES:
            return int(status)
    return None


class _Server:
    def __init__(self, adapter: Adapter, out: int) -> None:
        self.adapter = adapter
        self.out = out
        self.lock = threading.Lock()
        self.calls: dict[int, Call] = {}
        self.is_open = False
        self.is_shut_down = False

    def send(self, report: dict[str, Any]) -> None:
        line = json.dumps(report, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        if len(line) > MAX_LINE:
            return self.outcome(report["id"], "render", "unrepresentable", detail=f"an outcome of {len(line)} bytes")
        with self.lock:
            view = memoryview(line)
            while view:
                view = view[os.write(self.out, view) :]
        return None

    def outcome(self, number: int, phase: str, ended: str, **parts: Any) -> None:
        self.send({"type": "outcome", "id": number, "outcome": {"phase": phase, "ended": ended, **parts}})

    def guard(self, number: int | None, work: Callable[[], object]) -> None:
        """Run `work`, and report a fault of the adapter as `failed`."""
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - every fault of the adapter is a harness error
            import traceback  # noqa: PLC0415 - only for a fault

            detail = _clean(traceback.format_exc()[-MAX_TEXT:])
            message = _clean(f"{type(error).__name__}: {error}"[:MAX_TEXT])
            self.send({"type": "failed", "id": number, "message": message, "detail": detail})

    def attempt(self, number: int, work: Callable[[], dict[str, Any] | None], call: Call | None = None) -> bool:
        """Run `work`, report its outcome or `done`, and return whether the SDK raised nothing."""
        try:
            parts = work()
        except CannotCall as refusal:
            self.outcome(number, refusal.phase, refusal.ended, detail=refusal.detail)
        except Raised as raised:
            shown = _error_shown(raised.error, self.adapter.show(raised.error), self.adapter.expand)
            ended = "cancelled" if call is not None and call.cancelled and call.cancel else "raised"
            self.outcome(number, raised.phase, ended, error=shown)
        else:
            if parts is None:
                self.send({"type": "done", "id": number})
            else:
                self.outcome(number, "call", "returned", **parts)
            return True
        return False

    def call(self, call: Call, passed: dict[str, Any]) -> None:
        def work() -> dict[str, Any]:
            if not self.is_open:
                message = "no client is open"
                raise RuntimeError(message)
            call.arguments.update((name, decode(value, name)) for name, value in passed.items())
            parts = self.adapter.call(call)
            try:
                return {name: encode(part, self.adapter.expand) for name, part in parts.items()}
            except RecursionError as deep:
                detail = "nested too deeply"
                raise CannotCall(detail, phase="render") from deep

        self.guard(call.number, lambda: self.attempt(call.number, work, call))
        self.calls.pop(call.number, None)

    def cancel(self, message: dict[str, Any]) -> None:
        call = self.calls.get(message["id"])
        if call is not None:
            call.cancelled = True
            if call.cancel is not None:
                call.cancel()

    def open(self, message: dict[str, Any]) -> None:
        if self.is_open:
            self.shut()
        self.is_open = self.attempt(message["id"], lambda: self.adapter.open(message))

    def shut(self) -> None:
        self.is_open = False
        with contextlib.suppress(Raised):  # an error while the client closes is not part of any outcome
            self.adapter.close()

    def close(self, message: dict[str, Any]) -> None:
        self.shut()
        self.send({"type": "done", "id": message["id"]})

    def describe(self, message: dict[str, Any]) -> None:
        try:
            api = self.adapter.describe()
        except CannotCall as refusal:
            self.outcome(message["id"], refusal.phase, refusal.ended, detail=refusal.detail)
        else:
            self.send({"type": "public-api", "id": message["id"], **api})

    def hello(self) -> None:
        name, version = self.adapter.package()
        runtime = "{} {}.{}.{}".format(sys.implementation.name, *sys.version_info[:3])
        operations = list(self.adapter.config["operations"])
        adapter = self.adapter
        shown = {"style": adapter.style, "package": name, "version": version, "runtime": runtime}
        able = {"operations": operations, "modes": list(adapter.modes), "features": list(adapter.features)}
        self.send({"type": "hello", "protocol": PROTOCOL, "language": "python", **shown, **able})

    def handle(self, line: bytes) -> None:
        """Handle one message. Each call has its own thread, so that the server can read `cancel` meanwhile."""
        message = json.loads(line)
        kind = message["type"]
        if kind == "shutdown":
            self.is_shut_down = True
        elif kind == "call":
            call = self.calls[message["id"]] = Call(message["id"], message["operation"], {})
            threading.Thread(target=self.call, args=(call, message["arguments"]), daemon=True).start()
        else:
            work = {"open": self.open, "cancel": self.cancel, "close": self.close, "describe": self.describe}[kind]
            self.guard(message["id"], lambda: work(message))


def serve(adapter: Adapter) -> None:
    """Send `hello`, then handle messages until `shutdown` or the end of the input. It ends the process."""
    source, out = (int(part) for part in os.environ["CONCORDAT_FDS"].split(","))
    os.set_inheritable(source, False)  # noqa: FBT003 - positional-only
    os.set_inheritable(out, False)  # noqa: FBT003 - positional-only
    server = _Server(adapter, out)
    server.guard(None, server.hello)
    with contextlib.suppress(Exception):  # `open` imports again and reports the error as the SDK's
        adapter.prepare()
    with os.fdopen(source, "rb") as messages:
        while not server.is_shut_down:
            line = messages.readline()
            if not line:
                break
            server.guard(None, lambda: server.handle(line))  # noqa: B023 - guard runs the function at once
        os._exit(0)  # without a wait for the SDK's threads, where a call may still run
