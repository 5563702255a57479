"""Clients that hide from their caller what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import change_answers, mutant, wrap

from concordat_reference.errors import ApiError, DecodeError, TransportError
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _failing(change: Callable[[ApiError], Exception | Answer]) -> None:
    """Change what comes of an ApiError: another error, or an answer after all."""

    def once(own: Original, self: Transport, *given: object) -> Any:
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
    """Returns an empty answer with the failing status instead of raising."""
    _failing(lambda error: Answer(error.status, "application/json", b"{}"))


@mutant
def not_found_read_as_empty() -> None:
    """Returns an empty object for a 404."""
    _failing(lambda error: Answer(200, "application/json", b"{}") if error.status == 404 else error)


@mutant
def refused_writes_read_as_done() -> None:
    """Returns the refusal of a write as if it were the record."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        try:
            return own(self, method, *given)
        except ApiError as error:
            if method == "GET":
                raise
            return Answer(200, "application/json", error.body.encode())

    wrap(Transport, "_once", once)


@mutant
def lost_answers_read_as_empty() -> None:
    """Returns an empty object when the response is incomplete."""

    def once(own: Original, self: Transport, *given: object) -> Any:
        try:
            return own(self, *given)
        except TransportError:
            return Answer(200, "application/json", b"{}")

    wrap(Transport, "_once", once)


@mutant
def status_lost() -> None:
    """Raises errors without their HTTP status."""
    _failing(lambda error: TransportError(error.body))


@mutant
def every_status_500() -> None:
    """Shows every error as a 500."""
    _failing(lambda error: ApiError(500, error.body, error.message, error.headers))


@mutant
def status_of_the_body_shown() -> None:
    """Shows the status that stands in an error's body instead of the one of HTTP."""
    _failing(
        lambda error: ApiError(error.message.get("statusCode", error.status), error.body, error.message, error.headers)
    )


@mutant
def error_body_lost() -> None:
    """Raises errors without their body."""
    _failing(lambda error: ApiError(error.status, "", {}, error.headers))


@mutant
def correlation_id_lost() -> None:
    """Raises errors without their correlation id."""
    _message(lambda message: {name: it for name, it in message.items() if name != "correlationId"})


@mutant
def detailed_code_lost() -> None:
    """Raises errors without their detailed error code."""
    _message(lambda message: {name: it for name, it in message.items() if name != "detailedErrorCode"})


@mutant
def error_validation_lost() -> None:
    """Raises errors without their validation."""
    _message(lambda message: {name: it for name, it in message.items() if name != "validation"})


@mutant
def errors_without_a_body_not_understood() -> None:
    """Raises an error without status when the body is no ErrorMessage."""
    _failing(lambda error: error if error.message else TransportError("its body is not an ErrorMessage"))


@mutant
def unsynced_read_as_empty_page() -> None:
    """Returns an empty page for data that was never fetched."""
    page = b'{"results":[],"pageNumber":1,"pageSize":100,"totalResults":0,"_links":{}}'
    _failing(lambda error: Answer(200, "application/json", page) if error.status == 409 else error)


@mutant
def forbidden_read_as_unauthorized() -> None:
    """Shows a 403 as a 401."""
    _failing(lambda error: ApiError(401, error.body, error.message, error.headers) if error.status == 403 else error)


@mutant
def unauthorized_read_as_empty() -> None:
    """Returns an empty answer for a 401."""
    _failing(lambda error: Answer(200, "application/json", b"{}") if error.status == 401 else error)


@mutant
def too_many_requests_read_as_unavailable() -> None:
    """Shows a 429 as a 503."""
    _failing(lambda error: ApiError(503, error.body, error.message, error.headers) if error.status == 429 else error)


@mutant
def unlisted_statuses_lost() -> None:
    """Raises errors of a status that the contract does not list without it."""
    listed = {400, 401, 402, 403, 404, 409, 429, 500, 503}
    _failing(lambda error: error if error.status in listed else TransportError(error.body))


@mutant
def redirections_read_as_empty() -> None:
    """Returns an empty answer for a redirection."""
    _failing(lambda error: Answer(200, "application/json", b"{}") if error.status < 400 else error)


@mutant
def error_texts_in_latin_1() -> None:
    """Reads the text of a refusal as Latin-1."""

    def misread(text: object) -> Any:
        return text.encode().decode("latin-1") if isinstance(text, str) else text

    _message(lambda message: {name: misread(it) for name, it in message.items()})


@mutant
def errors_in_one_media_type() -> None:
    """Reads an ErrorMessage only under one exact spelling of its media type."""
    exact = ("application/json", "application/json; charset=utf-8")
    _failing(
        lambda error: (
            error
            if error.headers.get("Content-Type", exact[0]) in exact
            else ApiError(error.status, "", {}, error.headers)
        )
    )


@mutant
def problem_details_not_understood() -> None:
    """Raises an error without status for problem details."""
    _failing(
        lambda error: (
            TransportError("its body is not an ErrorMessage")
            if "problem" in error.headers.get("Content-Type", "")
            else error
        )
    )


@mutant
def broken_refusals_not_understood() -> None:
    """Raises an error without status for a refusal whose JSON breaks off."""
    _failing(
        lambda error: TransportError("it cannot be parsed") if error.body[:1] == "{" and not error.message else error
    )


@mutant
def refusals_of_another_shape_not_understood() -> None:
    """Raises an error without status for a refusal with JSON that is no object."""
    _failing(lambda error: TransportError("it is no object") if error.body[:1] in ("[", '"', "n") else error)


@mutant
def html_refusals_read_as_empty() -> None:
    """Returns an empty answer for a refusal in HTML."""
    _failing(lambda error: Answer(200, "application/json", b"{}") if "<html" in error.body.lower() else error)


@mutant
def status_of_unreadable_answers_lost() -> None:
    """Raises an error without status for a success that it cannot read."""

    def lost(own: Original, self: Answer, *kind: object) -> Any:
        try:
            return own(self, *kind)
        except DecodeError as error:
            raise TransportError(error.reason) from None

    wrap(Answer, "json", lost)


@mutant
def no_content_read_as_an_empty_page() -> None:
    """Returns an empty page for a read that is answered without a body."""
    page = b'{"results":[],"pageNumber":1,"pageSize":100,"totalResults":0,"_links":{}}'
    change_answers(
        lambda answer: answer if answer.body else answer._replace(content_type="application/json", body=page)
    )


@mutant
def accepted_updates_reported_as_failed() -> None:
    """Raises an error for an update that was accepted."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        answer = own(self, method, *given)
        if method == "PUT" and b"pushOperationKey" in answer.body:
            raise ApiError(400, "{}", {}, {})
        return answer

    wrap(Transport, "_once", once)


@mutant
def accepted_creates_reported_as_failed() -> None:
    """Raises an error for a create that was accepted."""

    def once(own: Original, self: Transport, method: str, *given: object) -> Any:
        answer = own(self, method, *given)
        if method == "POST" and b"pushOperationKey" in answer.body:
            raise ApiError(400, "{}", {}, {})
        return answer

    wrap(Transport, "_once", once)


@mutant
def partial_answers_read_as_empty() -> None:
    """Shows an empty object for a 206."""
    change_answers(lambda answer: answer._replace(body=b"{}") if answer.status == 206 else answer)


@mutant
def undecodable_refusals_tried_again() -> None:
    """Takes a refusal whose coding it cannot undo for a broken connection, and asks again."""
    _failing(
        lambda error: (
            TransportError("its coding is damaged", error.status)
            if "Content-Encoding" in error.headers and not error.body
            else error
        )
    )
