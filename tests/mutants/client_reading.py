"""Clients that show their caller something else than what arrived."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from http.client import HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any

from tests.mutants.registry import arriving, mutant, reading, wrap

from concordat_reference import codec
from concordat_reference.errors import DecodeError
from concordat_reference.models import Customer
from concordat_reference.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Callable


def _each(change: Callable[[dict[str, Any]], Any]) -> None:
    """Change every JSON object, inner ones first."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return change({name: walk(item) for name, item in value.items()})
        return value

    reading(walk)


def _scalars(change: Callable[[Any], Any]) -> None:
    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {name: walk(item) for name, item in value.items()}
        return change(value)

    reading(walk)


def _without(*names: str) -> None:
    _each(lambda found: {name: it for name, it in found.items() if name not in names})


# Numbers, texts, nulls


@mutant
def integers_as_floats() -> None:
    _scalars(lambda it: float(it) if isinstance(it, int) and not isinstance(it, bool) else it)


@mutant
def decimals_as_floats() -> None:
    _scalars(lambda it: float(it) if isinstance(it, Decimal) else it)


@mutant
def numbers_rounded() -> None:
    _scalars(lambda it: round(it, 2) if isinstance(it, Decimal) else it)


@mutant
def texts_trimmed() -> None:
    _scalars(lambda it: it.strip() if isinstance(it, str) else it)


@mutant
def texts_normalised() -> None:
    _scalars(lambda it: unicodedata.normalize("NFC", it) if isinstance(it, str) else it)


@mutant
def texts_in_latin_1() -> None:
    wrap(codec, "loads", lambda own, raw: own(raw.decode("latin-1").encode()))


@mutant
def texts_made_numbers() -> None:
    _scalars(lambda it: int(it) if isinstance(it, str) and it.isdecimal() else it)


@mutant
def ids_read_in_lower_case() -> None:
    _each(lambda found: {name: it.lower() if name == "id" else it for name, it in found.items()})


@mutant
def dates_cut() -> None:
    _each(lambda found: {name: it[:10] if name.endswith("Date") and it else it for name, it in found.items()})


@mutant
def dates_given_a_zone() -> None:
    def zoned(found: dict[str, Any]) -> dict[str, Any]:
        dated = {name: it for name, it in found.items() if name.endswith("Date") and it and it[-1] != "Z"}
        return {**found, **{name: it + "Z" for name, it in dated.items()}}

    _each(zoned)


@mutant
def null_read_as_empty_text() -> None:
    _scalars(lambda it: "" if it is None else it)


@mutant
def empty_text_read_as_null() -> None:
    _scalars(lambda it: None if it == "" else it)


@mutant
def empty_lists_read_as_null() -> None:
    _each(lambda found: {name: None if it == [] else it for name, it in found.items()})


# Objects


@mutant
def unknown_fields_refused() -> None:
    def known(found: dict[str, Any]) -> dict[str, Any]:
        if "customerName" in found and not found.keys() <= Customer.__annotations__.keys():
            message = "unknown fields"
            raise ValueError(message)
        return found

    _each(known)


@mutant
def enums_read_strictly() -> None:
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
    _without("supplementalData")


@mutant
def metadata_dropped() -> None:
    _without("metadata")


@mutant
def links_dropped() -> None:
    _without("_links")


@mutant
def total_dropped() -> None:
    _without("totalResults")


@mutant
def results_reversed() -> None:
    _each(lambda found: {name: it[::-1] if name == "results" else it for name, it in found.items()})


@mutant
def last_result_lost() -> None:
    _each(lambda found: {name: it[:-1] if name == "results" else it for name, it in found.items()})


@mutant
def deleted_left_out() -> None:
    def living(found: dict[str, Any]) -> dict[str, Any]:
        kept = [it for it in found.get("results", []) if not (it.get("metadata") or {}).get("isDeleted")]
        return {**found, "results": kept} if "results" in found else found

    _each(living)


# Pushes


@mutant
def pending_read_as_success() -> None:
    _each(lambda found: {name: "Success" if it == "Pending" else it for name, it in found.items()})


@mutant
def failed_read_as_success() -> None:
    _each(lambda found: {name: "Success" if it == "Failed" else it for name, it in found.items()})


@mutant
def timed_out_read_as_failed() -> None:
    _each(lambda found: {name: "Failed" if it == "TimedOut" else it for name, it in found.items()})


@mutant
def push_key_lost() -> None:
    _without("pushOperationKey")


@mutant
def changes_lost() -> None:
    _without("changes")


@mutant
def warnings_lost() -> None:
    _without("warnings")


@mutant
def validation_lost() -> None:
    _without("validation")


@mutant
def pushed_data_lost() -> None:
    _without("data")


# Bytes and content


@mutant
def cut_bodies_read_as_whole() -> None:
    def read(own: Any, *given: Any) -> Any:
        try:
            return own(*given)
        except IncompleteRead as cut:
            return cut.partial

    wrap(HTTPResponse, "read", read)


@mutant
def file_descriptions_cut() -> None:
    _without("fileSize", "contentType")


@mutant
def files_read_as_text() -> None:
    def text(answer: Answer) -> Answer:
        binary = "octet-stream" in (answer.content_type or "")
        return answer._replace(body=answer.body.decode("utf-8", "replace").encode()) if binary else answer

    arriving(text)


@mutant
def files_cut_at_64_kib() -> None:
    arriving(lambda answer: answer._replace(body=answer.body[: 64 * 1024]))


@mutant
def files_without_last_newline() -> None:
    arriving(lambda answer: answer._replace(body=answer.body.rstrip(b"\r\n")))


@mutant
def no_content_taken_for_an_error() -> None:
    def strict(answer: Answer) -> Answer:
        if not answer.body:
            reason = "its body is empty"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    arriving(strict)


@mutant
def content_type_must_be_exact() -> None:
    def strict(own: Any, self: Answer) -> Any:
        if self.content_type != "application/json; charset=utf-8":
            reason = "its content type is not the one"
            raise DecodeError(reason, self.status, self.body)
        return own(self)

    wrap(Answer, "json", strict)


@mutant
def undecodable_read_as_empty() -> None:
    def lenient(own: Any, self: Answer) -> Any:
        try:
            return own(self)
        except DecodeError:
            return {}

    wrap(Answer, "json", lenient)


@mutant
def success_must_be_200() -> None:
    def strict(answer: Answer) -> Answer:
        if answer.status != 200:
            reason = "its status is not 200"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    arriving(strict)


@mutant
def payload_shown_as_text() -> None:
    wrap(Answer, "json", lambda own, answer: json.dumps(own(answer), default=str))


@mutant
def large_answers_refused() -> None:
    def small(answer: Answer) -> Answer:
        if len(answer.body) > 256 * 1024:
            reason = "its body is too long"
            raise DecodeError(reason, answer.status, answer.body)
        return answer

    arriving(small)
