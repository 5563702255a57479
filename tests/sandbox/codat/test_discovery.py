"""Discovery: the names that a live endpoint gives to the needs of cases, and the needs that it does not meet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest

from concordat.contract import load_contract
from concordat.contract.request import build_request
from concordat.http1.exchange import Request
from concordat.sandbox import ChosenMissing, UnmetNeed, open_sandbox, parse_world
from concordat.sandbox.codat.discovery import CodatStock, discover

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")
CHOSEN = "10000000-0000-4000-8000-000000000001"
MINE = "20000000-0000-4000-8000-000000000001"
CONTRACT = load_contract("accounting")
STOCKED: dict[str, Any] = {
    "companies": [
        {"id": "10000000-0000-4000-8000-000000000001", "customers": 2, "connections": [{"integration": "qbd"}]},
        {"id": "10000000-0000-4000-8000-000000000002", "customers": 30, "connections": [{"status": "Unlinked"}]},
        {"id": "10000000-0000-4000-8000-000000000003", "customers": 12, "connections": [{"integration": "xero"}, {}]},
    ],
    "pushes": 4,
    "pulls": 2,
}


class SandboxAsk:
    """Asks a sandbox; `asked` counts the requests."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.sandbox = open_sandbox(CONTRACT, parse_world(world))
        self.asked = 0

    async def must(self, operation: str, arguments: Mapping[str, Any], form: type[_T]) -> _T:
        found = await self.may(operation, arguments, form)
        assert found is not None
        return found

    async def if_allowed(self, operation: str, arguments: Mapping[str, Any], form: type[_T]) -> _T | None:
        return await self.may(operation, arguments, form)

    async def may(self, operation: str, arguments: Mapping[str, Any], form: type[_T]) -> _T | None:
        if operation not in CONTRACT.operations:
            return None
        self.asked += 1
        built = build_request(CONTRACT.operation(operation), dict(arguments), auth=self.sandbox.auth)
        answer = await self.sandbox.answer(Request(built.method, built.target, built.headers, built.body))
        return msgspec.json.decode(answer.body, type=form) if answer.status == 200 else None


def stock(world: dict[str, Any], **chosen: str) -> CodatStock:
    return asyncio.run(discover(SandboxAsk(world), chosen))


@pytest.mark.parametrize(
    ("needs", "used", "company"),
    [
        ({}, (), 2),
        ({"customers": 13}, ("customer2",), 2),
        ({}, ("company", "connection"), 3),
        ({"connections": 1}, (), 3),
        ({"integration": "xero"}, (), 3),
        ({"offline": True}, (), 1),
        ({}, ("attachment", "made"), 2),
    ],
)
def test_each_case_gets_a_company_that_meets_its_needs(
    needs: dict[str, Any], used: tuple[str, ...], company: int
) -> None:
    assert stock(STOCKED).bind(needs, used)["company"] == f"10000000-0000-4000-8000-00000000000{company}"


def test_a_case_that_changes_a_record_gets_one_that_others_read_least() -> None:
    found = stock({"customers": 12, "connections": 3})
    usual, changing = found.bind({}), found.bind({}, changed=("customer", "connection"))
    assert changing["customer"] != usual["customer"]
    assert changing["connection"] == usual["connection3"]


def test_the_only_connection_is_not_for_a_case_that_changes_one() -> None:
    with pytest.raises(UnmetNeed, match="needs 2 connections; the target offers 1"):
        stock({}).bind({}, changed=("connection",))


def test_an_empty_account_meets_no_needs_that_name_nothing() -> None:
    assert "customer" not in stock({"customers": []}).bind({})


def test_the_names_are_those_that_the_sandbox_itself_binds() -> None:
    ask = SandboxAsk({"customers": 12, "connections": 2, "attachments": 2, "pushes": 3, "pulls": 2})
    found = asyncio.run(discover(ask, {})).bind({"attachments": 1})
    own = ask.sandbox.bindings
    same = ("company", "connection", "connection2", "customer", "customer2", "customer9", "attachment", "push", "pull")
    assert {name: found[name] for name in same} == {name: own[name] for name in same}


def test_a_customer_with_the_fields_comes_first() -> None:
    records = [{"id": "bare", "status": "Active"}, {"id": "full", "status": "Active", "emailAddress": "a@example.com"}]
    found = stock({"customers": records}).bind({"customers": 1, "fields": ["emailAddress"]})
    assert (found["customer"], found["customer2"]) == ("full", "bare")


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        ({"customers": 4}, "needs 4 customers; the target offers 3"),
        ({"connections": 2}, "needs 2 connections; the target offers 1"),
        ({"companies": 2}, "needs 2 companies; the target offers 1"),
        ({"attachments": 1}, "needs 1 attachments; the target offers 0"),
        ({"pushes": 1}, "needs 1 pushes; the target offers 0"),
        ({"integration": "qbo"}, "a linked connection to QuickBooks Online; the target offers none"),
        ({"offline": True}, "software that may be switched off; the target offers none"),
        ({"synced": ["customers", "invoices"]}, "needs invoices that were read before"),
        ({"fields": ["shoeSize"]}, "a customer with shoeSize; the target offers none"),
    ],
)
def test_an_unmet_need_is_the_reason(needs: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnmetNeed, match=reason):
        stock({}).bind(needs)


def test_a_company_that_was_never_read_has_no_customers() -> None:
    with pytest.raises(UnmetNeed, match="needs 1 customers; the target offers 0"):
        stock({"synced": []}).bind({"customers": 1})


def test_the_chosen_company_and_connection_are_used() -> None:
    world = {**STOCKED, "companies": [{**STOCKED["companies"][0], "connections": [{}, {"id": MINE}]}]}
    found = stock(world, company=CHOSEN, connection=MINE).bind({"customers": 1})
    assert (found["company"], found["connection"]) == (CHOSEN, MINE)
    assert "connection2" not in found


def test_a_chosen_connection_chooses_its_company() -> None:
    companies = [STOCKED["companies"][1], {**STOCKED["companies"][0], "connections": [{"id": MINE}]}]
    found = stock({**STOCKED, "companies": companies}, connection=MINE).bind({}, ("company", "connection"))
    assert (found["company"], found["connection"]) == (CHOSEN, MINE)


def test_a_chosen_connection_that_the_endpoint_does_not_show_is_missing() -> None:
    with pytest.raises(ChosenMissing, match="connection"):
        stock(STOCKED, connection=MINE)


def test_an_account_of_many_companies_takes_few_requests() -> None:
    ask = SandboxAsk({"companies": 90})
    asyncio.run(discover(ask, {}))
    assert ask.asked <= 40
