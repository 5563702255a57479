"""Clients that write once more where the answer says that it is written."""

from __future__ import annotations

from typing import Any

from tests.mutants.registry import mutant, wrap

from concordat_reference.errors import ApiError
from concordat_reference.transport import Transport

_SEE_OTHER = 303


@mutant
def see_other_answered_by_writing_again() -> None:
    """Sends a write again that was answered with a place to look at."""

    def once(own: Any, self: Transport, method: str, *given: Any) -> Any:
        try:
            return own(self, method, *given)
        except ApiError as error:
            if method == "GET" or error.status != _SEE_OTHER:
                raise
        return own(self, method, *given)

    wrap(Transport, "_once", once)
