"""Clients that mistreat customers and what hangs on them."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.client_registry import change_objects, change_texts, drop_field, mutant, require


@mutant
def absent_fields_read_as_empty() -> None:
    """Shows empty values for the fields of a customer that are not there."""
    empty = {"customerName": "", "contactName": "", "emailAddress": "", "phone": "", "addresses": [], "contacts": []}
    others = {"pushOperationKey", "platformName", "progress", "number", "email"}
    change_objects(lambda it: {**empty, **it} if "status" in it and not others & it.keys() else it)


@mutant
def optional_fields_required() -> None:
    """Refuses a customer without a name."""
    require(lambda it: "status" not in it or "id" not in it or len(it) != 2, "it has no name")


@mutant
def customers_need_their_dates() -> None:
    """Refuses a record whose source date is null."""
    require(lambda it: it.get("sourceModifiedDate", "") is not None, "a date is null")


@mutant
def nulls_refused() -> None:
    """Refuses a customer in which a text is null."""
    require(lambda it: all(it.get(name, "") is not None for name in ("customerName", "contactName")), "a text is null")


@mutant
def one_contact_read() -> None:
    """Shows one contact of several."""
    change_objects(lambda it: {**it, "contacts": it["contacts"][:1]} if it.get("contacts") else it)


@mutant
def phones_dropped() -> None:
    """Drops the phones of contacts."""
    drop_field("phone", lambda it: isinstance(it.get("phone"), list))


@mutant
def archived_read_as_active() -> None:
    """Shows an archived record as an active one."""
    change_objects(lambda it: {name: "Active" if x == "Archived" else x for name, x in it.items()})


@mutant
def enums_of_addresses_read_strictly() -> None:
    """Refuses a type of address or phone that it does not know."""
    known = {"Unknown", "Billing", "Delivery", "Primary", "Landline", "Mobile", "Fax"}
    require(lambda it: not {"number", "line1"} & it.keys() or it.get("type", "Unknown") in known, "its type is unknown")


@mutant
def offsets_of_dates_dropped() -> None:
    """Drops the offset of a date, as if every date were in UTC."""
    change_texts(lambda text: re.sub(r"(T\d\d:\d\d:\d\d(\.\d+)?)[+-]\d\d:\d\d$", r"\1Z", text))


@mutant
def free_names_read_in_camel_case() -> None:
    """Shows every name of supplemental data in camelCase."""

    def camel(value: object) -> Any:
        if isinstance(value, dict):
            return {re.sub(r"[_ .-](\w)", lambda at: at[1].upper(), name): camel(it) for name, it in value.items()}
        return value

    change_objects(lambda it: {name: camel(x) if name == "content" else x for name, x in it.items()})


@mutant
def free_values_read_as_text() -> None:
    """Shows every value of supplemental data as text."""

    def text(value: object) -> Any:
        if isinstance(value, dict):
            return {name: text(it) for name, it in value.items()}
        return value if value is None else str(value)

    change_objects(lambda it: {name: text(x) if name == "content" else x for name, x in it.items()})


@mutant
def one_supplement_read() -> None:
    """Shows the first entry of supplemental data."""

    def first(value: object) -> Any:
        return dict(list(value.items())[:1]) if isinstance(value, dict) else value

    change_objects(lambda it: {name: first(x) if name == "content" else x for name, x in it.items()})


@mutant
def enum_values_read_in_lower_case() -> None:
    """Shows the status of a customer in lower case."""
    others = {"pushOperationKey", "platformName", "progress"}
    change_objects(
        lambda it: (
            {**it, "status": it["status"].lower()}
            if isinstance(it.get("status"), str) and not others & it.keys()
            else it
        )
    )
