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
    _in_body(lambda body: {name: it for name, it in body.items() if name != "emailAddress"})


@mutant
def null_for_absent() -> None:
    _in_body(lambda body: {"contactName": None, **body} if "customerName" in body else {"description": None, **body})


@mutant
def null_not_sent() -> None:
    _in_body(lambda body: {name: it for name, it in body.items() if it is not None})


@mutant
def empty_text_not_sent() -> None:
    _in_body(lambda body: {name: it for name, it in body.items() if it != ""})


@mutant
def empty_lists_not_sent() -> None:
    _in_body(lambda body: {name: it for name, it in body.items() if it != []})


@mutant
def body_text_trimmed() -> None:
    _in_body(lambda body: {name: it.strip() if isinstance(it, str) else it for name, it in body.items()})


@mutant
def body_dates_cut() -> None:
    _in_body(lambda body: {name: it[:10] if name.endswith("Date") else it for name, it in body.items()})


@mutant
def empty_body_for_none() -> None:
    def fill(asked: Asked) -> None:
        if asked.method in ("POST", "PUT") and asked.body is None:
            asked.body = {}

    sending(fill)


@mutant
def body_wrapped() -> None:
    _in_body(lambda body: {"customer": body})


@mutant
def body_as_json_text() -> None:
    _in_body(json.dumps)


@mutant
def body_in_latin_1() -> None:
    wrap(codec, "dumps", lambda own, value: own(value).decode().encode("latin-1", "replace"))


@mutant
def body_as_a_form() -> None:
    codec.dumps = lambda value: "&".join(f"{name}={quote_plus(str(it))}" for name, it in value.items()).encode()


@mutant
def body_numbers_as_text() -> None:
    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: texts(it) for name, it in value.items()}
        if isinstance(value, list):
            return [texts(it) for it in value]
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    _in_body(texts)
