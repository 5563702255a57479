"""Changes by evolution rules as they leave the sandbox: the JSON, the type, the coding."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Protocol

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest

from concordat.catalogue.model import Evolution, Fault
from concordat.http1.exchange import Request, header
from concordat.sandbox.core.evolution import offers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.conftest import OpenDesk

    from concordat.http1.exchange import Response


class ListCustomers(Protocol):
    """Lists customers under a change."""

    def __call__(self, rule: str, at: str = "", *, must_fire: bool = True, **headers: str) -> Response: ...


@pytest.fixture
def listed(desk: OpenDesk) -> ListCustomers:
    """Return a function that lists customers under a change."""

    def ask(rule: str, at: str = "", *, must_fire: bool = True, **headers: str) -> Response:
        one = desk({"customers": 1})
        fault = Fault(on="customers.list", evolve=Evolution(rule=rule, at=at), must_fire=must_fire)
        one.sandbox.plan([fault])
        answer: Response = one.ask("GET", one.customers, **headers)
        assert one.sandbox.unfired() == () or not must_fire
        return answer

    return ask


def test_the_place_is_changed_in_the_sandboxs_own_answer(listed: ListCustomers) -> None:
    page = listed("new-enum-value", "/results/0/status").json
    assert page["results"][0]["status"] == "ConcordatAddition"
    assert page["totalResults"] == 1


def test_the_length_is_that_of_the_changed_body(listed: ListCustomers) -> None:
    answer = listed("new-field")
    assert header(answer.headers, "content-length") is None
    assert answer.json["concordatAddition"] == "new"


def test_a_byte_order_mark_stands_before_the_text(listed: ListCustomers) -> None:
    assert listed("byte-order-mark").body[:4] == b"\xef\xbb\xbf{"


def test_the_media_type_is_in_capitals_and_its_parameter_is_not(listed: ListCustomers) -> None:
    assert header(listed("media-type-case").headers, "content-type") == "APPLICATION/JSON; charset=utf-8"


@pytest.mark.parametrize(
    ("coding", "unpack"), [("gzip", gzip.decompress), ("deflate", zlib.decompress), ("br", brotli.decompress)]
)
def test_a_coding_is_applied_when_it_is_offered(
    listed: ListCustomers, coding: str, unpack: Callable[[bytes], bytes]
) -> None:
    answer = listed(coding, Accept_Encoding=f"zstd, {coding};q=0.5")
    assert header(answer.headers, "content-encoding") == coding
    assert msgspec.json.decode(unpack(answer.body))["totalResults"] == 1


def test_a_coding_that_is_not_offered_is_not_applied(listed: ListCustomers) -> None:
    answer = listed("br", must_fire=False, Accept_Encoding="gzip")
    assert header(answer.headers, "content-encoding") is None


@pytest.mark.parametrize(
    ("value", "offered"),
    [
        ("br", True),
        ("gzip, BR", True),
        ("gzip", False),
        ("br;q=0", False),
        ("*", True),
        ("*, br;q=0.0", False),
        ("", False),
    ],
)
def test_what_is_offered_is_read_with_its_weights(value: str, offered: bool) -> None:  # noqa: FBT001
    assert offers(Request("GET", "/", (("Accept-Encoding", value),)), "br") is offered


def test_a_change_that_does_not_fit_has_not_fired(desk: OpenDesk) -> None:
    one = desk({"customers": 1})
    one.sandbox.plan([Fault(on="customers.list", evolve=Evolution(rule="null", at="/nowhere"), id="odd")])
    assert "nowhere" not in one.ask("GET", one.customers).json
    assert one.sandbox.unfired() == ("odd",)
