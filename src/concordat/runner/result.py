"""The report as frozen types: the content of `report.json`.

Shapes are stable: other people's scripts read them. The JSON Schema in the package is generated from here.
"""

from __future__ import annotations

from typing import Any

import msgspec

from concordat.checks.model import Check, DecodingTrace, Verdict
from concordat.clients.public_api import PublicApiDifference
from concordat.coverage.model import Coverage

__all__ = [
    "REPORT_FORMAT",
    "CallView",
    "CauseView",
    "ClientInfo",
    "DecodingScore",
    "ExchangeView",
    "Footer",
    "Header",
    "Integrity",
    "MessageView",
    "ParityGroup",
    "ParityRow",
    "Report",
    "Rerun",
    "Result",
]

REPORT_FORMAT = 1


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that passed, of those that were executed; a known failure has not passed."""

    passed: int = 0
    executed: int = 0


class RequirementScore(msgspec.Struct, frozen=True, kw_only=True):
    """One client by one set, at the levels that the set froze. `unplayed` rows of it have no verdict in this run."""

    set: str
    client: str
    """`NAME@VERSION`."""
    must: Score
    should: Score
    may: Score
    after_freeze: Score
    unplayed: int = 0


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What ran, where and how. `settings` are the run's options; `toolchains` versions by name; no secret is in it."""

    format: int = REPORT_FORMAT
    concordat: str
    run_id: str
    started: str
    """ISO 8601, UTC."""
    target: str
    """`sandbox`, or the scrubbed URL of a live endpoint."""
    settings: dict[str, Any]
    catalogue_sha256: str
    contracts: dict[str, str]
    """SHA-256 by contract name."""
    toolchains: dict[str, str] = {}
    python: str = ""
    platform: str = ""


class Integrity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether an adapter is nothing but one: `ok`, what is wrong, or why it was not looked at, of each.

    `imports`: its code, against what an adapter may import. `version`: the package's files, against what the adapter
    says. `user_agent`: what was sent, against the version. `stub`: the cases with the SDK taken out.
    """

    imports: str = ""
    version: str = ""
    user_agent: str = ""
    stub: str = ""

    @property
    def trouble(self) -> tuple[str, ...]:
        """What makes the adapter's word doubtful: it does more than call its SDK, or calls another one.

        A User-Agent that contradicts the version is shown only: an SDK may have forgotten to change its own.
        """
        told = (self.imports, self.version)
        return tuple(text for text in told if text and not text.startswith(("ok", "not checked", "not audited")))


class CauseView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A cause of the client's ledger that covers its version, as `Check.cause` names it, without its entries."""

    id: str
    reason: str
    source: str = ""
    smallest: str = ""
    versions: str = ""
    review_by: str = ""
    """ISO 8601 date."""


class ClientInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One client of the run. `version` is what the package itself says; `requested` what the manifest or user named."""

    name: str
    version: str
    requested: str = ""
    package: str = ""
    language: str = ""
    runtime: str = ""
    style: str = ""
    api: str = ""
    artifact_sha256: str | None = None
    lock_sha256: str | None = None
    available: bool = True
    reason: str | None = None
    document: str | None = None
    """The variant that the installed package was compared with, and the release that it describes."""
    public_api: tuple[PublicApiDifference, ...] = ()
    """Where the installed package is not as that document says: information, never a verdict."""
    public_api_note: str | None = None
    """Why the package was not compared with a document."""
    integrity: Integrity | None = None
    """None where there was no adapter to look at."""
    causes: tuple[CauseView, ...] = ()
    """What its ledger says of this version."""

    @property
    def label(self) -> str:
        """`NAME@VERSION`, as results name it."""
        return f"{self.name}@{self.version}"


class MessageView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One side of an exchange, scrubbed: `body` as text, or `body_base64`, or `body_file` beside the report."""

    line: str
    """`GET /path?query HTTP/1.1`, or `HTTP/1.1 200 OK`."""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_base64: str | None = None
    body_file: str | None = None


