from __future__ import annotations

import asyncio
import base64
import re
from typing import TYPE_CHECKING

import pytest

from concordat.catalogue.model import Fault, Redirect, ScriptedAnswer
from concordat.contract import load_contract, load_contracts
from concordat.contract.request import build_request
from concordat.errors import CatalogueError
from concordat.http1.exchange import Request, header
from concordat.sandbox import implements, open_sandbox, parse_world
from concordat.sandbox.codat.handlers import HANDLERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import OpenDesk

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_every_operation_of_every_contract_has_a_handler_and_no_handler_is_spare() -> None:
    names = {name for contract in load_contracts().values() for name in contract.operations}
    assert names == set(HANDLERS)


def test_an_operation_of_another_contract_is_not_answered_by_the_handler_of_its_name(tmp_path: Path) -> None:
    file = tmp_path / "shelves.openapi.yaml"
    file.write_bytes(load_contract("accounting").path.read_bytes())
    contract = load_contract(file)
    sandbox = open_sandbox(contract, parse_world(None))
    try:
        built = build_request(contract.operation("companies.list"), {}, auth=sandbox.auth)
        answer = asyncio.run(sandbox.answer(Request(built.method, built.target, built.headers, built.body)))
    finally:
        sandbox.close()
    assert answer.status == 501
    assert b"does not implement companies.list" in answer.body
    assert implements("accounting", "companies.list")
    assert not implements("shelves", "companies.list")


@pytest.mark.parametrize(
    "auth",
    [
        None,
        "concordat-sandbox-key",
        "Bearer " + base64.b64encode(b"concordat-sandbox-key").decode(),
        "Basic concordat-sandbox-key",
        "Basic " + base64.b64encode(b"another-key").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        "Basic",
    ],
)
def test_a_missing_or_wrong_key_is_refused_with_401(desk: OpenDesk, auth: str | None) -> None:
    opened = desk()
    response = opened.ask("GET", opened.customers, auth=auth)
    assert (response.status, response.json["statusCode"]) == (401, 401)


def test_the_scheme_of_the_credential_has_no_case(desk: OpenDesk) -> None:
    opened = desk()
    assert opened.ask("GET", opened.customers, auth=opened.sandbox.auth.replace("Basic", "bAsIc")).status == 200


def test_an_outdated_key_is_refused_with_403(desk: OpenDesk) -> None:
    opened = desk({"auth": {"key": "new", "outdated": ["old"]}})
    old = "Basic " + base64.b64encode(b"old").decode()
    assert opened.ask("GET", opened.customers, auth=old).status == 403
    assert opened.ask("GET", opened.customers).status == 200


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 429, 500, 503])
def test_the_world_can_refuse_everything_with_a_whole_error_message(desk: OpenDesk, status: int) -> None:
    opened = desk({"refuse": status})
    response = opened.ask("GET", opened.customers)
    body = response.json
    assert response.status == body["statusCode"] == status
    assert re.fullmatch("[0-9a-f]{32}", body["correlationId"])
    assert set(body) == {"statusCode", "service", "error", "correlationId", "canBeRetried", "detailedErrorCode"}
    assert body["canBeRetried"] == ("True" if status in {429, 500, 503} else "Unknown")


def test_the_world_can_refuse_one_operation_only(desk: OpenDesk) -> None:
    opened = desk({"refuse": {"status": 503, "on": "customers.get"}})
    assert opened.ask("GET", opened.customers).status == 200
    assert opened.ask("GET", f"{opened.customers}/{opened.sandbox.bindings['customer']}").status == 503


