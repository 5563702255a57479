"""The adapter protocol: one JSON object a line, over a private pair of file descriptors.

The engine writes an `EngineMessage`, the adapter answers with an `AdapterMessage`. Every message of the engine but
`shutdown` has an id, and its answer carries the same id. The descriptors' numbers are in the environment variable
`CONCORDAT_FDS` as `IN,OUT`.
`protocol_schema` generates the JSON Schemas of all messages from these structs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from concordat.values import MAX_DEPTH

if TYPE_CHECKING:
    from concordat.catalogue.model import RetryPolicy

__all__ = [
    "MAX_DEPTH",
    "MAX_LINE",
    "PROTOCOL",
    "AdapterMessage",
    "CallMessage",
    "Cancel",
    "Close",
    "Describe",
    "Done",
    "EngineMessage",
    "ErrorShown",
    "Failed",
    "Hello",
    "Open",
    "Outcome",
    "OutcomeMessage",
    "PublicApi",
    "PublicArgument",
    "PublicOperation",
    "RetryMessage",
    "Shutdown",
    "protocol_schema",
]

PROTOCOL = 2
MAX_LINE = 32 * 1024 * 1024
"""Bytes in one line, its newline included."""


class RetryMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A client's `RetryPolicy` in the words that all call styles share; times in milliseconds."""

    initial_interval: int
    max_interval: int
    max_elapsed_time: int
    exponent: float
    retry_connection_errors: bool

    @classmethod
    def of(cls, policy: RetryPolicy) -> RetryMessage:
        """Return the message of a policy."""
        return cls(policy.initial, policy.maximum, policy.elapsed, policy.exponent, policy.connection_errors)


class Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", tag="open", kw_only=True):
    """Builds a fresh SDK client; a client that was open before is dropped.

    `auth` is the credential exactly as the caller would give it, None for none at all. `timeout` is the SDK's own
    limit in milliseconds, None for its default. `retries`: `none` switches them off in the SDK's own way, `default`
    leaves the SDK as it comes.
    """

    id: int
    server_url: str
    auth: str | None
    retries: Literal["none", "default"] | RetryMessage
    timeout: int | None = None
    mode: str = "sync"


class CallMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", tag="call"):
    """Calls one operation; `arguments` by wire name, `body` being the request body's.

    An absent key is an argument not passed, null is null, `{"$undefined": true}` is passed as undefined where the
    language can. `$bytes`, `$number` and `$utf16` tag what JSON cannot hold; a real key that starts with `$` has one
    more.
    """

    id: int
    operation: str
    arguments: dict[str, Any]


class Cancel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="cancel"):
    """Cancels the call `id` in the SDK's own way, if it has one."""

    id: int


class Close(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="close"):
    """Closes the SDK client and its connections."""

    id: int


class Describe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="describe"):
    """Asks what the installed package offers; only of an adapter with the feature `describe`. Sends no request.

    Answered by `public-api`, or by an outcome `unsupported` whose detail says why not.
    """

    id: int


class Shutdown(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="shutdown"):
    """Ends the adapter."""


EngineMessage = Open | CallMessage | Cancel | Close | Describe | Shutdown


class ErrorShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An error as the caller can see it.

    `cls` is the class's name, `chain` those of its causes, outermost first; `status` and `body` only when the SDK gives
    the caller a way to them; `fields` are the error's own decoded attributes by wire name.
    """

    cls: str = msgspec.field(name="class")
    chain: list[str] = []
    message: str = ""
    status: int | None = None
    body: str | None = None
    fields: Any = msgspec.UNSET


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the client showed its caller.

    `phase`: `build` while making the SDK client or the call's arguments, `call` inside the SDK, `read` while reading
    what it returned, `render` in the adapter's own rendering. Each further part is there only if the SDK shows it.
    """

    phase: Literal["build", "call", "read", "render"]
    ended: Literal["returned", "raised", "timed-out", "cancelled", "unsupported", "unrepresentable"]
    status: int | None = None
    content_type: str | None = None
    payload: Any = msgspec.UNSET
    error: ErrorShown | None = None
    detail: str | None = None
    """For `unsupported` and `unrepresentable`: what it was."""


class Hello(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="hello", kw_only=True):
    """The adapter's first line, unasked."""

    protocol: int
    style: str
    package: str
    version: str
    language: str
    runtime: str
    operations: list[str]
    modes: list[str] = msgspec.field(default_factory=lambda: ["sync"])
    features: list[str] = []
    """Of `cancel`, `timeout`, `retries`, `undefined`, `describe`."""


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="done"):
    """Answers `open` and `close` that went well."""

    id: int


class OutcomeMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="outcome"):
    """Answers `call`; also an `open` that the SDK refused (phase `build`)."""

    id: int
    outcome: Outcome


class PublicArgument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An argument of an installed method: its wire name (`body` for the request body) and its name in the method."""

    name: str
    parameter: str
    required: bool | None = None
    """None: the package does not tell."""


class PublicOperation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One operation as the installed package has it."""

    method: str
    """The method's name."""
    arguments: list[PublicArgument]
    returns: str | None = None
    """The type of what comes back, as the package writes it; None: it does not tell."""


class PublicApi(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="public-api"):
    """Answers `describe`: what the package offers of the operations in `hello`, and the classes that it raises.

    An operation that the package does not have is left out.
    """

    id: int
    operations: dict[str, PublicOperation]
    errors: list[str]


class Failed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="failed"):
    """The adapter's own code failed: a harness error, never the SDK's."""

    id: int | None
    message: str
    detail: str = ""


AdapterMessage = Hello | Done | OutcomeMessage | PublicApi | Failed


def protocol_schema(sender: Literal["engine", "adapter"]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line that the engine or the adapter writes."""
    union = EngineMessage if sender == "engine" else AdapterMessage
    (schema,), components = msgspec.json.schema_components([union], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Concordat adapter protocol {PROTOCOL}: messages of the {sender}",
        **schema,
        "$defs": components,
    }
