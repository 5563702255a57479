"""Deterministic customers in the shapes that real accounting software returns.

The n-th record is always the same, in every world and every run. Twelve shapes follow one another: full ones, missing
keys, empty strings, several addresses of one type, an address that is only a type, free text for a phone number,
dates with and without a zone, ids that are UUIDs, numbers, codes and base64. None holds a null: the examples of the
contract hold none at any depth.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["sample_customer", "sample_customer_text"]

_FIRST = datetime(2025, 1, 6, 8, 30, tzinfo=UTC)
_STEMS = ("Ashdown", "Brightwater", "Caldera", "Dunmore", "Elstree", "Fennimore", "Greyfriars", "Hollis", "Ivelchester")
_TRADES = ("Joinery", "Bakery", "Freight", "Textiles", "Optics", "Gardens", "Printing")
_PEOPLE = ("Amara Osei", "Björn Åkesson", "Chloé Dufour", "Dana O'Neil", "Emil Nováček", "Fay Wu", "Grace Müller")
_CITIES = (
    ("Bristol", "BS1 4ST", "GB"),
    ("Leeds", "LS2 8JS", "GB"),
    ("Dublin", "D02 X285", "IE"),
    ("Lyon", "69002", "FR"),
)


def sample_customer(number: int) -> dict[str, Any]:
    """Return the record `number`, counting from 1."""
    record: dict[str, Any] = msgspec.json.decode(sample_customer_text(number))
    return record


@lru_cache(maxsize=20000)
def sample_customer_text(number: int) -> str:
    """Return the record `number` (from 1) as JSON text."""
    return msgspec.json.encode(_SHAPES[(number - 1) % len(_SHAPES)](number)).decode()


def _moment(number: int) -> datetime:
    return _FIRST + timedelta(hours=7 * number, minutes=13 * (number % 5))


def _zoned(number: int) -> str:
    return _moment(number).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unqualified(number: int) -> str:
    return _moment(number).strftime("%Y-%m-%dT%H:%M:%S")


def _name(number: int) -> str:
    return f"{_STEMS[number % len(_STEMS)]} {_TRADES[number % len(_TRADES)]} {number:04d}"


def _address(number: int, kind: str) -> dict[str, Any]:
    city, code, country = _CITIES[number % len(_CITIES)]
    return {"type": kind, "line1": f"{number} High Street", "city": city, "country": country, "postalCode": code}


def _email(number: int) -> str:
    return f"accounts{number}@example.com"


def _uuid(number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"concordat:customer:{number}"))


def _dates(number: int) -> dict[str, Any]:
    return {"modifiedDate": _zoned(number + 1), "sourceModifiedDate": _zoned(number)}


def _full(number: int) -> dict[str, Any]:
    return {
        "id": _uuid(number),
        "customerName": _name(number),
        "contactName": _PEOPLE[number % len(_PEOPLE)],
        "emailAddress": _email(number),
        "defaultCurrency": "GBP",
        "phone": "01224 658 999",
        "addresses": [_address(number, "Billing"), _address(number + 1, "Delivery")],
        "contacts": [
            {
                "name": _PEOPLE[(number + 3) % len(_PEOPLE)],
                "email": f"sales{number}@example.com",
                "phone": [
                    {"type": "Primary", "number": "+44 25691 154789"},
                    {"type": "Mobile", "number": "(877) 492-8687"},
                ],
                "address": _address(number + 2, "Unknown"),
                "status": "Active",
                "modifiedDate": _moment(number).strftime("%Y-%m-%dT%H:%M:%S.250Z"),
            },
        ],
        "registrationNumber": f"{10_000_000 + number}",
        "taxNumber": f"GB{900_000_000 + number}",
        "status": "Active",
        "metadata": {"isDeleted": False},
        **_dates(number),
    }


def _code_id(number: int) -> dict[str, Any]:
    return {
        "id": f"A{number % 10}D{number:03d}",
        "customerName": _name(number),
        "contactName": "",
        "emailAddress": "",
        "phone": "",
        "addresses": [
            {"type": "Unknown", "line1": "", "line2": "", "city": "", "region": "", "country": "", "postalCode": ""}
        ],
        "taxNumber": "",
        "status": "Active",
        **_dates(number),
    }


def _long_id(number: int) -> dict[str, Any]:
    return {
        "id": f"{150_000 + number}-933272658",
        "customerName": _name(number),
        "defaultCurrency": "EUR",
        "addresses": [],
        "contacts": [],
        "status": "Active",
        "modifiedDate": _zoned(number + 1),
        "sourceModifiedDate": _unqualified(number),
    }


def _three_addresses(number: int) -> dict[str, Any]:
    return {
        "id": f"SAGE{number:04d}",
        "customerName": _name(number),
        "contactName": _PEOPLE[number % len(_PEOPLE)],
        "defaultCurrency": "GBP",
        "phone": "contact phone number",
        "addresses": [_address(number + step, kind) for step, kind in enumerate(("Billing", "Delivery", "Delivery"))],
        "status": "Active",
        "modifiedDate": _zoned(number + 1),
        "sourceModifiedDate": _unqualified(number),
    }


def _archived(number: int) -> dict[str, Any]:
    return {**_full(number), "status": "Archived", "addresses": [{"type": "Billing"}], "defaultCurrency": "USD"}


def _numeric_id(number: int) -> dict[str, Any]:
    return {"id": str(7_110_701_885 + number), "customerName": _name(number), "status": "Active", **_dates(number)}


def _base64_id(number: int) -> dict[str, Any]:
    return {
        "id": f"QnVzaW5lc3NQYXJ0bmVy{number:06d}NTA4",
        "customerName": f"{_name(number)} & Söhne",
        "defaultCurrency": "EUR",
        "contacts": [{"name": _PEOPLE[number % len(_PEOPLE)], "status": "Unknown"}],
        "status": "Unknown",
        **_dates(number),
    }


def _deleted(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "customerName": _name(number),
        "status": "Active",
        "metadata": {"isDeleted": True},
        "modifiedDate": _zoned(number + 1),
    }


def _upper_id(number: int) -> dict[str, Any]:
    return {
        "id": f"EILBDVJVNU{number:06d}",
        "customerName": _name(number),
        "contactName": _PEOPLE[number % len(_PEOPLE)],
        "emailAddress": _email(number),
        "defaultCurrency": "USD",
        "contacts": [
            {"name": _PEOPLE[(number + 1) % len(_PEOPLE)], "phone": [{"type": "Fax"}], "status": "Archived"},
            {"email": f"warehouse{number}@example.com", "phone": [], "status": "Active"},
        ],
        "status": "Active",
        **_dates(number),
    }


def _supplemented(number: int) -> dict[str, Any]:
    return {
        "id": f"c{number}wg4lep4ush5cxs79pl8sozmsndbaukll3ind4g7buqb",
        "customerName": _name(number),
        "status": "Active",
        "metadata": {"isDeleted": False},
        "supplementalData": {"content": {"terms": {"days": 30, "label": "Net 30", "overdue": False}}},
        **_dates(number),
    }


def _no_currency(number: int) -> dict[str, Any]:
    return {
        "id": _uuid(number),
        "customerName": _name(number),
        "defaultCurrency": "XXX",
        "addresses": [_address(number, "Unknown")],
        "registrationNumber": "",
        "status": "Active",
        "metadata": {},
        "modifiedDate": _zoned(number + 1),
        "sourceModifiedDate": _moment(number).strftime("%Y-%m-%d"),
    }


def _plain(number: int) -> dict[str, Any]:
    return {"id": _uuid(number), "customerName": _name(number), "emailAddress": _email(number), "status": "Active"}


_SHAPES: tuple[Callable[[int], dict[str, Any]], ...] = (
    _full,
    _code_id,
    _long_id,
    _three_addresses,
    _archived,
    _numeric_id,
    _base64_id,
    _deleted,
    _upper_id,
    _supplemented,
    _no_currency,
    _plain,
)
