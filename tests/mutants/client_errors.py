"""Clients that hide from their caller what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.mutants.registry import mutant, wrap

from concordat_reference.errors import ApiError, TransportError
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable


def _failing(change: Callable[[ApiError], Exception | Answer]) -> None:
    """Change what comes of an ApiError: another error, or an answer after all."""

    def once(own: Any, self: Transport, *given: Any) -> Any:
        try:
            return own(self, *given)
        except ApiError as error:
            changed = change(error)
            if isinstance(changed, Answer):
                return changed
            raise changed from None

    wrap(Transport, "_once", once)


def _message(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change an error's decoded body; its text is lost, as it is in a client that keeps the decoded one only."""
    _failing(lambda error: ApiError(error.status, "", change(dict(error.message)), error.headers))


@mutant
def errors_swallowed() -> None:
    _failing(lambda error: Answer(error.status, "application/json", b"{}"))


@mutant
def not_found_read_as_empty() -> None:
    _failing(lambda error: Answer(200, "application/json", b"{}") if error.status == 404 else error)


@mutant
def refused_writes_read_as_done() -> None:
    def once(own: Any, self: Transport, method: str, *given: Any) -> Any:
        try:
            return own(self, method, *given)
        except ApiError as error:
            if method == "GET":
                raise
            return Answer(200, "application/json", error.body.encode())

    wrap(Transport, "_once", once)


@mutant
def lost_answers_read_as_empty() -> None:
    def once(own: Any, self: Transport, *given: Any) -> Any:
        try:
            return own(self, *given)
        except TransportError:
            return Answer(200, "application/json", b"{}")

    wrap(Transport, "_once", once)


@mutant
def status_lost() -> None:
    _failing(lambda error: TransportError(error.body))


@mutant
def every_status_500() -> None:
    _failing(lambda error: ApiError(500, error.body, error.message, error.headers))


@mutant
def status_of_the_body_shown() -> None:
    _failing(
        lambda error: ApiError(error.message.get("statusCode", error.status), error.body, error.message, error.headers)
    )


@mutant
def error_body_lost() -> None:
    _failing(lambda error: ApiError(error.status, "", {}, error.headers))


@mutant
def correlation_id_lost() -> None:
    _message(lambda message: {name: it for name, it in message.items() if name != "correlationId"})


@mutant
def detailed_code_lost() -> None:
    _message(lambda message: {name: it for name, it in message.items() if name != "detailedErrorCode"})


@mutant
def error_validation_lost() -> None:
    _message(lambda message: {name: it for name, it in message.items() if name != "validation"})


@mutant
def errors_without_a_body_not_understood() -> None:
    _failing(lambda error: error if error.message else TransportError("its body is not an ErrorMessage"))
