"""Every error that Concordat raises on purpose.

    ConcordatError
    ├── UsageError            exit 2: the user's input is invalid
    │   ├── ContractError         a contract or a variant file
    │   ├── CatalogueError        a case file
    │   ├── LedgerError           a ledger
    │   ├── ManifestError         a client's manifest
    │   ├── CredentialsMissing    a live run without its environment
    │   └── ReportError           a report that is incomplete, unreadable, or of another catalogue
    └── HarnessError          exit 3: Concordat, a tool or the machine failed
        ├── ClientUnavailable     a client that cannot be installed or started here
        ├── AdapterError          an adapter that broke the protocol
        │   ├── AdapterDied           its process ended unexpectedly
        │   └── AdapterSilent         it did not answer before the deadline
        ├── TargetUnreachable     the live endpoint does not answer
        └── NothingRan            no case was executed

An error has a `message` and, where known, a place (`where`: file and line), a `cause` and a remedy (`hint`). A file may
be wrong in several places: `findings` lists all of them. Each class has a stable `code`, on which scripts may rely.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Self

EXIT_OK = 0
EXIT_FAILURES = 1
EXIT_USAGE = 2
EXIT_HARNESS = 3
SHOWN = 20
"""Findings that the text of one error lists; it counts the rest."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file, with its 1-based line and column where known."""

    path: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`file`, `file:line` or `file:line:column`."""
        parts = [str(self.path), *(str(part) for part in (self.line, self.column) if part is not None)]
        return ":".join(parts)


class Flaw(NamedTuple):
    """A problem inside one value: a JSON pointer into the value, the problem and its remedy."""

    pointer: str
    message: str
    hint: str | None = None


class Severity(StrEnum):
    """The weight of a finding. `error` fails lint; `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """One problem of a file, which its loader or lint found."""

    where: Location | None
    message: str
    hint: str | None = None
    cause: str | None = None
    severity: Severity = Severity.ERROR

    def entries(self) -> tuple[str, ...]:
        """Return the finding's text: `path:line:column: message`, then a line each for the cause and the hint."""
        weight = "warning: " if self.severity is Severity.WARNING else ""
        head = f"{self.where}: {weight}{self.message}" if self.where else f"{weight}{self.message}"
        further = (("cause", self.cause), ("hint", self.hint))
        return (head, *(f"  {name}: {text}" for name, text in further if text))

    def __str__(self) -> str:
        """The entries, one on each line."""
        return "\n".join(self.entries())

    def line(self) -> str:
        """Return the finding as one line, for a message inside another text."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        if self.cause:
            text += f" ({self.cause})"
        return f"{text}; {self.hint}" if self.hint else text


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings sorted by file, line and column, without duplicates."""
    unique = {(str(item.where), item.message): item for item in findings}

    def place(item: Finding) -> tuple[str, int, int, str]:
        if item.where is None:
            return ("", 0, 0, item.message)
        return (str(item.where.path), item.where.line or 0, item.where.column or 0, item.message)

    return tuple(sorted(unique.values(), key=place))


class ConcordatError(Exception):
    """The base of the errors in this module's docstring. `findings` has at least one finding."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = EXIT_HARNESS

    def __init__(
        self,
        message: str,
        *,
        where: Location | None = None,
        cause: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.cause = cause
        self.hint = hint
        self.findings: tuple[Finding, ...] = (Finding(where, message, hint, cause),)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Self:
        """Return one error for several findings, sorted by place; its message is the first finding's."""
        ordered = sort_findings(findings)
        first = ordered[0]
        error = cls(first.message, where=first.where, cause=first.cause, hint=first.hint)
        error.findings = ordered
        return error

    def __str__(self) -> str:
        """One line for each finding: place, message, cause and hint; after 20 lines the number of the rest."""
        lines = [finding.line() for finding in self.findings[:SHOWN]]
        rest = len(self.findings) - SHOWN
        return "\n".join([*lines, f"... and {rest} more"] if rest > 0 else lines)


class UsageError(ConcordatError):
    """The user's input is invalid."""

    code = "usage"
    exit_code = EXIT_USAGE


class ContractError(UsageError):
    """A contract or variant file is wrong."""

    code = "contract"


class CatalogueError(UsageError):
    """A case file is wrong."""

    code = "catalogue"


class LedgerError(UsageError):
    """A ledger is wrong, or has an entry that matches nothing."""

    code = "ledger"


class ManifestError(UsageError):
    """A client's manifest is wrong, or no client has the name."""

    code = "manifest"


class CredentialsMissing(UsageError):  # noqa: N818 - reads as a condition in `except` clauses
    """An environment variable that a live run needs is not set."""

    code = "credentials"


class ReportError(UsageError):
    """A report is incomplete, unreadable, or of another catalogue."""

    code = "report"


class HarnessError(ConcordatError):
    """Concordat, a tool it needs, or the machine failed."""

    code = "harness"


class ClientUnavailable(HarnessError):  # noqa: N818 - reads as a condition in `except` clauses
    """A client cannot be installed or started on this machine."""

    code = "client-unavailable"


class AdapterError(HarnessError):
    """An adapter broke the protocol, or its own code failed."""

    code = "adapter"


class AdapterDied(AdapterError):  # noqa: N818 - reads as a condition in `except` clauses
    """An adapter's process ended unexpectedly."""

    code = "adapter-died"


class AdapterSilent(AdapterError):  # noqa: N818 - reads as a condition in `except` clauses
    """An adapter did not answer a call before its deadline."""

    code = "adapter-silent"


class TargetUnreachable(HarnessError):  # noqa: N818 - reads as a condition in `except` clauses
    """The live endpoint does not answer."""

    code = "target-unreachable"


class NothingRan(HarnessError):  # noqa: N818 - reads as a condition in `except` clauses
    """The run executed no case."""

    code = "nothing-ran"


def own_defect(error: BaseException) -> str:
    """Return the message for an exception that Concordat does not raise on purpose."""
    return f"internal error: {type(error).__name__}: {error}"


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Return a hint with the most similar known words, or with all of them when none is similar."""
    names = sorted(known)
    near = get_close_matches(wrong, names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    if not names:
        return "none is defined"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")  # noqa: PLR2004 - a line's worth
    return f"known: {shown}"
