"""How a run ends: its exit code, from what was seen and what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.checks.model import Verdict
from concordat.errors import EXIT_FAILURES, EXIT_HARNESS, EXIT_OK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from concordat.runner.result import ClientInfo

__all__ = ["exit_code_of", "nothing_ran"]

_IDLE = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)


def nothing_ran(counts: Mapping[Verdict, int]) -> bool:
    """Whether no case was executed."""
    return not sum(count for verdict, count in counts.items() if verdict not in _IDLE)


def exit_code_of(
    counts: Mapping[Verdict, int],
    clients: Iterable[ClientInfo],
    *,
    asked: Iterable[str],
    require_all: bool,
    ledger_wrong: bool,
) -> int:
    """Return 0 all as expected, 1 red results or a ledger that is wrong, 3 harness trouble.

    Trouble is a harness error, a missing client that was asked for (`asked` are the `--client` specs), or that nothing
    ran. `counts` are results by verdict.
    """
    named = {spec.partition("@")[0] for spec in asked}
    missing = any(require_all or info.name in named for info in clients if not info.available)
    if counts.get(Verdict.HARNESS_ERROR) or missing or nothing_ran(counts):
        return EXIT_HARNESS
    red = any(verdict.red and count for verdict, count in counts.items())
    return EXIT_FAILURES if red or ledger_wrong else EXIT_OK
