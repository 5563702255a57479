"""Clients that change one part of a body, at whatever depth it lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.mutants.registry import Asked, mutant, sending

if TYPE_CHECKING:
    from collections.abc import Callable


def _deep(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a body with every object and list changed, inner ones first."""
    if isinstance(value, dict):
        return change({name: _deep(change, it) for name, it in value.items()})
    if isinstance(value, list):
        return change([_deep(change, it) for it in value])
    return value


def _body(change: Callable[[Any], Any]) -> None:
    def changed(asked: Asked) -> None:
        asked.body = _deep(change, asked.body)

    sending(changed)


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

    sending(lambda asked: setattr(asked, "body", doubles(asked.body)))


@mutant
def nested_nulls_not_sent() -> None:
    """Leaves nulls out of what lies below a body's first level."""

    def clean(value: Any, depth: int = 0) -> Any:
        if isinstance(value, dict):
            return {name: clean(it, depth + 1) for name, it in value.items() if it is not None or depth == 0}
        return [clean(it, depth + 1) for it in value] if isinstance(value, list) else value

    sending(lambda asked: setattr(asked, "body", clean(asked.body)))


@mutant
def company_description_not_sent() -> None:
    """Leaves the description out of the bodies of companies."""
    _body(lambda it: {name: x for name, x in it.items() if name != "description"} if isinstance(it, dict) else it)


@mutant
def empty_body_where_there_is_no_place() -> None:
    """Sends `{}` with an operation that takes no body."""

    def fill(asked: Asked) -> None:
        if asked.body is None and ("/data/all" in asked.template or "/data/queue" in asked.template):
            asked.body = {}

    sending(fill)


@mutant
def invalid_enum_values_replaced() -> None:
    """Sends `Unknown` for a status that it does not know."""
    known = {"Unknown", "Active", "Archived", "Unlinked", "Linked", "PendingAuth", "Deauthorized"}

    def replaced(it: Any) -> Any:
        if isinstance(it, dict) and isinstance(it.get("status"), str) and it["status"] not in known:
            return {**it, "status": "Unknown"}
        return it

    _body(replaced)


@mutant
def unsent_dates_sent_as_utc() -> None:
    """Sends dates without a zone as if they were in UTC."""
    unzoned = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")

    def zoned(it: Any) -> Any:
        if not isinstance(it, dict):
            return it
        return {name: x + "Z" if isinstance(x, str) and unzoned.fullmatch(x) else x for name, x in it.items()}

    _body(zoned)
