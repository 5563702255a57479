"""The check of operation names that a user gives: `--operation NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["check_operation_names"]


def check_operation_names(wanted: Iterable[str], known: Collection[str], owner: str) -> None:
    """Raise UsageError for a name that is not `known`. `owner` completes its message: `case calls`, `contract has`."""
    for name in wanted:
        if name not in known:
            message = f"no {owner} an operation `{name}`"
            raise UsageError(message, hint=did_you_mean(name, known))
