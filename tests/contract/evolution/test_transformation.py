"""A change is made at its place alone, and an answer that lacks the place is given the least that leads to it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.contract import load_contract
from concordat.contract.evolution import RULES, changes_of, completed_answer, evolved_answer, resolve

if TYPE_CHECKING:
    from concordat.contract import Contract

ID = "2f1f8b4e-0d4c-4bb4-b0d5-52c3c0f0c9a1"
SHELF = {
    "kind": "Wood",
    "label": "text",
    "room": {"name": "text"},
    "made": "2022-10-23T00:00:00Z",
    "height": 1,
    "left": {"id": ID},
    "right": {"id": ID},
    "extras": {},
}
HEADERS = (("Content-Type", "application/json"),)
ALLOWED = [
    "every-field",
    "new-field",
    "null",
    "absent",
    "integral-float",
    "beyond-32-bits",
    "beyond-53-bits",
    "date-alone",
    "reordered",
]
REFUSED = ["new-field-in-closed", "new-enum-value"]


def changed(contract: Contract, rule: str, at: str, answer: object) -> Any:
    return evolved_answer(contract, contract.operation("shelves.list"), rule, at, answer)


@pytest.mark.parametrize(
    ("rule", "at", "becomes"),
    [
        ("complete", "/results/0/kind", {"count": 1, "results": [{"kind": "Steel"}]}),
        ("new-enum-value", "/results/0/kind", {"count": 1, "results": [{"kind": "ConcordatAddition"}]}),
        ("new-field", "", {"count": 1, "results": [{"kind": "Steel"}], "concordatAddition": "new"}),
        ("null", "/results/0/label", {"count": 1, "results": [{"kind": "Steel", "label": None}]}),
        ("absent", "/results", {"count": 1}),
        ("absent", "/results/0/label", {"count": 1, "results": [{"kind": "Steel"}]}),
        ("integral-float", "/count", {"count": 1.0, "results": [{"kind": "Steel"}]}),
        ("beyond-53-bits", "/count", {"count": 9007199254740993, "results": [{"kind": "Steel"}]}),
    ],
)
def test_a_rule_changes_its_place_and_nothing_else(shelves: Contract, rule: str, at: str, becomes: object) -> None:
    answer = {"count": 1, "results": [{"kind": "Steel"}]}
    assert changed(shelves, rule, at, answer) == becomes
    assert answer == {"count": 1, "results": [{"kind": "Steel"}]}


def test_an_integral_float_is_written_with_its_fraction(shelves: Contract) -> None:
    assert msgspec.json.encode(changed(shelves, "integral-float", "/count", {"count": 3})) == b'{"count":3.0}'


def test_reordering_turns_every_object_round_and_no_list(shelves: Contract) -> None:
    answer = {"count": 1, "results": [{"kind": "Steel", "label": "a"}, {"kind": "Wood"}]}
    turned = changed(shelves, "reordered", "", answer)
    assert turned == answer
    assert list(turned) == ["results", "count"]
    assert list(turned["results"][0]) == ["label", "kind"]


@pytest.mark.parametrize(
    ("at", "made"),
    [
        ("", {}),
        ("/results/0/kind", {"results": [SHELF]}),
        ("/results/0/extras/*", {"results": [{**SHELF, "extras": {"made": {"id": ID}}}]}),
        ("/count", {"count": 1}),
    ],
)
def test_what_the_way_to_a_place_lacks_is_made_with_every_member(shelves: Contract, at: str, made: object) -> None:
    assert completed_answer(shelves, shelves.operation("shelves.list"), at, {}) == made


def test_what_the_answer_has_stays_as_it_is(shelves: Contract) -> None:
    answer = {"count": 7, "results": [{"kind": "Steel"}]}
    made = completed_answer(shelves, shelves.operation("shelves.list"), "/results/0/left/id", answer)
    assert made == {"count": 7, "results": [{"kind": "Steel", "left": {"id": ID}}]}


def test_every_field_is_made_where_there_was_none(shelves: Contract) -> None:
    shelf = changed(shelves, "every-field", "", {})["results"][0]
    assert set(shelf) == {"kind", "label", "room", "made", "height", "left", "right", "below", "extras"}


@pytest.mark.parametrize("at", ["/nowhere", "/results/0/kind/deeper", "/results/1"])
def test_a_place_that_the_contract_does_not_have_is_an_error(shelves: Contract, at: str) -> None:
    with pytest.raises(LookupError):
        changed(shelves, "complete", at, {})


def test_the_first_member_of_a_map_is_named_by_the_answer() -> None:
    assert resolve("/a/*/b", {"a": {"terms": {"b": 1}, "x": {}}}) == "/a/terms/b"
    assert resolve("/a/*/b", {}) == "/a/*/b"


@cache
def every_field(api: str, operation: str) -> Any:
    contract = load_contract(api)
    return evolved_answer(contract, contract.operation(operation), "every-field", "", {})


def problems(api: str, rule: str) -> list[str]:
    """Return the changes of a rule after which the answer breaks the contract; everything else is there and valid."""
    contract = load_contract(api)
    broken: list[str] = []
    for change in changes_of({api: contract}, [rule], contract.operations):
        operation = contract.operation(change.operation)
        whole = every_field(api, operation.name)
        status = int(min(status for status in operation.responses if status.startswith("2")))
        body = msgspec.json.encode(evolved_answer(contract, operation, rule, change.at, whole))
        if contract.check_response(operation, status, HEADERS, body):
            broken.append(change.name(with_rule=False))
    return broken


@pytest.mark.parametrize("rule", ALLOWED)
@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_what_the_contract_allows_stays_valid_wherever_it_is_changed(api: str, rule: str) -> None:
    assert problems(api, rule) == []


@pytest.mark.parametrize("rule", REFUSED)
@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_what_the_contract_does_not_list_is_invalid_wherever_it_is_put(api: str, rule: str) -> None:
    contract = load_contract(api)
    assert len(problems(api, rule)) == len(changes_of({api: contract}, [rule], contract.operations)) > 0


def test_every_rule_is_looked_at() -> None:
    dates = {name for name in RULES if name.startswith("date-")}
    carried = {"byte-order-mark", "media-type-case", "gzip", "deflate", "br", "complete", "null-unlisted"}
    assert {*ALLOWED, *REFUSED, *dates, *carried} == set(RULES)
