"""The options of a run, for the command line and for plain pytest."""

from __future__ import annotations

from pathlib import Path

import msgspec

from concordat.catalogue.model import Level, Profile

__all__ = ["RunSettings"]


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The options of one run.

    `clients` are the `--client` specs, empty for the default version of every client; `target` is `sandbox` or a URL;
    `shard` is (index from 1, count).
    """

    clients: tuple[str, ...] = ()
    target: str = "sandbox"
    cases: tuple[str, ...] = ()
    profile: Profile = Profile.DEFAULT
    level: Level = Level.MAY
    requirements: str | None = None
    """The requirement set that selects cases and scores clients; None: all cases, and every set."""
    shard: tuple[int, int] | None = None
    allow_writes: bool = False
    offline: bool = False
    require_all: bool = False
    record_failures: bool = False
    rerun_failures: bool = False
    expression: str = ""
    """pytest's `-k`, for the report's header."""
    last_failed: bool = False
    report: Path | None = None

    @property
    def live(self) -> bool:
        """Whether the target is a live endpoint."""
        return self.target != "sandbox"