class ExchangeView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One exchange as reports show it; times in seconds since the case began."""

    number: int
    step: str | None = None
    operation: str | None = None
    started: float = 0.0
    finished: float | None = None
    ending: str = "complete"
    request: MessageView | None = None
    unparsable_base64: str | None = None
    response: MessageView | None = None
    problems: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    straggler: bool = False


class CallView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One call that the case asked for, scrubbed: the step's label, the operation, the arguments by wire name."""

    step: str
    operation: str
    arguments: Any = {}


class Rerun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A red case when it was run once more (`--rerun-failures`); the first attempt is the result itself."""

    verdict: Verdict
    checks: tuple[Check, ...] = ()
    exchanges: tuple[ExchangeView, ...] = ()
    outcomes: tuple[Any, ...] = ()
    reason: str | None = None
    duration_ms: float = 0.0


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One case (or row) with one client."""

    case: str
    client: str
    """`NAME@VERSION`."""
    level: str
    verdict: Verdict
    row: str | None = None
    mode: str | None = None
    area: str = ""
    title: str = ""
    why: str = ""
    source: tuple[str, ...] = ()
    path: str = ""
    """The case's file, relative to the catalogue, with its line."""
    reason: str | None = None
    """Why it is not applicable, or what the harness error was."""
    checks: tuple[Check, ...] = ()
    exchanges: tuple[ExchangeView, ...] = ()
    calls: tuple[CallView, ...] = ()
    """What the client was asked to do, run-time references filled in."""
    client_settings: dict[str, Any] = {}
    """How the case has the client built, where that is not the default: retries, timeout, env ..."""
    outcomes: tuple[Any, ...] = ()
    """What the client showed, a JSON value a call."""
    duration_ms: float = 0.0
    write_safety: str | None = None
    """`1 accepted write, reported ok` and its like, where the case is about write safety."""
    decoding: DecodingTrace | None = None
    """What became of the answer's JSON paths, where the case changed it by an evolution rule."""
    shape: str | None = None
    """A digest of the canonical requests and outcome, for parity."""
    command: str = ""
    """The command that runs the case with this client alone."""
    history: str | None = None
    """How it went with other releases, where that is on record: `3.1.0 ok, 6.2.0 fails, 8.0.1 ok`."""
    rerun: Rerun | None = None
    flaky: bool = False
    """Whether the rerun differs; the result keeps the verdict of its first run, which is red."""

    @property
    def key(self) -> str:
        """The case's id with its row."""
        return self.case if self.row is None else f"{self.case}[{self.row}]"


class DecodingScore(msgspec.Struct, frozen=True, kw_only=True):
    """Field retention of one evolution rule with one client: its counts, and the JSON paths that were kept."""

    rule: str
    client: str
    retentions: dict[str, int]
    kept: int
    total: int
    red: int = 0
    """Rows that fail, whether known or not."""


class ParityGroup(msgspec.Struct, frozen=True):
    """Clients that agree."""

    clients: tuple[str, ...]
    shape: str


class ParityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One case on which the clients do not all agree."""

    case: str
    row: str | None
    groups: tuple[ParityGroup, ...]


class Footer(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a report; a report without one is not a report."""

    complete: bool
    finished: str
    exit_code: int
    duration_ms: float = 0.0
    note: str | None = None
    """Why it is incomplete."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of `report.json`. `totals` counts verdicts, and clients as `unavailable`."""

    header: Header
    clients: tuple[ClientInfo, ...]
    results: tuple[Result, ...]
    parity: tuple[ParityRow, ...]
    totals: dict[str, int]
    footer: Footer
    stragglers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requirements: tuple[RequirementScore, ...] = ()
    """What each client keeps of each requirement set."""
    coverage: Coverage | None = None
    """What the catalogue asserts of the contracts; None where a part of it was chosen."""
    decoding: tuple[DecodingScore, ...] = ()
    """What became of changed answers, by evolution rule and client."""
