"""Requests that are built from the contract alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract
from concordat.contract.request import build_request
from concordat.errors import ContractError

if TYPE_CHECKING:
    from concordat.values import JsonObject

C = "8a210b68-6988-11ed-a1eb-0242ac120002"
K = "2e9d2c44-f675-40ba-8049-353bfcb5e171"


def test_a_list_carries_its_query_its_credential_and_what_it_accepts() -> None:
    operation = load_contract("accounting").operation("customers.list")
    arguments: JsonObject = {"companyId": C, "page": 2, "query": "name=A & B+C", "orderBy": "-modifiedDate"}
    request = build_request(operation, arguments, auth="Basic x")
    assert request.method == "GET"
    assert request.target == (
        f"/companies/{C}/data/customers?page=2&query=name%3DA%20%26%20B%2BC&orderBy=-modifiedDate"
    )
    assert request.headers == (("Accept", "application/json"), ("Authorization", "Basic x"))
    assert request.body == b""


@pytest.mark.parametrize(
    "value", ["9", "a/b", "..", ".", "a?b#c", "50%", "%2F", " ", "\u00e9\U0001f4b7", "{customerId}"]
)
def test_a_path_argument_comes_back_as_it_went_in(value: str) -> None:
    contract = load_contract("accounting")
    request = build_request(contract.operation("customers.get"), {"companyId": C, "customerId": value})
    match = contract.match(request.method, request.target)
    assert match is not None
    assert match.arguments == {"companyId": C, "customerId": value}


def test_a_push_carries_its_body_as_json_and_its_booleans_in_lower_case() -> None:
    contract = load_contract("accounting")
    arguments: JsonObject = {
        "companyId": C,
        "connectionId": K,
        "customerId": "9",
        "forceUpdate": True,
        "body": {"status": "Active", "taxNumber": None},
    }
    request = build_request(contract.operation("customers.update"), arguments)
    assert request.target.endswith("/push/customers/9?forceUpdate=true")
    assert request.body == b'{"status":"Active","taxNumber":null}'
    assert ("Content-Type", "application/json") in request.headers


def test_a_body_that_is_not_passed_is_not_sent_and_null_is() -> None:
    operation = load_contract("accounting").operation("customers.create")
    without = build_request(operation, {"companyId": C, "connectionId": K})
    null = build_request(operation, {"companyId": C, "connectionId": K, "body": None})
    assert (without.body, null.body) == (b"", b"null")
    assert "Content-Type" not in dict(without.headers)


def test_a_download_accepts_bytes_and_errors() -> None:
    operation = load_contract("accounting").operation("customers.downloadAttachment")
    request = build_request(operation, {"companyId": C, "connectionId": K, "customerId": "9", "attachmentId": C})
    assert dict(request.headers)["Accept"] == "application/octet-stream, application/json"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ({"companyId": C, "pagesize": 1}, "no argument `pagesize`", "`pageSize`"),
        ({"page": 1}, "lacks `companyId`", "every required"),
        ({"companyId": ""}, "empty `companyId`", "give a value"),
        ({"companyId": C, "page": None}, "cannot carry None", "leave the key out"),
        ({"companyId": C, "query": ["a"]}, "cannot carry", "leave the key out"),
        ({"companyId": C, "body": {}}, "no argument `body`", "known"),
    ],
)
def test_what_the_request_cannot_carry_is_refused_with_a_hint(arguments: JsonObject, message: str, hint: str) -> None:
    with pytest.raises(ContractError) as caught:
        build_request(load_contract("accounting").operation("customers.list"), arguments)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