def test_refusing_an_operation_that_no_contract_has_is_an_error_of_the_case() -> None:
    world = parse_world({"refuse": {"status": 503, "on": "customers.lists"}})
    with pytest.raises(CatalogueError, match=r"did you mean `customers\.list`"):
        open_sandbox(load_contracts()["accounting"], world)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/companies/", 404),
        ("GET", f"/companies/{UNKNOWN}", 404),
        ("GET", "/companies/not-a-uuid", 404),
        ("GET", f"/companies/{UNKNOWN}/data/customers", 404),
        ("PATCH", "/companies", 405),
        ("DELETE", "{customers}", 405),
        ("GET", "{customers}?page=0", 400),
        ("GET", "{customers}?page=x", 400),
        ("GET", "{customers}?pageSize=5001", 400),
        ("GET", "{customers}?pagesize=5", 400),
        ("GET", "{customers}?orderBy=nothing", 400),
        ("GET", "{customers}?query=maiores", 400),
        ("GET", "{company}/data/history?query=isCompleted%3Dtrue", 400),
        ("GET", "{company}/push/" + UNKNOWN, 404),
        ("GET", "{company}/data/history/" + UNKNOWN, 404),
        ("POST", "{company}/data/queue/all", 404),
        ("POST", "{company}/data/queue/commerce-orders", 404),
        ("POST", "{company}/data/queue/customers?connectionId=" + UNKNOWN, 404),
        ("GET", "{connection}/data/customers/nobody/attachments", 404),
        ("GET", "{connection}/options/bills", 404),
    ],
)
def test_a_request_that_cannot_be_served_is_refused(desk: OpenDesk, method: str, target: str, status: int) -> None:
    opened = desk()
    parts = {"company": opened.company, "customers": opened.customers, "connection": opened.connection}
    response = opened.ask(method, target.format(**parts))
    assert (response.status, response.json["statusCode"]) == (status, status)


def test_a_wrong_method_names_the_right_ones(desk: OpenDesk) -> None:
    response = desk().ask("PATCH", "/companies")
    assert set((header(response.headers, "Allow") or "").split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"customerName": "no status"}', "application/json", 400),
        (b'{"status": "active"}', "application/json", 400),
        (b"status=Active", "application/x-www-form-urlencoded", 415),
        (b'{"status": "Active"}', "text/plain", 415),
        (b'{"status": "\\ud800"}', "application/json", 400),
        (b'{"status": "Active", "customerName": "\\ud800"}', "application/json", 400),
        (b"\xff", "application/json", 400),
    ],
)
def test_a_body_outside_the_contract_is_refused_and_nothing_is_committed(
    desk: OpenDesk, body: bytes, content_type: str, status: int
) -> None:
    opened = desk()
    response = opened.ask("POST", opened.push, body, Content_Type=content_type)
    assert response.status == status
    assert response.json["validation"]["errors"]
    assert (opened.sandbox.accepted_writes(), opened.sandbox.state()["pushes"]) == ({}, [])


def test_a_repeated_post_with_one_idempotency_key_commits_once(desk: OpenDesk) -> None:
    opened, body = desk(), {"status": "Active", "customerName": "Once", "addresses": [{"type": "Billing"}]}
    first = opened.ask("POST", opened.push, body, Idempotency_Key="k")
    second = opened.ask("POST", opened.push, body, Idempotency_Key="k")
    assert first.body == second.body
    assert opened.sandbox.accepted_writes() == {"customers.create": 1}
    assert opened.ask("POST", opened.push, {"status": "Active"}, Idempotency_Key="k").status == 422
    opened.sandbox.advance(90 * 60)
    assert (
        opened.ask("POST", opened.push, body, Idempotency_Key="k").json["pushOperationKey"]
        != (first.json["pushOperationKey"])
    )


def test_a_refusal_is_replayed_too_but_429_frees_the_key(desk: OpenDesk) -> None:
    opened = desk()
    first = opened.ask("POST", opened.push, {}, Idempotency_Key="bad")
    assert first.status == 400
    assert opened.ask("POST", opened.push, {}, Idempotency_Key="bad").body == first.body
    opened.sandbox.change({"refuse": 429})
    body = {"status": "Active"}
    assert opened.ask("POST", opened.push, body, Idempotency_Key="busy").status == 429
    opened.sandbox.change({"refuse": None})
    assert opened.ask("POST", opened.push, body, Idempotency_Key="busy").status == 200


