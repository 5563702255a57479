"""Clients that read JSON, and what surrounds it, in fewer forms than it has."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.client_registry import Original, change_json, change_objects, mutant, refuse, require, wrap

from concordat_reference import codec, shapes
from concordat_reference.transport import Answer


@mutant
def json_without_layout() -> None:
    """Refuses JSON that begins with white space."""

    def strict(own: Original, raw: bytes, *kind: object) -> Any:
        if raw[:1].isspace():
            reason = "it is no JSON"
            raise ValueError(reason)
        return own(raw, *kind)

    wrap(codec, "loads", strict)


@mutant
def exponents_refused() -> None:
    """Refuses JSON with a number in scientific notation."""

    def strict(own: Original, raw: bytes, *kind: object) -> Any:
        if re.search(rb"[:,\[]\s*-?\d+(\.\d+)?[eE][+-]?\d", raw):
            reason = "a number is no number"
            raise ValueError(reason)
        return own(raw, *kind)

    wrap(codec, "loads", strict)


@mutant
def fractions_of_nothing_refused() -> None:
    """Refuses a whole number that is written with a fraction, where it expects an integer."""
    wrap(shapes, "whole", lambda _own, number: number)


@mutant
def integers_in_32_bits() -> None:
    """Refuses an integer of more than 32 bits."""
    require(
        lambda it: not any(isinstance(x, int) and not isinstance(x, bool) and abs(x) >= 2**31 for x in it.values()),
        "it is too large",
    )


@mutant
def long_integers_rounded() -> None:
    """Rounds integers beyond what a double holds."""
    change_objects(
        lambda it: {name: int(float(x)) if type(x) is int and abs(x) > 2**53 else x for name, x in it.items()}
    )


@mutant
def members_in_one_order() -> None:
    """Refuses a record whose members do not come in the usual order."""
    require(lambda it: "id" not in it or "status" not in it or next(iter(it)) == "id", "it begins with another member")


@mutant
def media_type_in_lower_case() -> None:
    """Takes a media type in capitals for another one."""

    def strict(own: Original, self: Answer, *model: object) -> Any:
        kind = (self.content_type or "").partition(";")[0]
        return own(self, *model) if kind == kind.lower() else refuse(self, "its type is another")

    wrap(Answer, "json", strict)


@mutant
def header_names_in_title_case() -> None:
    """Finds the media type only under the usual capitals of its header's name."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: object, prepared: object, **given: object) -> Any:
        response = own(session, prepared, **given)
        if "Content-Type" not in list(response.raw.headers):
            response.headers["Content-Type"] = "application/octet-stream"
        return response

    wrap(requests.Session, "send", send)


@mutant
def deep_nulls_refused() -> None:
    """Refuses any null below the first level of an answer."""

    def check(value: object, depth: int = 0) -> None:
        if value is None and depth > 1:
            reason = "a part is null"
            raise ValueError(reason)
        for it in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(it, depth + 1)

    def checked(value: object) -> Any:
        check(value)
        return value

    change_json(checked)
