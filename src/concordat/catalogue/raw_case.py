"""A case as it is written in YAML, before rows are expanded: the model of the file format."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from concordat.catalogue.evolution_rows import EvolutionTable
from concordat.catalogue.model import ClientSettings, Fault, Level, Profile, WriteSafetyExpectation

__all__ = ["STEP_KINDS", "WrittenCase"]

STEP_KINDS = ("call", "parallel", "advance", "change")
"""The key that says which kind of step it is."""


class WrittenCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One item of a case file. The comments of `model.Case` hold; only the differences are said here."""

    id: str
    title: str
    why: str
    source: str | list[str]
    """`contract:<contract>#<operation>...`, `document:<number>...`, `domain:<section>`, `rfc:<number>#<section>`,
    `principle:<name>` or `undefined:<name>`; one or a list."""
    steps: list[dict[str, Any]]
    """Each is a `call`, `parallel`, `advance` or `change`."""
    level: Level = Level.MUST
    apis: list[str] = []
    profile: Profile = Profile.DEFAULT
    needs: dict[str, int] | None = None
    world: dict[str, Any] | None = None
    client: ClientSettings = ClientSettings()
    faults: list[Fault] = []
    state: dict[str, Any] | None = None
    write_safety: WriteSafetyExpectation | None = None
    allow: list[Literal["contract", "answers"]] = []
    rows: list[dict[str, Any]] | EvolutionTable | None = None
    """A table: each row has an `id` and values for the `$names` in the case; or changes by evolution rules."""
