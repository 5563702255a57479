"""Answers that contradict each other: each lie goes red by the check that names it, and an honest sandbox by none."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.contract_tests import liars
from tests.contract_tests.targets import sandbox_factory
from tests.mutants.sandbox_registry import edited

from concordat.contract import load_contract
from concordat.contract_tests.fuzz import WriteScope
from concordat.contract_tests.semantic.list_operation import lists_of
from concordat.contract_tests.semantic.relation import RELATIONS
from concordat.contract_tests.server import serve
from concordat.contract_tests.target import ContractTestOptions, ServedContract
from concordat.sandbox import list_rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract_tests.targets import Answering

    from concordat.contract_tests.semantic.search import SearchResult
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

API = "sync-for-expenses"
LIST = "customers.list"


def world(customers: int) -> dict[str, Any]:
    return {"customers": customers, "pushes": 3, "pulls": 2, "rate-limit": {"limit": 100_000_000}}


@contextmanager
def target(
    answer: Answering, *, customers: int = 12, api: str = API, examples: int | None = None, seed: int | None = None
) -> Iterator[ServedContract]:
    options = ContractTestOptions("sandbox", (api,), writes=WriteScope.READS, examples=examples, seed=seed)
    with serve(sandbox_factory(api, answer, world=world(customers))) as served:
        yield ServedContract(options, api, served)


def judged(answer: Answering, relation: str, *, examples: int | None = None, seed: int | None = None) -> SearchResult:
    with target(answer, examples=examples, seed=seed) as served:
        return served.contradictions(LIST, relation)


@pytest.mark.parametrize("customers", [0, 1, 12, 101])
@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_an_honest_sandbox_contradicts_itself_nowhere(api: str, customers: int) -> None:
    with target(liars.honest, customers=customers, api=api) as served:
        results = {relation: served.contradictions(LIST, relation) for relation in RELATIONS}
    assert [result.text() for result in results.values() if result.contradictions] == []
    unjudged = {name: set(result.unjudged) for name, result in results.items() if not result.judged}
    none = {
        "records": {"the list is empty"},
        "filter": {"no record has a value to filter by"},
        "order": {"no record has a value to order by"},
    }
    assert unjudged == ({} if customers else none)


@pytest.mark.parametrize("name", ["companies.list", "connections.list", "pullOperations.list", "pushOperations.list"])
def test_every_list_of_an_honest_sandbox_is_judged(name: str) -> None:
    with target(liars.honest) as served:
        results = {relation: served.contradictions(name, relation) for relation in RELATIONS}
    assert {relation: result.text() for relation, result in results.items() if result.contradictions} == {}
    assert all(result.judged for result in results.values())


@pytest.mark.parametrize(
    ("lie", "relation", "check"),
    [
        (liars.total_seven_too_many, "pages", "list.total"),
        (liars.total_of_the_page_only, "pages", "list.same-total"),
        (liars.total_other_on_later_pages, "pages", "list.same-total"),
        (liars.second_page_is_the_first_again, "pages", "list.unique"),
        (liars.page_number_always_one, "pages", "page.number"),
        (liars.page_of_another_size, "pages", "page.size"),
        (liars.last_page_for_ever, "beyond", "page.beyond"),
        (liars.read_with_another_name, "records", "record.same"),
        (liars.read_without_a_member, "records", "record.same"),
        (liars.listed_but_not_found, "records", "record.found"),
        (liars.next_is_page_one_for_ever, "links", "link.next"),
        (liars.next_on_the_last_page_too, "links", "link.next"),
        (liars.next_missing, "links", "link.next"),
        (liars.previous_forgets_the_order, "links", "link.previous"),
        (liars.current_leads_elsewhere, "links", "link.current"),
        (liars.filter_ignored, "filter", "filter.sound"),
        (liars.filter_loses_the_first_match, "filter", "filter.complete"),
        (liars.order_ignored, "order", "order.sorted"),
        (liars.order_loses_a_record, "order", "order.complete"),
    ],
)
def test_a_lie_goes_red_by_the_check_that_names_it(lie: Answering, relation: str, check: str) -> None:
    result = judged(lie, relation, examples=30)
    assert check in {one.check for one in result.contradictions}, result
    assert result.text().startswith(check.split(".", maxsplit=1)[0])


def test_a_contradiction_shrinks_to_a_few_requests_that_a_person_can_repeat() -> None:
    result = judged(liars.total_seven_too_many, "pages")
    assert [one.check for one in result.contradictions] == ["list.total"]
    assert len(result.requests) == 1
    assert result.requests[0].startswith("GET /companies/")
    assert result.requests[0].endswith("/data/customers?page=1&pageSize=19")
    assert "expected 19 records, the total, observed 12 records" in result.text()
    assert f"    {result.requests[0]}" in result.text().splitlines()


def test_a_seed_draws_the_same_examples_again() -> None:
    drawn = [judged(liars.filter_ignored, "filter", seed=7) for _ in range(2)]
    assert drawn[0].text() == drawn[1].text() != ""


class Changing:
    """Loses a record and counts others at each read of the list, as a busy account does."""

    def __init__(self, *, until: int) -> None:
        self.reads = 0
        self._until = until

    async def answer(self, sandbox: Sandbox, request: Request) -> Answer:
        if "/data/customers" not in request.target:
            return await sandbox.answer(request)
        self.reads += 1

        def change(body: dict[str, Any]) -> None:
            if body.get("results") and self.reads <= self._until:
                body["results"].pop()
                body["totalResults"] += self.reads

        return edited(await sandbox.answer(request), change)


def test_records_that_change_during_the_run_are_not_reported() -> None:
    always = judged(Changing(until=10**9).answer, "pages", examples=3)
    assert always.contradictions == ()
    assert not always.judged
    assert set(always.unjudged) == {"the list changed at each attempt"}
    once = judged(Changing(until=8).answer, "pages")
    assert once.contradictions == ()
    assert once.judged


def deep(levels: int) -> bytes:
    return b'{"results":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize("relation", [*RELATIONS])
@pytest.mark.parametrize(
    ("body", "content_type", "checks"),
    [
        (b"<html>maintenance</html>", "text/html", {"answer.shape"}),
        (b"", "application/json", {"answer.shape"}),
        (b"\xff\xfe{}", "application/json", {"answer.shape"}),
        (b"[]", "application/json", {"answer.shape"}),
        (b'{"results": {}, "totalResults": 1}', "application/json", {"answer.shape"}),
        (b'{"results": [1, null], "totalResults": 2}', "application/json", {"answer.shape"}),
        (deep(150), "application/json", {"answer.shape"}),
        (deep(100_000), "application/json", {"answer.shape"}),
        (b'{"results": null}', "application/json", {"answer.shape"}),
        (b'{"results": [], "totalResults": 1e999999999, "_links": 7}', "application/json", None),
        (b'{"results": [], "totalResults": -5, "_links": {"next": 7, "current": {}}}', "application/json", None),
        (b'{"results": [], "totalResults": ' + b"9" * 5000 + b"}", "application/json", None),
        (b'{"results": [{"id": "\\ud800"}], "_links": {"current": {"href": "\\ud800"}}}', "application/json", None),
        (b'{"results": [{"id": {"a": 1}, "customerName": 5}], "totalResults": 1}', "application/json", None),
        (b'{"results": [{"id": "a", "customerName": "A\\u0000"}], "totalResults": true}', "application/json", None),
        (b'{"results": [{"id": "..", "modifiedDate": "0001-01-01T00:00:00+14:00"}]}', "application/json", None),
        (b'{"results": [], "_links": {"current": {"href": "http://[::1"}}}', "application/json", None),
    ],
)
def test_no_form_of_an_answer_is_an_internal_error(
    body: bytes, content_type: str, checks: set[str] | None, relation: str
) -> None:
    result = judged(liars.raw(body, content_type), relation, examples=3)
    assert result.text() or result.judged or result.unjudged
    if checks is not None:
        assert {one.check for one in result.contradictions} == checks
    result.text().encode()


@pytest.mark.parametrize("status", [204, 302, 429, 500])
def test_a_refusal_is_not_judged_and_another_status_is_a_contradiction(status: int) -> None:
    result = judged(liars.raw(msgspec.json.encode({"error": "x"}), status=status), "pages", examples=3)
    if status >= 400:
        assert (result.contradictions, set(result.unjudged)) == ((), {f"{LIST} was answered with {status}"})
    else:
        assert [one.check for one in result.contradictions] == ["answer.status" if status == 302 else "answer.shape"]


def test_lists_and_their_reads_follow_from_the_contract() -> None:
    rules = list_rules_of("accounting")
    assert rules is not None
    found = {one.name: one for one in lists_of(load_contract("accounting"), rules)}
    assert {name: (one.reads.name if one.reads else None, one.id_member) for name, one in found.items()} == {
        "customers.list": ("customers.get", "id"),
        "companies.list": ("companies.get", "id"),
        "connections.list": ("connections.get", "id"),
        "pullOperations.list": ("pullOperations.get", "id"),
        "pushOperations.list": ("pushOperations.get", "pushOperationKey"),
    }
    assert set(rules.properties) == set(found)
    assert list_rules_of("no-such-contract") is None
