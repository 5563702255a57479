"""The case format as frozen types, rows expanded and row variables filled in.

These structs define the format: the loader converts YAML into them, the JSON Schema is generated from them, and each
struct rejects unknown keys. `Any` marks JSON values that may contain matchers or run-time references (`$company`);
`compare.matchers` and `targets.bindings` read those.
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
    " operation that the sandbox simulates is not counted)."
)


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename="kebab"):
    """The base of all models: frozen, keyword-only, no unknown keys, `kebab-case` in YAML, encoded without defaults."""


class Level(StrEnum):
    """The strength of the source's requirement (words of RFC 2119)."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Profile(StrEnum):
    """The runs that include a case: `default` is in every run, `full` only on request (slow or large cases)."""

    DEFAULT = "default"
    FULL = "full"


class Reported(StrEnum):
    """What the client reported to its caller.

    `failed`: a failure with its HTTP status; `unknown`: a failure without a status; `silent`: a return value with a
    status of 400 or more, and neither payload nor error body.
    """

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SILENT = "silent"


class RetryPolicy(_Model, frozen=True, kw_only=True):
    """The retry policy that a case gives to the client; times in milliseconds.

    `contract.RetryRule` is the recommendation of the contract.
    """

    initial: int
    maximum: int
    elapsed: int
    exponent: float = 1.5
    connection_errors: bool = True


class Absent(_Model, frozen=True, kw_only=True):
    """The value `{absent: true}`: the value is omitted."""

    absent: Literal[True]


class ClientSettings(_Model, frozen=True, kw_only=True):
    """The settings of the client under test in a case."""

    retries: Literal["none", "default"] | RetryPolicy = "none"
    timeout: int | None = None
    """The client's timeout for a call, in milliseconds."""
    env: dict[str, str] = {}
    files: dict[str, str] = {}
    """Text files of the user's home folder by relative name. The client then has its own process and home folder."""
    base_path: str = msgspec.field(default="", name="base-path")
    """A path appended to the server URL, such as `/v1` or `/`."""
    mode: Literal["sync", "async"] | None = None
    auth: str | Absent | None = None
    """The credential that the caller passes. None: the valid one; `{absent: true}`: the caller passes none."""


class ScriptedAnswer(_Model, frozen=True, kw_only=True):
    """A scripted answer. At most one of json, text and base64 sets the body; without one the body is empty."""

    status: int = 200
    headers: dict[str, str | list[str]] = {}
    content_type: str | Absent | msgspec.UnsetType = msgspec.UNSET
    """Unset: the type of the body's kind; `{absent: true}`: no Content-Type header."""
    json: Any = msgspec.UNSET
    text: str | None = None
    base64: str | None = None
    accepted: Annotated[bool | None, msgspec.Meta(description=_ACCEPTED)] = None
    """Whether the server behind the answer accepted the write. None: unknown, but a refusal (status 400 or more) of an
    operation that the sandbox simulates writes nothing."""

    def content(self) -> tuple[bytes, str | None]:
        """Return the body and its media type, None without a type. Raises ValueError for a malformed `base64`."""
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
    """A change to the upstream's JSON answer: pointers to set or to remove."""

    set: dict[str, Any] = {}
    remove: list[str] = []


class Evolution(_Model, frozen=True, kw_only=True):
    """A change to the upstream's JSON answer by an evolution rule (`contract.evolution`)."""

    rule: str
    """`new-field`, `null`, `gzip` ...; `complete` only adds the place if it is missing."""
    at: str = ""
    """The JSON pointer of the place; `*` is the first member of a map. Empty: the whole answer."""


class Slow(_Model, frozen=True, kw_only=True):
    """A slow body: a piece of `size` bytes every `every` seconds."""

    size: int
    every: float


class Redirect(_Model, frozen=True, kw_only=True):
    """A redirect; `location` may be absolute or relative.

    `{base}` in it is the case's server URL, `{elsewhere}` the same server under another host name.
    """

    location: str
    status: int = 302


class Fault(_Model, frozen=True, kw_only=True):
    """A planned fault of the upstream: the requests that it applies to, and exactly one action.

    It applies to the `at`-th request (from 1) that matches `on`, and to the next `times - 1` matching requests. With
    `when: after` the upstream processes the request before the action replaces its answer.
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
    """The number of bytes of the body that the upstream sends before it cuts the connection."""


class RequestExpectation(_Model, frozen=True, kw_only=True):
    """The expected parts of one request. `path` lists the decoded segments after the base path."""

    method: str | None = None
    path: list[Any] | None = None
    query: dict[str, Any] | None = None
    """Each parameter's values by name: a scalar, a list for repeats, or a matcher; others must be absent."""
    query_has: dict[str, Any] | None = None
    """Like `query`, but ignores further parameters."""
    headers: dict[str, Any] | None = None
    body: Any = msgspec.UNSET
    """A JSON value or matcher; objects have exactly these keys."""
    body_has: Any = msgspec.UNSET
    """Like `body`, but objects may have further keys."""
    body_text: Any = msgspec.UNSET
    """The body's bytes as UTF-8 text, to compare numbers and dates byte for byte."""


