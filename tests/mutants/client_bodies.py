"""Clients that send another body than they were given, or change one part of it at any depth."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from tests.mutants.client_registry import OutgoingRequest, change_requests, mutant, wrap

from concordat_reference import codec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _in_body(change: Callable[[dict[str, Any]], Any]) -> None:
    def changed(sent: OutgoingRequest) -> None:
        if isinstance(sent.body, dict):
            sent.body = change(sent.body)

    change_requests(changed)


@mutant
def body_field_dropped() -> None:
    """Leaves emailAddress out of every body."""
    _in_body(lambda body: {name: it for name, it in body.items() if name != "emailAddress"})


@mutant
def null_for_absent() -> None:
    """Sends a null for a field that the caller did not give."""
    _in_body(lambda body: {"contactName": None, **body} if "customerName" in body else {"description": None, **body})


@mutant
def null_not_sent() -> None:
    """Leaves nulls out of a body, as if they had not been given."""
    _in_body(lambda body: {name: it for name, it in body.items() if it is not None})


@mutant
def empty_text_not_sent() -> None:
    """Leaves empty texts out of a body."""
    _in_body(lambda body: {name: it for name, it in body.items() if it != ""})


@mutant
def empty_lists_not_sent() -> None:
    """Leaves empty lists out of a body."""
    _in_body(lambda body: {name: it for name, it in body.items() if it != []})


@mutant
def body_text_trimmed() -> None:
    """Strips the blanks around texts of a body."""
    _in_body(lambda body: {name: it.strip() if isinstance(it, str) else it for name, it in body.items()})


@mutant
def body_dates_cut() -> None:
    """Sends dates of a body without their time."""
    _in_body(lambda body: {name: it[:10] if name.endswith("Date") else it for name, it in body.items()})


@mutant
def empty_body_for_none() -> None:
    """Sends `{}` where a write was given no body."""

    def fill(sent: OutgoingRequest) -> None:
        if sent.method in ("POST", "PUT") and sent.body is None:
            sent.body = {}

    change_requests(fill)


@mutant
def body_wrapped() -> None:
    """Wraps each body in an object of its own."""
    _in_body(lambda body: {"customer": body})


@mutant
def body_as_json_text() -> None:
    """Encodes a body twice: JSON within a JSON text."""
    _in_body(json.dumps)


@mutant
def body_in_latin_1() -> None:
    """Encodes bodies in Latin-1 instead of UTF-8."""
    wrap(codec, "dumps", lambda own, value: own(value).decode().encode("latin-1", "replace"))


@mutant
def body_as_a_form() -> None:
    """Sends bodies without nested values in form encoding."""

    def form(own: Original, value: Any) -> bytes:
        if any(isinstance(it, (dict, list)) for it in value.values()):
            return bytes(own(value))
        return "&".join(f"{name}={quote_plus(str(it))}" for name, it in value.items()).encode()

    wrap(codec, "dumps", form)


@mutant
def body_numbers_as_text() -> None:
    """Sends the numbers of a body as texts."""

    def texts(value: object) -> Any:
        if isinstance(value, dict):
            return {name: texts(it) for name, it in value.items()}
        if isinstance(value, list):
            return [texts(it) for it in value]
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    _in_body(texts)


def _deep(change: Callable[[Any], Any], value: object) -> Any:
    """Return a body with every object and list changed, inner ones first."""
    if isinstance(value, dict):
        return change({name: _deep(change, it) for name, it in value.items()})
    if isinstance(value, list):
        return change([_deep(change, it) for it in value])
    return value


def _body(change: Callable[[Any], Any]) -> None:
    def changed(sent: OutgoingRequest) -> None:
        sent.body = _deep(change, sent.body)

    change_requests(changed)


@mutant
def repeats_in_lists_left_out() -> None:
    """Sends equal entries of a list once."""
    _body(lambda it: [x for n, x in enumerate(it) if x not in it[:n]] if isinstance(it, list) else it)


@mutant
def lists_sorted() -> None:
    """Sorts the lists of a body."""
    _body(lambda it: sorted(it, key=str) if isinstance(it, list) else it)


@mutant
def enum_values_in_capitals() -> None:
    """Sends the values of enums in capitals."""
    _body(
        lambda it: (
            {name: x.upper() if name in ("status", "type") and isinstance(x, str) else x for name, x in it.items()}
            if isinstance(it, dict)
            else it
        )
    )


@mutant
def free_names_sent_in_camel_case() -> None:
    """Sends every name of a body in camelCase, free names too."""

    def camel(name: str) -> str:
        return re.sub(r"[_ ](\w)", lambda at: at[1].upper(), name)

    _body(lambda it: {camel(name): x for name, x in it.items()} if isinstance(it, dict) else it)


@mutant
def body_numbers_as_doubles() -> None:
    """Sends numbers of a body as doubles."""

    def doubles(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: doubles(it) for name, it in value.items()}
        if isinstance(value, list):
            return [doubles(it) for it in value]
        exact = value is None or isinstance(value, (bool, str))
        return value if exact else float(value)

    change_requests(lambda sent: setattr(sent, "body", doubles(sent.body)))


@mutant
def nested_nulls_not_sent() -> None:
    """Leaves nulls out of what lies below a body's first level."""

    def clean(value: object, depth: int = 0) -> Any:
        if isinstance(value, dict):
            return {name: clean(it, depth + 1) for name, it in value.items() if it is not None or depth == 0}
        return [clean(it, depth + 1) for it in value] if isinstance(value, list) else value

    change_requests(lambda sent: setattr(sent, "body", clean(sent.body)))


@mutant
def company_description_not_sent() -> None:
    """Leaves the description out of the bodies of companies."""
    _body(lambda it: {name: x for name, x in it.items() if name != "description"} if isinstance(it, dict) else it)


@mutant
def empty_body_where_there_is_no_place() -> None:
    """Sends `{}` with an operation that takes no body."""

    def fill(sent: OutgoingRequest) -> None:
        if sent.body is None and ("/data/all" in sent.template or "/data/queue" in sent.template):
            sent.body = {}

    change_requests(fill)


@mutant
def invalid_enum_values_replaced() -> None:
    """Sends `Unknown` for a status that it does not know."""
    known = {"Unknown", "Active", "Archived", "Unlinked", "Linked", "PendingAuth", "Deauthorized"}

    def replaced(it: object) -> Any:
        if isinstance(it, dict) and isinstance(it.get("status"), str) and it["status"] not in known:
            return {**it, "status": "Unknown"}
        return it

    _body(replaced)


@mutant
def unsent_dates_sent_as_utc() -> None:
    """Sends dates without a zone as if they were in UTC."""
    unzoned = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")

    def zoned(it: object) -> Any:
        if not isinstance(it, dict):
            return it
        return {name: x + "Z" if isinstance(x, str) and unzoned.fullmatch(x) else x for name, x in it.items()}

    _body(zoned)
