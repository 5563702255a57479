"""The case format as frozen types, rows expanded and row variables filled in.

These structs are the format: the loader converts YAML into them, the JSON Schema is generated from them, and an
unknown key is an error because each forbids it. `Any` marks JSON values that may hold matchers or run-time references
(`$company`); `compare.matchers` and `targets.bindings` read those.
"""

from __future__ import annotations

from base64 import b64decode
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Absent",
    "Advance",
    "Call",
    "Case",
    "Change",
    "ClientSettings",
    "ErrorExpectation",
    "Evolution",
    "Expectation",
    "Fault",
    "Level",
    "OutcomeExpectation",
    "Parallel",
    "Profile",
    "Repeat",
    "Reported",
    "RequestExpectation",
    "RetryPolicy",
    "ScriptedAnswer",
    "Step",
    "WaitExpectation",
    "WriteSafetyExpectation",
]


_ACCEPTED = (
    "Whether the server behind a scripted answer accepted the write. true: counted as an accepted write; false: not"
    " counted; absent: unknown, so that the case has no verdict on write safety (a refusal, status 400 or more, of an"
    " operation that the sandbox plays is not counted)."
)


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename="kebab"):
    """The common shape: frozen, keyword-only, no unknown keys, `kebab-case` in YAML; written without its defaults."""


class Level(StrEnum):
    """How strongly the source asks for it (RFC 2119 words)."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Profile(StrEnum):
    """When a case runs: `default` always, `full` only on request (it waits seconds or moves megabytes)."""

    DEFAULT = "default"
    FULL = "full"


class Reported(StrEnum):
    """What the caller of a client learned.

    `failed`: that the call failed, and its HTTP status; `unknown`: that something went wrong, without a status;
    `silent`: a status of 400 or more came back with neither payload nor error body.
    """

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SILENT = "silent"


class RetryPolicy(_Model, frozen=True, kw_only=True):
    """The retry policy that a case gives to the client; times in milliseconds.

    The contract's own recommendation is another fact: `contract.RetryRule`.
    """

    initial: int
    maximum: int
    elapsed: int
    exponent: float = 1.5
    connection_errors: bool = True


class Absent(_Model, frozen=True, kw_only=True):
    """Written `{absent: true}`: not given at all."""

    absent: Literal[True]


class ClientSettings(_Model, frozen=True, kw_only=True):
    """How the client under test is built for a case."""

    retries: Literal["none", "default"] | RetryPolicy = "none"
    timeout: int | None = None
    """The client's own time limit for a call, in milliseconds."""
    env: dict[str, str] = {}
    files: dict[str, str] = {}
    """Text files of the user's home folder by relative name; the client then has a process, and a home, of its own."""
    base_path: str = msgspec.field(default="", name="base-path")
    """A path put after the server URL, such as `/v1` or `/`."""
    mode: Literal["sync", "async"] | None = None
    auth: str | Absent | None = None
    """The credential as the caller gives it; None: the valid one; `{absent: true}`: the client is built without one."""


class ScriptedAnswer(_Model, frozen=True, kw_only=True):
    """An answer that a case writes itself. At most one of json, text, base64 gives the body; none is an empty one."""

    status: int = 200
    headers: dict[str, str | list[str]] = {}
    content_type: str | Absent | msgspec.UnsetType = msgspec.UNSET
    """Unset: the type that goes with the body; `{absent: true}`: no Content-Type header at all."""
    json: Any = msgspec.UNSET
    text: str | None = None
    base64: str | None = None
    accepted: Annotated[bool | None, msgspec.Meta(description=_ACCEPTED)] = None
    """Whether the server behind the answer accepted the write. None: unknown, save for a refusal (status 400 or more)
    of an operation that the sandbox plays, which came before anything was written."""

    def content(self) -> tuple[bytes, str | None]:
        """Return the body and its media type, None without one. Raises ValueError for a malformed `base64`."""
        body, media_type = self._body()
        if self.content_type is msgspec.UNSET:
            return body, media_type
        return body, self.content_type if isinstance(self.content_type, str) else None

    def _body(self) -> tuple[bytes, str | None]:
        if self.json is not msgspec.UNSET:
            return msgspec.json.encode(self.json), "application/json"
        if self.text is not None:
            return self.text.encode(), "text/plain"
        if self.base64 is None:
            return b"", None
        return b64decode(self.base64, validate=True), "application/octet-stream"


