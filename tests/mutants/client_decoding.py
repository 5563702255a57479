"""Clients that read a valid answer wrong as soon as it is not written as usual: what evolution rules are for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import change_json, mutant, wrap

from concordat_reference import codec, shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original

_CLOSED = {"id", "dataType"}
_STATUSES = {"Unknown", "Active", "Archived"}


def _each(change: Callable[[dict[str, Any]], Any]) -> None:
    """Change every JSON object, inner ones first."""

    def walk(value: object) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        return change({name: walk(item) for name, item in value.items()}) if isinstance(value, dict) else value

    change_json(walk)


def _members(change: Callable[[Any], Any]) -> None:
    _each(lambda found: {name: change(item) for name, item in found.items()})


@mutant
def member_beside_a_new_one_lost() -> None:
    """Loses the first member of an object that has one which came after the client."""
    _each(lambda found: dict(list(found.items())[1:]) if any("Addition" in name for name in found) else found)


@mutant
def records_of_a_new_status_left_out() -> None:
    """Leaves the customers of a page out whose status it does not know."""

    def known(found: dict[str, Any]) -> dict[str, Any]:
        if found.get("results"):
            found["results"] = [item for item in found["results"] if item.get("status", "Unknown") in _STATUSES]
        return found

    _each(known)


@mutant
def nulls_refused_where_none_may_be() -> None:
    """Refuses an address that is null, where the contract allows none."""

    def strict(found: dict[str, Any]) -> dict[str, Any]:
        if found.get("address", found) is None or found.get("results", found) is None:
            message = "null is not allowed here"
            raise ValueError(message)
        return found

    _each(strict)


@mutant
def optional_texts_read_as_empty() -> None:
    """Puts an empty text in place of a part of an address that was left out."""
    _each(lambda found: {"line1": "", **found} if "postalCode" in found else found)


@mutant
def optional_lists_read_as_empty() -> None:
    """Puts an empty list in place of the records of a page that has none."""
    _each(lambda found: {"results": [], **found} if "_links" in found else found)


@mutant
def fractions_of_nothing_read_as_text() -> None:
    """Reads a whole number that is written with a fraction as text."""
    _members(lambda item: str(item) if isinstance(item, Decimal) and item == item.to_integral_value() else item)

    def text(own: Original, value: object, *given: object) -> Any:
        found = own(value, *given)
        return str(value) if isinstance(value, Decimal) and type(found) is int else found

    wrap(shapes, "shaped", text)


@mutant
def integers_of_32_bits() -> None:
    """Reads integers into 32 bits, where longer ones wrap around."""

    def wrapped(item: object) -> Any:
        return (item + 2**31) % 2**32 - 2**31 if isinstance(item, int) and not isinstance(item, bool) else item

    _members(wrapped)


@mutant
def seconds_to_six_digits() -> None:
    """Reads a second's fraction to six digits."""
    _each(
        lambda found: {
            name: f"{item[:26]}Z"
            if name.endswith("Date") and len(item or "") == len("2022-10-23T09:08:07.6401039Z")
            else item
            for name, item in found.items()
        }
    )


@mutant
def members_read_by_their_order() -> None:
    """Reads nothing of a record whose id does not come first."""
    _each(lambda found: {} if "id" in found and "status" in found and next(iter(found)) != "id" else found)


@mutant
def codings_not_undone() -> None:
    """Offers content codings, and leaves bodies in them."""
    wrap(codec, "uncoded", lambda _own, _coding, body: body)


@mutant
def byte_order_marks_refused() -> None:
    """Refuses JSON behind a byte order mark."""

    def strict(own: Original, raw: bytes, *kind: object) -> Any:
        if raw.startswith(b"\xef\xbb\xbf"):
            message = "a byte order mark is no JSON"
            raise ValueError(message)
        return own(raw, *kind)

    wrap(codec, "loads", strict)


@mutant
def closed_objects_read_strictly() -> None:
    """Refuses a reference to a record with a member that the contract does not list."""

    def strict(found: dict[str, Any]) -> dict[str, Any]:
        if "dataType" in found and "status" not in found and not found.keys() <= _CLOSED:
            message = "unknown members"
            raise ValueError(message)
        return found

    _each(strict)
