"""Mutants of the reference client, by name in RARE: each has a defect for one rare input that no case has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from concordat_reference import codec
from concordat_reference.errors import ApiError
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

RARE: dict[str, Callable[[], None]] = {}
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")
_OFFSET = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[+-]\d\d:\d\d")


def rare(breaks: Callable[[], None]) -> Callable[[], None]:
    RARE[breaks.__name__.replace("_", "-")] = breaks
    return breaks


def _query(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    own = codec.query
    codec.query = lambda passed: own(change(dict(passed)))


def _body(change: Callable[[Any], Any]) -> None:
    """Change every object and list of a body, the innermost first."""
    own = codec.dumps

    def walk(value: object) -> Any:
        if isinstance(value, dict):
            value = {key: walk(item) for key, item in value.items()}
        elif isinstance(value, list):
            value = [walk(item) for item in value]
        return change(value)

    codec.dumps = lambda value: own(walk(value))


@rare
def id_with_a_percent_sign() -> None:
    own = codec.path
    codec.path = lambda template, arguments: own(template, arguments).replace("%25", "%2525")


@rare
def page_of_exactly_5000() -> None:
    _query(lambda query: {k: 4999 if (k, it) == ("pageSize", 5000) else it for k, it in query.items()})


@rare
def contact_without_phone() -> None:
    def change(value: object) -> Any:
        if isinstance(value, dict) and isinstance(value.get("contacts"), list):
            contacts = [{"phone": [], **item} if isinstance(item, dict) else item for item in value["contacts"]]
            return {**value, "contacts": contacts}
        return value

    _body(change)


@rare
def date_with_an_offset() -> None:
    def change(value: object) -> Any:
        return _OFFSET.sub(r"\1Z", value) if isinstance(value, str) and _OFFSET.fullmatch(value) else value

    _body(change)


@rare
def order_by_with_a_minus() -> None:
    _query(lambda query: {k: it.lstrip("-") if k == "orderBy" and it else it for k, it in query.items()})


@rare
def emoji_in_the_query() -> None:
    _query(lambda query: {k: _BEYOND_16_BITS.sub("?", it) if k == "query" and it else it for k, it in query.items()})


@rare
def empty_addresses() -> None:
    def change(value: object) -> Any:
        if isinstance(value, dict) and value.get("addresses") == []:
            return {key: item for key, item in value.items() if key != "addresses"}
        return value

    _body(change)


@rare
def supplemental_key_with_a_dot() -> None:
    def change(value: object) -> Any:
        if isinstance(value, dict) and isinstance(value.get("supplementalData"), dict):
            content = value["supplementalData"].get("content")
            if isinstance(content, dict):
                undotted = {key.replace(".", "_"): item for key, item in content.items()}
                return {**value, "supplementalData": {**value["supplementalData"], "content": undotted}}
        return value

    _body(change)


@rare
def no_minutes_dropped() -> None:
    _query(lambda query: {k: it for k, it in query.items() if (k, it) != ("timeoutInMinutes", 0)})


@rare
def teapot_swallowed() -> None:
    own = Transport.request

    def request(self: Transport, *given: Any, **named: Any) -> Answer:
        try:
            return own(self, *given, **named)
        except ApiError as error:
            if error.status != 418:
                raise
            return Answer(200, "application/json", b"{}")

    Transport.request = request  # type: ignore[method-assign]