class Edit(_Model, frozen=True, kw_only=True):
    """A change to the sandbox's real JSON answer: pointers to set or to remove."""

    set: dict[str, Any] = {}
    remove: list[str] = []


class Evolution(_Model, frozen=True, kw_only=True):
    """A change by an evolution rule (`contract.evolution`) to the sandbox's real JSON answer."""

    rule: str
    """`new-field`, `null`, `gzip` ...; `complete` changes nothing, and sees to it that the place is there."""
    at: str = ""
    """The JSON pointer of the place; `*` is the first member of a map. Empty: the answer as a whole."""


class Slow(_Model, frozen=True, kw_only=True):
    """Pieces of `size` bytes, `every` so many seconds."""

    size: int
    every: float


class Redirect(_Model, frozen=True, kw_only=True):
    """A redirect; `location` may be absolute or relative.

    `{base}` in it stands for the case's own server URL, `{elsewhere}` for the same under another host name.
    """

    location: str
    status: int = 302


class Fault(_Model, frozen=True, kw_only=True):
    """A planned misbehaviour of the upstream: where it strikes, and exactly one action.

    It strikes the `at`-th request (from 1) that matches `on`, and the `times - 1` matching ones after it. With
    `when: after` the sandbox has processed the request before the action replaces its answer.
    """

    id: str | None = None
    on: str | None = None
    """An operation name; None: every request."""
    at: int = 1
    times: int | Literal["always"] = 1
    when: Literal["before", "after"] = "before"
    must_fire: bool = True
    respond: ScriptedAnswer | None = None
    edit: Edit | None = None
    evolve: Evolution | None = None
    redirect: Redirect | None = None
    reset: bool = False
    close: bool = False
    stall: float | None = None
    """Seconds of silence before the answer."""
    drip: Slow | None = None
    cut: int | None = None
    """How many bytes of the body still arrive."""


class RequestExpectation(_Model, frozen=True, kw_only=True):
    """What one request looks like. `path` is the decoded segments after the base path."""

    method: str | None = None
    path: list[Any] | None = None
    query: dict[str, Any] | None = None
    """Each parameter's values by name: a scalar, a list for repeats, or a matcher; others must be absent."""
    query_has: dict[str, Any] | None = None
    """Like `query`, but further parameters are no matter."""
    headers: dict[str, Any] | None = None
    body: Any = msgspec.UNSET
    """A JSON value or matcher; objects hold exactly these keys."""
    body_has: Any = msgspec.UNSET
    """Like `body`, but objects may hold further keys."""
    body_text: Any = msgspec.UNSET
    """The body's bytes as UTF-8 text, for numbers and dates byte for byte."""


class ErrorExpectation(_Model, frozen=True, kw_only=True):
    """What the caller learned of a failure."""

    status: Any = msgspec.UNSET
    body: Any = msgspec.UNSET
    """The decoded error body, objects read as `has`."""


class OutcomeExpectation(_Model, frozen=True, kw_only=True):
    """What the caller of the client saw."""

    reported: Reported | list[Reported] | None = None
    payload: Any = msgspec.UNSET
    """A value or matcher; objects are read as `has`: further keys are no matter. When `reported` lists `ok` beside
    others, it is what `ok` must come with; a client that reported one of the others need not show it."""
    error: ErrorExpectation | None = None


class WriteSafetyExpectation(_Model, frozen=True, kw_only=True):
    """A write judged by what the sandbox committed against what the caller was told."""

    of: str
    """The operation whose commits are counted."""


