"""Assertion coverage: what a case would fail for, what it merely touches, and the gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.contract import load_contract, load_contracts
from concordat.coverage.contract_coverage import coverage_of, operation_coverage
from concordat.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.coverage.model import Coverage, Covered

CASE = """\
- id: area.case
  title: A title
  why: A caller would lose data
  source: {source}
  world: {{}}
{more}
  steps: {steps}
"""
IDS = "companyId: $company, connectionId: $connection"
CREATE = f"call: customers.create, with: {{{IDS}, timeoutInMinutes: 5, body: {{status: Active, phone: '1'}}}}"
LIST = "call: customers.list, with: {companyId: $company, page: 2}"


def coverage(root: Path, steps: str, *, more: str = "", source: str = "rfc:9110#9") -> Coverage:
    path = root / "cases" / "area" / "x.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CASE.format(steps=steps, more=more, source=source), "utf-8")
    return coverage_of(load_catalogue([root / "cases"]).cases, {"accounting": load_contract("accounting")})


def places(found: Coverage, operation: str) -> dict[str, Covered]:
    (contract,) = operation_coverage(found, operation).contracts
    (one,) = contract.operations
    return {f"{place.kind} {place.path}": place for place in one.places}


def asserted(found: Coverage, operation: str) -> set[str]:
    return {name for name, place in places(found, operation).items() if place.cases}


def test_a_call_without_written_requests_asserts_its_own_arguments(tmp_path: Path) -> None:
    found = coverage(tmp_path, f"[{{{CREATE}}}]")
    assert asserted(found, "customers.create") == {
        "path companyId", "path connectionId", "query timeoutInMinutes", "body status", "body phone",
    }  # fmt: skip
    assert {place.written for place in places(found, "customers.create").values()} == {0}


@pytest.mark.parametrize(
    ("expect", "expected", "touched"),
    [
        ("requests: [{query: {page: 2}}]", {"path companyId", "query page"}, set()),
        ("requests: [{query-has: {}}]", {"path companyId"}, {"query page"}),
        ("requests: [{method: GET}]", set(), {"path companyId", "query page"}),
        ("requests: [{path: [companies, $company, data, customers]}]", {"path companyId"}, {"query page"}),
        ("requests: [{path: [companies, {any: true}, data, customers]}]", set(), {"path companyId", "query page"}),
        ("requests: [{method: POST, query: {page: 2}}]", set(), {"path companyId", "query page"}),
        ("attempts: 1, requests: any", set(), {"path companyId", "query page"}),
        ("attempts: {at-most: 1}", set(), {"path companyId", "query page"}),
        ("attempts: {at-least: 1}", {"path companyId", "query page"}, set()),
        ("requests: [{query: {page: {one-of: ['2', {absent: true}]}}}]", {"path companyId"}, {"query page"}),
        ("requests: [{query: {page: {absent: true}}}]", {"path companyId"}, {"query page"}),
        ("requests: [{headers: {Authorization: {matches: 'Basic .*'}}}]",
         {"path companyId", "query page", "header authorization"}, set()),
    ],
)  # fmt: skip
def test_an_argument_is_asserted_where_an_expectation_cannot_do_without_it(
    tmp_path: Path, expect: str, expected: set[str], touched: set[str]
) -> None:
    found = coverage(tmp_path, f"[{{{LIST}, expect: {{{expect}}}}}]")
    assert asserted(found, "customers.list") == expected
    assert {name for name, place in places(found, "customers.list").items() if place.touched} == touched


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("{pageNumber: 2}", {"pageNumber"}),
        ("{pageNumber: {any: integer}}", {"pageNumber"}),
        ("{pageNumber: {any: true}}", set()),
        ("{pageNumber: {absent: true}}", set()),
        ("{results: [{id: a, phone: null}]}", {"results", "results[].id"}),
        ("{results: {length: 1}}", {"results"}),
        ("{results: {each: {id: {any: string}}}}", {"results", "results[].id"}),
        ("{results: {contains: {contacts: [{name: A}]}}}",
         {"results", "results[].contacts", "results[].contacts[].name"}),
        ("{one-of: [{pageNumber: 1, pageSize: 2}, {pageNumber: 3}]}", {"pageNumber"}),
        ("{$literal: {pageNumber: 1}}", {"pageNumber"}),
        ("{results: [{supplementalData: {content: {terms: {days: 1}}}}]}", {
            "results", "results[].supplementalData", "results[].supplementalData.content",
            "results[].supplementalData.content.*", "results[].supplementalData.content.*.*",
        }),
        ("{_links: $links}", {"_links", "_links.self", "_links.current"}),
        ("{newField: 1}", set()),
    ],
)  # fmt: skip
def test_a_path_of_the_answer_is_asserted_where_the_payload_must_hold_it(
    tmp_path: Path, payload: str, expected: set[str]
) -> None:
    found = coverage(tmp_path, f"[{{{LIST}, expect: {{outcome: {{reported: ok, payload: {payload}}}}}}}]")
    shown = {name for name in asserted(found, "customers.list") if name.startswith("response")}
    assert shown == {f"response {path}" for path in expected}


@pytest.mark.parametrize(
    ("outcome", "more", "expected"),
    [
        ("{reported: ok}", "", {"200"}),
        ("{payload: {pageNumber: 1}}", "", {"200"}),
        ("{reported: [ok, failed]}", "", set()),
        ("{reported: failed}", "", set()),
        ("{error: {status: 404}}", "", {"404"}),
        ("{reported: [failed, silent], error: {status: 404}}", "", {"404"}),
        ("{error: {status: {one-of: [404, 409]}}}", "", set()),
        ("{error: {status: 418}}", "", set()),
        ("{reported: ok}", "  faults: [{on: customers.list, respond: {status: 201, json: {}}}]", set()),
        ("{reported: ok}", "  faults: [{on: customers.list, respond: {status: 503, json: {}}}]", {"200"}),
    ],
)
def test_a_status_is_asserted_where_the_client_must_report_it(
    tmp_path: Path, outcome: str, more: str, expected: set[str]
) -> None:
    found = coverage(tmp_path, f"[{{{LIST}, expect: {{outcome: {outcome}}}}}]", more=more)
    assert {name for name in asserted(found, "customers.list") if "status" in name} == {f"status {s}" for s in expected}


def test_a_status_that_is_only_scripted_is_touched(tmp_path: Path) -> None:
    more = "  faults: [{on: customers.list, respond: {status: 503, json: {}}}]"
    found = places(coverage(tmp_path, f"[{{{LIST}}}]", more=more), "customers.list")["status 503"]
    assert (found.cases, found.touched) == (0, 1)


def test_what_a_refusal_holds_is_nothing_of_the_success(tmp_path: Path) -> None:
    outcome = "{reported: failed, error: {status: 404}, payload: {pageNumber: 1}}"
    found = coverage(tmp_path, f"[{{{LIST}, expect: {{outcome: {outcome}}}}}]")
    assert not [name for name in asserted(found, "customers.list") if name.startswith("response")]


def test_the_state_asserts_what_it_holds_under_the_same_name_and_value(tmp_path: Path) -> None:
    step = f"[{{{CREATE}, expect: {{attempts: 1, requests: any}}}}]"
    state = "  state: {pushes: [{timeoutInMinutes: 5, record: {status: Active, phone: '2'}}]}"
    assert asserted(coverage(tmp_path, step, more=state), "customers.create") == {
        "query timeoutInMinutes",
        "body status",
    }


@pytest.mark.parametrize(("via", "expected"), [("client", {"results", "results[].id"}), ("harness", set())])
def test_a_field_that_a_client_s_answer_is_saved_from_is_asserted(tmp_path: Path, via: str, expected: set[str]) -> None:
    steps = f"[{{{LIST}, via: {via}, save: {{all: /results, first: /results/0/id}}}}, {{call: companies.list}}]"
    shown = {name for name in asserted(coverage(tmp_path, steps), "customers.list") if name.startswith("response")}
    assert shown == {f"response {path}" for path in expected}


@pytest.mark.parametrize("via", ["via: harness", "via: client"])
def test_what_the_harness_sends_asserts_nothing(tmp_path: Path, via: str) -> None:
    steps = f"[{{{CREATE}, {via}}}, {{call: companies.list}}]"
    assert bool(asserted(coverage(tmp_path, steps), "customers.create")) is (via == "via: client")


def test_a_case_that_no_source_binds_only_touches(tmp_path: Path) -> None:
    found = coverage(tmp_path, f"[{{{LIST}}}]", source="undefined:page-beyond-the-end")
    assert asserted(found, "customers.list") == set()
    assert places(found, "customers.list")["query page"].touched == 1


def test_an_answer_filled_up_by_an_evolution_rule_asserts_all_of_it(tmp_path: Path) -> None:
    more = "  faults: [{on: connections.get, evolve: {rule: every-field}}]"
    steps = f"[{{call: connections.get, with: {{{IDS}}}}}]"
    found = places(coverage(tmp_path, steps, more=more), "connections.get")
    answers = [place for name, place in found.items() if name.startswith("response")]
    assert len(answers) > 10
    assert all(place.cases for place in answers)


def test_a_place_shows_its_strongest_level_and_who_asserts_it_so(tmp_path: Path) -> None:
    path = tmp_path / "cases" / "area" / "y.yaml"
    path.parent.mkdir(parents=True)
    weak = CASE.format(steps=f"[{{{LIST}}}]", more="  level: may", source="rfc:9110#9").replace(
        "area.case", "area.weak"
    )
    path.write_text(weak, "utf-8")
    found = places(coverage(tmp_path, f"[{{{LIST}}}]"), "customers.list")["query page"]
    assert (found.cases, found.level, found.example) == (2, "must", "area.case")


def test_gaps_are_ordered_by_rank(tmp_path: Path) -> None:
    gaps = coverage(tmp_path, f"[{{{LIST}}}]").gaps
    assert [gap.rank for gap in gaps] == sorted(gap.rank for gap in gaps)
    ranks = {(gap.operation, gap.kind): gap.rank for gap in gaps}
    assert ranks["customers.list", "status"] == 1
    assert ranks["customers.list", "response"] == 2
    assert ranks["companies.list", "status"] == 3
    assert ranks["companies.list", "response"] == 4
    assert not [gap for gap in gaps if (gap.operation, gap.path) == ("customers.list", "page")]


def test_an_operation_that_no_contract_has_is_named() -> None:
    with pytest.raises(UsageError, match=r"no contract has an operation `customers\.lst`"):
        operation_coverage(coverage_of([], load_contracts()), "customers.lst")


@pytest.fixture(scope="module")
def whole() -> Coverage:
    return coverage_of(load_catalogue().cases, load_contracts())


def test_the_catalogue_leaves_no_gap_in_what_is_sent_nor_in_any_documented_status(whole: Coverage) -> None:
    assert [gap for gap in whole.gaps if gap.kind != "response"] == []


def test_the_catalogue_leaves_no_gap_in_any_answer(whole: Coverage) -> None:
    assert [gap for gap in whole.gaps if gap.kind == "response"] == []


def test_what_is_sent_of_a_customer_is_asserted_in_words_too(whole: Coverage) -> None:
    derived = [
        (contract.contract, one.operation, place.path)
        for contract in whole.contracts
        for one in contract.operations
        for place in one.places
        if one.operation.startswith("customers.") and place.kind != "response" and not place.written
    ]
    assert derived == []
