"""Clients that send another body than they were given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from tests.mutants.registry import Asked, mutant, sending, wrap

from concordat_reference import codec

if TYPE_CHECKING:
    from collections.abc import Callable


def _in_body(change: Callable[[dict[str, Any]], Any]) -> None:
    def changed(asked: Asked) -> None:
        if isinstance(asked.body, dict):
            asked.body = change(asked.body)

    sending(changed)


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

    def fill(asked: Asked) -> None:
        if asked.method in ("POST", "PUT") and asked.body is None:
            asked.body = {}

    sending(fill)


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

    def form(own: Any, value: Any) -> bytes:
        if any(isinstance(it, (dict, list)) for it in value.values()):
            return bytes(own(value))
        return "&".join(f"{name}={quote_plus(str(it))}" for name, it in value.items()).encode()

    wrap(codec, "dumps", form)


@mutant
def body_numbers_as_text() -> None:
    """Sends the numbers of a body as texts."""

    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: texts(it) for name, it in value.items()}
        if isinstance(value, list):
            return [texts(it) for it in value]
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    _in_body(texts)
