"""The report as frozen types: the content of `report.json`.

The types are stable, because users' scripts read the file. The JSON Schema in the package is generated from them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from concordat.checks.model import Check, DecodingTrace, TargetFailureKind, Verdict
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
    "TargetEvent",
    "WriteView",
]

REPORT_FORMAT = 1


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of executed and of passed rows; a known failure has not passed."""

    passed: int = 0
    executed: int = 0


class RequirementScore(msgspec.Struct, frozen=True, kw_only=True):
    """One client's scores in one requirement set, at the levels that the set froze.

    `unplayed` counts the rows of the set without a verdict in this run.
    """

    set: str
    client: str
    """`NAME@VERSION`."""
    must: Score
    should: Score
    may: Score
    after_freeze: Score
    unplayed: int = 0


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The run's versions, target and options. `toolchains` are versions by name. It contains no secret."""

    format: int = REPORT_FORMAT
    concordat: str
    run_id: str
    started: str
    """ISO 8601, UTC."""
    target: str
    """`sandbox`, or the scrubbed URL of a live endpoint."""
    mark: str = ""
    """The beginning of the names of records that a live run makes, so that they can be found again."""
    settings: dict[str, Any]
    catalogue_sha256: str
    contracts: dict[str, str]
    """SHA-256 by contract name."""
    toolchains: dict[str, str] = {}
    python: str = ""
    platform: str = ""


class Integrity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The integrity checks of one adapter. Each is `ok`, a deviation, or the reason why it was not checked.

    `imports`: the modules that its code imports. `version`: the version in the package's files, against the adapter's.
    `user_agent`: the User-Agent that was sent, against the version. `stub`: the cases with a stub as SDK.
    """

    imports: str = ""
    version: str = ""
    user_agent: str = ""
    stub: str = ""

    @property
    def trouble(self) -> tuple[str, ...]:
        """The deviations that make the adapter's results doubtful: of its imports and of its version.

        A wrong User-Agent is not one of them: an SDK may not have updated it.
        """
        checks = (self.imports, self.version)
        return tuple(text for text in checks if text and not text.startswith(("ok", "not checked", "not audited")))


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
    """One client of the run. `version` is the package's own, `requested` the one of the manifest or the user."""

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
    """The variant with which the installed package is compared, and the release that it describes."""
    public_api: tuple[PublicApiDifference, ...] = ()
    """Differences between the installed package and that document: information, never a verdict."""
    public_api_note: str | None = None
    """The reason why the package is not compared with a document."""
    integrity: Integrity | None = None
    """None without a started adapter."""
    causes: tuple[CauseView, ...] = ()
    """The causes of its ledger for this version."""

    @property
    def label(self) -> str:
        """`NAME@VERSION`, as results name it."""
        return f"{self.name}@{self.version}"


class MessageView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of an exchange, scrubbed: `body` as text, or `body_base64`, or `body_file` beside the report."""

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
    """One call of the case, scrubbed: the step's label, the operation, the arguments by wire name."""

    step: str
    operation: str
    arguments: Any = {}


class WriteView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One write that a live target accepted, scrubbed."""

    request: str
    """The method and the path: `POST /companies`."""
    status: int
    ids: dict[str, str] = {}
    """The ids in the target's answer, by their names there."""


class Rerun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The second run of a red case (`--rerun-failures`); the result itself is the first."""

    verdict: Verdict
    checks: tuple[Check, ...] = ()
    exchanges: tuple[ExchangeView, ...] = ()
    outcomes: tuple[Any, ...] = ()
    reason: str | None = None
    duration_ms: float = 0.0


class TargetEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of failure of a live target in one case: `requests` requests had such an answer, the first at `first`.

    `status` is set for the kind `status` alone.
    """

    kind: TargetFailureKind
    first: str
    """ISO 8601, UTC."""
    status: int | None = None
    requests: int = 1
    message: str = ""
    """The first of these answers: its status, URL, first words and remedy."""

    @property
    def outage(self) -> bool:
        """Whether the target serves nobody like this: no answer, a refusal, something else than JSON.

        A mock, which answers everything well with data of its own, has no outage.
        """
        refused = self.kind is TargetFailureKind.STATUS and self.status not in range(200, 300)
        return refused or self.kind in (TargetFailureKind.NO_ANSWER, TargetFailureKind.NOT_JSON)


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
    """The reason of a case that is not applicable, or the harness error."""
    checks: tuple[Check, ...] = ()
    exchanges: tuple[ExchangeView, ...] = ()
    calls: tuple[CallView, ...] = ()
    """The client's calls, with run-time references replaced."""
    client_settings: dict[str, Any] = {}
    """The case's client settings that differ from the default: retries, timeout, env ..."""
    outcomes: tuple[Any, ...] = ()
    """The outcome of each call, as a JSON value."""
    duration_ms: float = 0.0
    write_safety: str | None = None
    """A summary such as `1 accepted write, reported ok`, if the case is about write safety."""
    decoding: DecodingTrace | None = None
    """The field retention of the answer, if the case changed it by an evolution rule."""
    target_events: tuple[TargetEvent, ...] = ()
    """What the live target did where a check has the verdict `target`."""
    shape: str | None = None
    """A digest of the canonical requests and outcome, for parity."""
    command: str = ""
    """The command that runs the case with this client alone."""
    history: str | None = None
    """The recorded outcomes with other releases: `3.1.0 ok, 6.2.0 fails, 8.0.1 ok`."""
    rerun: Rerun | None = None
    written: tuple[WriteView, ...] = ()
    """The writes of the case that a live target accepted, the harness's included."""
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
    """The end of a report; a report without a footer is invalid."""

    complete: bool
    finished: str
    exit_code: int
    duration_ms: float = 0.0
    note: str | None = None
    """The reason why the report is incomplete."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `report.json`. `totals` counts results by verdict, and clients as `unavailable`."""

    header: Header
    clients: tuple[ClientInfo, ...]
    results: tuple[Result, ...]
    parity: tuple[ParityRow, ...]
    totals: dict[str, int]
    footer: Footer
    stragglers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requirements: tuple[RequirementScore, ...] = ()
    """The score of each client in each requirement set."""
    coverage: Coverage | None = None
    """The assertion coverage of the contracts; None in a run of selected cases."""
    decoding: tuple[DecodingScore, ...] = ()
    """The field retention of changed answers, by evolution rule and client."""
