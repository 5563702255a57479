"""The stock of a live endpoint: the records that its discovery found, by which the needs of cases are met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from concordat.values import Json

__all__ = ["Ask", "ChosenMissing", "Stock", "UnmetNeed", "too_few"]

_T = TypeVar("_T")


class UnmetNeed(Exception):  # noqa: N818 - a finding about the endpoint, not an error
    """The endpoint does not offer what a case needs; the message is the reason."""


class ChosenMissing(Exception):  # noqa: N818 - a finding about the endpoint, as above
    """The endpoint does not show the record that the user chose; `kind` is its name in cases."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def too_few(kind: str, least: int, offered: int) -> UnmetNeed:
    """Return the error for too few records of a kind."""
    return UnmetNeed(f"the case needs {least} {kind}; the target offers {offered}")


class Stock(Protocol):
    """The records of an endpoint."""

    def bind(
        self, needs: Mapping[str, Any], used: Collection[str] = (), changed: Collection[str] = ()
    ) -> Mapping[str, Json]:
        """Return the values of references such as `$company`, by name, for a case with these needs.

        `used` are the names to which the case refers: the endpoint may lack some of them. `changed` are the names of
        records that the case changes: they get records that other cases read least.
        Raises UnmetNeed, and CatalogueError for needs outside of the vocabulary.
        """
        ...


class Ask(Protocol):
    """Sends the discovery's requests, one operation each."""

    async def may(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T | None:
        """Return the answer in its form; None for any other answer, and for an operation that the contract lacks."""
        ...

    async def if_allowed(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T | None:
        """Return the answer in its form, None for a refusal of this request.

        Raises TargetUnreachable for an answer of another form, for a refusal of every request, and without an answer.
        """
        ...

    async def must(self, operation: str, arguments: Mapping[str, Json], form: type[_T]) -> _T:
        """Return the answer in its form. Raises TargetUnreachable for any other answer."""
        ...
