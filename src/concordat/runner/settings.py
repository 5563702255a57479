"""The options of a run, for the command line and for plain pytest."""

from __future__ import annotations

from pathlib import Path

import msgspec

from concordat.catalogue.model import Level, Profile
from concordat.targets.permission import Permission

__all__ = ["RunSettings"]


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The options of one run.

    `clients` are the `--client` specs, empty for the default version of every client; `target` is `sandbox` or a URL;
    `shard` is (index from 1, count).
    """

    clients: tuple[str, ...] = ()
    target: str = "sandbox"
    cases: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    """Only cases in which the client calls one of these operations."""
    profile: Profile = Profile.DEFAULT
    level: Level = Level.MAY
    requirements: str | None = None
    """The requirement set that selects cases and scores clients; None: all cases, and every set."""
    shard: tuple[int, int] | None = None
    allow_writes: bool = False
    disposable: bool = False
    """The live target is for tests: writes and planned faults are allowed."""
    offline: bool = False
    require_all: bool = False
    record_failures: bool = False
    rerun_failures: bool = False
    expression: str = ""
    """pytest's `-k`, for the report's header."""
    last_failed: bool = False
    report: Path | None = None
    rate_limit: str | None = None
    """The rate of requests to a live target, such as `5/s`."""
    max_requests: int | None = None
    """The number of requests to a live target after which the remaining cases do not run."""
    max_target_failures: int | None = None
    """The number of results in a row that a live target may break; None: `pacing.MAX_TARGET_FAILURES`."""

    @property
    def permission(self) -> Permission:
        """What the run may do to a live target."""
        if self.disposable:
            return Permission.DISPOSABLE
        return Permission.WRITE if self.allow_writes else Permission.READ

    @property
    def partial(self) -> bool:
        """Whether cases or operations are selected by name: the results say nothing about the rest of the contract."""
        return bool(self.cases or self.operations)

    @property
    def live(self) -> bool:
        """Whether the target is a live endpoint."""
        return self.target != "sandbox"