class WaitExpectation(_Model, frozen=True, kw_only=True):
    """How long the client waits before it asks again, in ms: one number for every wait, or a list of one each.

    Measured where requests arrive, from the end of one answer to the next request.
    """

    at_least: float | list[float] | None = None
    at_most: float | list[float] | None = None
    """Grows with the calibration exchanges of the step: on a machine that is twice as slow, it is twice as long."""


class Expectation(_Model, frozen=True, kw_only=True):
    """What a call must have caused on the wire and shown to its caller."""

    requests: list[RequestExpectation] | Literal["any"] | None = None
    """In order. An empty list: nothing may be sent. `any`: requests are not compared; with `attempts` they are counted.
    None: exactly one request of the call's own operation."""
    attempts: Any = msgspec.UNSET
    """How many times the requests were sent in all, a number or matcher; each is then like the first expected one."""
    waits: WaitExpectation | msgspec.UnsetType = msgspec.UNSET
    outcome: OutcomeExpectation | None = None

    @property
    def listed(self) -> list[RequestExpectation] | None:
        """The expected requests in order, none for `any`; None: the call's own request."""
        return [] if self.requests == "any" else self.requests


class Repeat(_Model, frozen=True, kw_only=True):
    """Call again, advancing the virtual clock between, until the payload matches."""

    until: Any
    times: int = 10
    advance: str | None = None


class Call(_Model, frozen=True, kw_only=True):
    """One operation called through the client (or, `via: harness`, by Concordat itself as preparation)."""

    call: str
    id: str | None = None
    with_: dict[str, Any] = msgspec.field(default={}, name="with")
    via: Literal["client", "harness"] = "client"
    expect: Expectation = Expectation()
    save: dict[str, str] = {}
    """Names for later `$name` references: JSON pointers into the payload."""
    repeat: Repeat | None = None
    cancel_after: float | None = None
    """Seconds after its first request has arrived, the caller cancels the call."""


class Parallel(_Model, frozen=True, kw_only=True):
    """Calls started together."""

    parallel: list[Call]


class Advance(_Model, frozen=True, kw_only=True):
    """Moves the virtual clock: `250ms`, `90s`, `5m`, `2h`, `1d`."""

    advance: str


class Change(_Model, frozen=True, kw_only=True):
    """Changes the world between steps, in the world's own vocabulary."""

    change: dict[str, Any]


Step = Call | Parallel | Advance | Change


class Case(_Model, frozen=True, kw_only=True):
    """One case, or one row of a table case."""

    id: str
    title: str
    why: str
    source: list[str]
    steps: list[Step]
    level: Level = Level.MUST
    apis: list[str] = []
    """The contracts it applies to; empty: those of the project that it stands in (`home`)."""
    profile: Profile = Profile.DEFAULT
    needs: dict[str, int] | None = None
    world: dict[str, Any] | None = None
    client: ClientSettings = ClientSettings()
    faults: list[Fault] = []
    state: dict[str, Any] | None = None
    """What the sandbox holds afterwards, by collection; values are matchers."""
    write_safety: WriteSafetyExpectation | None = None
    allow: list[Literal["contract", "answers"]] = []
    """`contract`: the requests are invalid on purpose; `answers`: the scripted answers are."""
    area: str = ""
    row: str | None = None
    rows: list[str] = []
    """The ids of all rows of its table, in order; empty where it is no table."""
    path: str = ""
    line: int = 0
    home: list[str] = []
    """The contracts of the project that it stands in; empty for a case that stands in none."""

    @property
    def about(self) -> list[str]:
        """The contracts that it is about, by name: `apis`, else those of its project; empty: every contract."""
        return self.apis or self.home

    def calls(self) -> Iterator[Call]:
        """Yield every call of the case in order, those of a `parallel` step too."""
        for step in self.steps:
            if isinstance(step, Call):
                yield step
            elif isinstance(step, Parallel):
                yield from step.parallel

    @property
    def key(self) -> str:
        """The case's id with its row: `customers.list.pages[first]`."""
        return self.id if self.row is None else f"{self.id}[{self.row}]"