def test_the_key_means_nothing_on_put(desk: OpenDesk) -> None:
    opened = desk()
    target = f"{opened.push}/{opened.sandbox.bindings['customer']}"
    keys = {
        opened.ask("PUT", target, {"status": "Active"}, Idempotency_Key="k").json["pushOperationKey"] for _ in range(2)
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("fault", "commits"),
    [
        (Fault(on="customers.create", when="before", respond=ScriptedAnswer(status=503)), {}),
        (Fault(on="customers.create", when="after", respond=ScriptedAnswer(status=503)), {"customers.create": 1}),
    ],
)
def test_a_fault_before_processing_commits_nothing_and_one_after_it_commits(
    desk: OpenDesk, fault: Fault, commits: dict[str, int]
) -> None:
    opened = desk(faults=[fault])
    assert opened.ask("POST", opened.push, {"status": "Active"}).status == 503
    assert opened.sandbox.accepted_writes() == commits
    assert opened.sandbox.unfired() == ()


@pytest.mark.parametrize(
    ("answer", "commits", "unknown"),
    [
        (ScriptedAnswer(status=200, json={}), {}, {"customers.create": 1}),
        (ScriptedAnswer(status=200, json={}, accepted=True), {"customers.create": 1}, {}),
        (ScriptedAnswer(status=200, json={}, accepted=False), {}, {}),
        (ScriptedAnswer(status=503, accepted=True), {"customers.create": 1}, {}),
        (ScriptedAnswer(status=503), {}, {"customers.create": 1}),
        (ScriptedAnswer(status=503, accepted=False), {}, {}),
    ],
)
def test_a_write_that_a_script_answers_is_counted_as_the_script_says(
    desk: OpenDesk, answer: ScriptedAnswer, commits: dict[str, int], unknown: dict[str, int]
) -> None:
    opened = desk(faults=[Fault(on="customers.create", respond=answer)])
    assert opened.ask("POST", opened.push, {"status": "Active"}).status == answer.status
    assert opened.sandbox.accepted_writes() == commits
    assert opened.sandbox.unknown_writes() == unknown


def test_a_read_that_a_script_answers_counts_for_nothing(desk: OpenDesk) -> None:
    opened = desk(faults=[Fault(on="customers.list", respond=ScriptedAnswer(json={}))])
    assert opened.ask("GET", opened.customers).status == 200
    assert opened.sandbox.accepted_writes() == opened.sandbox.unknown_writes() == {}


def test_preparation_by_the_harness_is_not_struck(desk: OpenDesk) -> None:
    opened = desk(faults=[Fault(id="first", on="customers.list", respond=ScriptedAnswer(status=503))])
    request = Request("GET", opened.customers, (("Authorization", opened.sandbox.auth),))
    assert asyncio.run(opened.sandbox.process(request)).status == 200
    assert opened.sandbox.unfired() == ("first",)
    assert opened.ask("GET", opened.customers).status == 503


def test_a_redirect_names_the_base_url_that_was_set_later(desk: OpenDesk) -> None:
    opened = desk(faults=[Fault(redirect=Redirect(location="{base}/elsewhere"))])
    opened.sandbox.base_url = "http://127.0.0.1:9"
    assert header(opened.ask("GET", opened.customers).headers, "Location") == "http://127.0.0.1:9/elsewhere"


def test_a_fault_that_did_not_strike_is_named(desk: OpenDesk) -> None:
    opened = desk(faults=[Fault(id="late", on="customers.list", at=2, reset=True)])
    opened.get(opened.customers)
    assert opened.sandbox.unfired() == ("late",)


def test_two_sandboxes_of_one_world_give_the_same_bytes(desk: OpenDesk) -> None:
    body = {"status": "Active", "customerName": "Same"}
    answers = []
    for _ in range(2):
        opened = desk({"customers": 4})
        answers.append((opened.ask("POST", opened.push, body).body, opened.ask("GET", opened.customers).body))
    assert answers[0] == answers[1]


def test_sandboxes_of_one_world_do_not_share_state(desk: OpenDesk) -> None:
    one, two = desk(), desk()
    one.ask("DELETE", one.company)
    assert two.get(two.company)["id"]
