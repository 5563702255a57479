"""Clients that mistreat options models, companies and connections."""

from __future__ import annotations

from typing import Any

from tests.mutants.client_registry import (
    Original,
    change_objects,
    change_payloads,
    change_routed_answers,
    drop_field,
    mutant,
    refuse,
    require,
    wrap,
)

from concordat_reference import codec
from concordat_reference.transport import Answer, Transport


@mutant
def options_cut_below_their_first_level() -> None:
    """Shows the first level of an options model."""

    def cut(model: Any) -> Any:
        fields = model.get("properties") or {}
        flat = {name: {key: x for key, x in field.items() if key != "properties"} for name, field in fields.items()}
        return {**model, "properties": flat}

    change_payloads("/options/customers", cut)


@mutant
def parts_of_options_made_up() -> None:
    """Gives every field of an options model parts, if only none."""

    def filled(model: Any) -> Any:
        fields = model.get("properties") or {}
        return {**model, "properties": {name: {"properties": {}, **field} for name, field in fields.items()}}

    change_payloads("/options/customers", filled)


@mutant
def options_need_their_parts() -> None:
    """Refuses an options model with a part that is null or missing."""

    def whole(_method: str, template: str, answer: Answer) -> Answer:
        if "/options/" not in template:
            return answer
        model = answer.json(dict)
        sound = isinstance(model.get("properties"), dict) and all(
            it.get(name, ()) is not None for it in model["properties"].values() for name in ("properties", "options")
        )
        return answer if sound else refuse(answer, "a part is missing")

    change_routed_answers(whole)


@mutant
def notes_of_options_need_every_part() -> None:
    """Refuses an options model with a note in which a part is null, missing or empty."""
    require(
        lambda it: (
            "validation" not in it
            or it["validation"] is None
            or bool(it["validation"].get("warnings") or it["validation"].get("information"))
        ),
        "a note is empty",
    )


@mutant
def types_of_options_read_strictly() -> None:
    """Refuses an options model with a type that it does not know."""
    known = {"Array", "Object", "String", "Number", "Boolean", "DateTime", "File", "MultiPart"}
    require(lambda it: "displayName" not in it or it.get("type") in known, "its type is unknown")


@mutant
def choices_of_options_dropped() -> None:
    """Drops the choices of a field of an options model."""
    drop_field("options")


@mutant
def general_options_refused() -> None:
    """Refuses the general form of an options model."""

    def refused(_method: str, template: str, answer: Answer) -> Answer:
        return refuse(answer, "it is of any type") if template.endswith("{dataType}") else answer

    change_routed_answers(refused)


@mutant
def redirects_of_companies_dropped() -> None:
    """Drops the address to which a company's owner is sent."""
    drop_field("redirect")


@mutant
def names_of_platforms_dropped() -> None:
    """Drops the name of the software behind a connection."""
    drop_field("platformName")


@mutant
def names_shown_as_asked() -> None:
    """Shows a new company under the name that was asked for."""

    def named(
        own: Original, self: Transport, method: str, template: str, *given: object, body: object = None, **more: object
    ) -> Any:
        answer = own(self, method, template, *given, body=body, **more)
        if method != "POST" or template != "/companies" or not isinstance(body, dict):
            return answer
        return answer._replace(body=codec.dumps({**answer.json(dict), **body}))

    wrap(Transport, "request", named)


@mutant
def unlinked_read_as_linked() -> None:
    """Shows every connection as linked."""
    change_objects(lambda it: {**it, "status": "Linked"} if "platformName" in it else it)


@mutant
def nothing_required_in_options() -> None:
    """Drops from an options model which of its fields are required."""
    drop_field("required")
