"""Clients that show their caller something else than what arrived."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import change_answers, change_json, mutant, wrap

from concordat_reference import codec
from concordat_reference.errors import DecodeError
from concordat_reference.models import Customer
from concordat_reference.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _each(change: Callable[[dict[str, Any]], Any]) -> None:
    """Change every JSON object, inner ones first."""

    def walk(value: object) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return change({name: walk(item) for name, item in value.items()})
        return value

    change_json(walk)


def _scalars(change: Callable[[Any], Any]) -> None:
    def walk(value: object) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        return change(value)

    change_json(walk)


def _without(*names: str) -> None:
    _each(lambda found: {name: it for name, it in found.items() if name not in names})


# Numbers, texts, nulls


@mutant
def integers_as_floats() -> None:
    """Reads integers as doubles."""
    _scalars(lambda it: float(it) if isinstance(it, int) and not isinstance(it, bool) else it)


@mutant
def decimals_as_floats() -> None:
    """Reads decimals as doubles."""
    _scalars(lambda it: float(it) if isinstance(it, Decimal) else it)


@mutant
def numbers_rounded() -> None:
    """Rounds decimals to two places."""
    _scalars(lambda it: round(it, 2) if isinstance(it, Decimal) else it)


@mutant
def texts_trimmed() -> None:
    """Strips the blanks around texts that it reads."""
    _scalars(lambda it: it.strip() if isinstance(it, str) else it)


@mutant
def texts_normalised() -> None:
    """Normalises the characters of texts that it reads."""
    _scalars(lambda it: unicodedata.normalize("NFC", it) if isinstance(it, str) else it)


@mutant
def texts_in_latin_1() -> None:
    """Reads bodies as Latin-1."""
    wrap(codec, "loads", lambda own, raw, *kind: own(raw.decode("latin-1").encode(), *kind))


@mutant
def texts_made_numbers() -> None:
    """Reads texts of digits as numbers."""
    _scalars(lambda it: int(it) if isinstance(it, str) and it.isdecimal() else it)


@mutant
def ids_read_in_lower_case() -> None:
    """Reads ids in lower case."""
    _each(lambda found: {name: it.lower() if name == "id" else it for name, it in found.items()})


@mutant
def dates_cut() -> None:
    """Reads dates without their time."""
    _each(lambda found: {name: it[:10] if name.endswith("Date") and it else it for name, it in found.items()})


@mutant
def dates_given_a_zone() -> None:
    """Adds a Z to dates that have no zone."""

    def zoned(found: dict[str, Any]) -> dict[str, Any]:
        dated = {name: it for name, it in found.items() if name.endswith("Date") and it and it[-1] != "Z"}
        return {**found, **{name: it + "Z" for name, it in dated.items()}}

    _each(zoned)


@mutant
def null_read_as_empty_text() -> None:
    """Reads null as an empty text."""
    _scalars(lambda it: "" if it is None else it)


@mutant
def empty_text_read_as_null() -> None:
    """Reads an empty text as null."""
    _scalars(lambda it: None if it == "" else it)


@mutant
def empty_lists_read_as_null() -> None:
    """Reads an empty list as null."""
    _each(lambda found: {name: None if it == [] else it for name, it in found.items()})


# Objects


@mutant
def unknown_fields_refused() -> None:
    """Refuses a customer with a field that it does not know."""

    def known(found: dict[str, Any]) -> dict[str, Any]:
        if "customerName" in found and not found.keys() <= Customer.__annotations__.keys():
            message = "unknown fields"
            raise ValueError(message)
        return found

    _each(known)


@mutant
def enums_read_strictly() -> None:
    """Refuses a record whose status it does not know."""
    known = {"Unknown", "Active", "Archived", "Pending", "Failed", "Success", "TimedOut", "Linked"}

    def strict(found: dict[str, Any]) -> dict[str, Any]:
        status = found.get("status")
        if isinstance(status, str) and status not in known:
            message = f"{status!r} is not a status"
            raise ValueError(message)
        return found

    _each(strict)


@mutant
def free_names_dropped() -> None:
    """Drops supplemental data."""
    _without("supplementalData")


@mutant
def metadata_dropped() -> None:
    """Drops metadata."""
    _without("metadata")


@mutant
def links_dropped() -> None:
    """Drops a page's links."""
    _without("_links")


@mutant
def total_dropped() -> None:
    """Drops a page's total."""
    _without("totalResults")