class ErrorExpectation(_Model, frozen=True, kw_only=True):
    """The expected error."""

    status: Any = msgspec.UNSET
    body: Any = msgspec.UNSET
    """The decoded error body; objects may have further keys."""


class OutcomeExpectation(_Model, frozen=True, kw_only=True):
    """The expected outcome: what the client reported and returned."""

    reported: Reported | list[Reported] | None = None
    payload: Any = msgspec.UNSET
    """A value or matcher; objects may have further keys. When `reported` lists `ok` and others, a client that reports
    `ok` must return this payload, and a client that reports one of the others need not."""
    error: ErrorExpectation | None = None


class WriteSafetyExpectation(_Model, frozen=True, kw_only=True):
    """A check that compares the writes that the upstream accepted with the client's report."""

    of: str
    """The operation whose accepted writes are counted."""


class WaitExpectation(_Model, frozen=True, kw_only=True):
    """The waits of the client before it repeats a request, in ms: one limit for all waits, or a list with one per wait.

    Concordat measures a wait at the server, from the end of an answer to the arrival of the next request.
    """

    at_least: float | list[float] | None = None
    at_most: float | list[float] | None = None
    """The upper limit. It grows with the step's calibration requests: it doubles on a machine that is half as fast."""


class Expectation(_Model, frozen=True, kw_only=True):
    """The expected requests of a call and its expected outcome."""

    requests: list[RequestExpectation] | Literal["any"] | None = None
    """The requests in order. An empty list forbids requests. `any`: requests are not compared, but `attempts` counts
    them. None: exactly one request of the call's operation."""
    attempts: Any = msgspec.UNSET
    """The number of requests, as a number or matcher; each request must match the first expected one."""
    waits: WaitExpectation | msgspec.UnsetType = msgspec.UNSET
    outcome: OutcomeExpectation | None = None

    @property
    def listed(self) -> list[RequestExpectation] | None:
        """The expected requests in order, empty for `any`; None: one request of the call's operation."""
        return [] if self.requests == "any" else self.requests


class Repeat(_Model, frozen=True, kw_only=True):
    """Repeats a call until the payload matches, and advances the virtual clock between the calls."""

    until: Any
    times: int = 10
    advance: str | None = None


class Call(_Model, frozen=True, kw_only=True):
    """One call of an operation by the client, or with `via: harness` by Concordat as preparation."""

    call: str
    id: str | None = None
    with_: dict[str, Any] = msgspec.field(default={}, name="with")
    via: Literal["client", "harness"] = "client"
    expect: Expectation = Expectation()
    save: dict[str, str] = {}
    """Names for later references (`$name`), each with a JSON pointer into the payload."""
    repeat: Repeat | None = None
    cancel_after: float | None = None
    """The caller cancels the call this many seconds after the arrival of its first request."""


class Parallel(_Model, frozen=True, kw_only=True):
    """Calls that start at the same time."""

    parallel: list[Call]


class Advance(_Model, frozen=True, kw_only=True):
    """Moves the virtual clock: `250ms`, `90s`, `5m`, `2h`, `1d`."""

    advance: str


class Change(_Model, frozen=True, kw_only=True):
    """Changes the world between steps, with the keys of a world."""

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
    """The contracts that the case is about; empty: those of its project (`home`)."""
    profile: Profile = Profile.DEFAULT
    needs: dict[str, Any] | None = None
    world: dict[str, Any] | None = None
    client: ClientSettings = ClientSettings()
    faults: list[Fault] = []
    state: dict[str, Any] | None = None
    """The sandbox's objects after the case, by collection; values are matchers."""
    write_safety: WriteSafetyExpectation | None = None
    allow: list[Literal["contract", "answers"]] = []
    """`contract`: the requests are invalid on purpose; `answers`: the scripted answers are invalid on purpose."""
    area: str = ""
    row: str | None = None
    rows: list[str] = []
    """The ids of all rows of the table, in order; empty for a case without rows."""
    path: str = ""
    line: int = 0
    home: list[str] = []
    """The contracts of the case's project; empty for a case outside of a project."""

    @property
    def about(self) -> list[str]:
        """The names of the contracts that the case is about: `apis`, or those of its project; empty: every contract."""
        return self.apis or self.home

    def calls(self) -> Iterator[Call]:
        """Yield every call of the case in order, including the calls of `parallel` steps."""
        for step in self.steps:
            if isinstance(step, Call):
                yield step
            elif isinstance(step, Parallel):
                yield from step.parallel

    @property
    def key(self) -> str:
        """The case's id with its row, such as `customers.list.pages[first]`."""
        return self.id if self.row is None else f"{self.id}[{self.row}]"
