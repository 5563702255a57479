"""What lint finds: each with its place, its weight, and how to mend it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from concordat.errors import Location

__all__ = ["Finding", "Severity", "sort_findings"]


class Severity(StrEnum):
    """`error` makes lint fail; `warning` is for people."""

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """One thing to mend."""

    where: Location
    severity: Severity
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        """`file:line:column: message; hint`, with `warning:` before the message of a warning."""
        weight = "warning: " if self.severity is Severity.WARNING else ""
        text = f"{self.where}: {weight}{self.message}"
        return f"{text}; {self.hint}" if self.hint else text


def sort_findings(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings by place, each said once."""
    unique = {(str(item.where), item.message): item for item in findings}

    def place(item: Finding) -> tuple[str, int, int, str]:
        return (str(item.where.path), item.where.line or 0, item.where.column or 0, item.message)

    return tuple(sorted(unique.values(), key=place))