@mutant
def results_reversed() -> None:
    """Shows a page's results in reverse."""
    _each(lambda found: {name: it[::-1] if name == "results" else it for name, it in found.items()})


@mutant
def last_result_lost() -> None:
    """Loses the last result of each page."""
    _each(lambda found: {name: it[:-1] if name == "results" else it for name, it in found.items()})


@mutant
def deleted_left_out() -> None:
    """Leaves deleted records out of a page."""

    def living(found: dict[str, Any]) -> dict[str, Any]:
        kept = [it for it in found.get("results", []) if not (it.get("metadata") or {}).get("isDeleted")]
        return {**found, "results": kept} if "results" in found else found

    _each(living)


# Pushes


@mutant
def pending_read_as_success() -> None:
    """Shows what is pending as a success."""
    _each(lambda found: {name: "Success" if it == "Pending" else it for name, it in found.items()})


@mutant
def failed_read_as_success() -> None:
    """Shows what failed as a success."""
    _each(lambda found: {name: "Success" if it == "Failed" else it for name, it in found.items()})


@mutant
def timed_out_read_as_failed() -> None:
    """Shows what timed out as failed."""
    _each(lambda found: {name: "Failed" if it == "TimedOut" else it for name, it in found.items()})


@mutant
def push_key_lost() -> None:
    """Drops the key of a push."""
    _without("pushOperationKey")


@mutant
def changes_lost() -> None:
    """Drops the changes of a push."""
    _without("changes")


@mutant
def warnings_lost() -> None:
    """Drops the warnings of a validation."""
    _without("warnings")


@mutant
def validation_lost() -> None:
    """Drops validations."""
    _without("validation")


@mutant
def pushed_data_lost() -> None:
    """Drops the data of a push."""
    _without("data")


# Bytes and content


@mutant
def cut_bodies_read_as_whole() -> None:
    """Takes a body that was cut short for a whole one."""

    def read(own: Original, *given: object) -> Any:
        try:
            return own(*given)
        except IncompleteRead as cut:
            return cut.partial

    wrap(HTTPResponse, "read", read)


@mutant
def file_descriptions_cut() -> None:
    """Drops the size and the type of a file."""
    _without("fileSize", "contentType")


@mutant
def files_read_as_text() -> None:
    """Reads files as text."""

    def text(answer: Answer) -> Answer:
        binary = "octet-stream" in (answer.content_type or "")
        return answer._replace(body=answer.body.decode("utf-8", "replace").encode()) if binary else answer

    change_answers(text)


@mutant
def files_cut_at_64_kib() -> None:
    """Reads no more than 64 KiB of an answer."""
    change_answers(lambda answer: answer._replace(body=answer.body[: 64 * 1024]))


@mutant
def files_without_last_newline() -> None:
    """Strips the line end from the end of an answer."""
    change_answers(lambda answer: answer._replace(body=answer.body.rstrip(b"\r\n")))


@mutant
def no_content_taken_for_an_error() -> None:
    """Raises an error for a success without a body."""

    def strict(answer: Answer) -> Answer:
        if not answer.body:
            reason = "its body is empty"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    change_answers(strict)


@mutant
def content_type_must_be_exact() -> None:
    """Reads JSON only under one exact spelling of its media type."""

    def strict(own: Original, self: Answer, *kind: object) -> Any:
        if self.content_type != "application/json; charset=utf-8":
            reason = "its content type is not the one"
            raise DecodeError(reason, self.status, self.body)
        return own(self, *kind)

    wrap(Answer, "json", strict)


@mutant
def undecodable_read_as_empty() -> None:
    """Returns an empty object for an answer that is not JSON."""

    def lenient(own: Original, self: Answer, *kind: object) -> Any:
        try:
            return own(self, *kind)
        except DecodeError:
            return {}

    wrap(Answer, "json", lenient)


@mutant
def success_must_be_200() -> None:
    """Raises an error for every success but a 200."""

    def strict(answer: Answer) -> Answer:
        if answer.status != 200:
            reason = "its status is not 200"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    change_answers(strict)


@mutant
def payload_shown_as_text() -> None:
    """Shows a JSON answer as its text."""
    wrap(Answer, "json", lambda own, *given: json.dumps(own(*given), default=str))


@mutant
def large_answers_refused() -> None:
    """Refuses answers of more than 256 KiB."""

    def small(answer: Answer) -> Answer:
        if len(answer.body) > 256 * 1024:
            reason = "its body is too long"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    change_answers(small)
