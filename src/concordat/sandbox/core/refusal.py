"""The refusal of a request, raised by the core and by the plug-ins, and answered in the words of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.values import Pairs

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """A request that is answered with an error body.

    `error` is its text, None for the API's own text of the status. `problems` are the reasons, as (place, message,
    rule). `headers` are added to those of the error body.
    """

    def __init__(
        self,
        status: int,
        error: str | None = None,
        *,
        problems: Sequence[tuple[str, str, str]] = (),
        headers: Pairs = (),
    ) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.problems = problems
        self.headers = headers
