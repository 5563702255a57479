from __future__ import annotations

from typing import Any

import msgspec
import pytest

from concordat.contract import load_contract
from concordat.sandbox.codat.integrations import INTEGRATIONS
from concordat.sandbox.codat.options import known_integrations, options_model, validate_push


def test_every_integration_of_the_sandbox_has_a_table() -> None:
    assert set(known_integrations()) == set(INTEGRATIONS)


@pytest.mark.parametrize("integration", known_integrations())
def test_a_model_is_valid_under_the_contract(integration: str) -> None:
    contract = load_contract("accounting")
    operation = contract.operation("customers.getCreateUpdateModel")
    body = msgspec.json.encode(options_model(integration))
    assert contract.check_response(operation, 200, (("Content-Type", "application/json"),), body) == ()


@pytest.mark.parametrize("integration", known_integrations())
def test_a_body_built_from_a_model_is_accepted_by_the_integration_and_by_the_contract(integration: str) -> None:
    model: Any = options_model(integration)
    body = _built(model["properties"])
    if integration == "exact-nl":
        body["registrationNumber"] = "1" * 20
    found = validate_push(integration, body, create=True)
    assert (found.errors, found.warnings) == ((), ())
    contract = load_contract("accounting")
    assert (
        contract.check_request(
            contract.operation("customers.create"),
            arguments={
                "companyId": "8a210b68-6988-11ed-a1eb-0242ac120002",
                "connectionId": "2e9d2c44-f675-40ba-8049-353bfcb5e171",
            },
            query=(),
            headers=(("Authorization", "Basic eA=="), ("Content-Type", "application/json")),
            body=msgspec.json.encode(body),
        )
        == ()
    )


SAMPLES = {
    "id": "A1",
    "country": "GB",
    "emailAddress": "jo@example.com",
    "taxNumber": "11 222 333 444",
}


def _built(properties: Any) -> Any:
    return {name: _value(name, about) for name, about in properties.items()}


def _value(name: str, about: Any) -> Any:
    if about["type"] == "Array":
        return [_built(about["properties"])]
    if about["type"] == "Object":
        return _built(about["properties"])
    if about["type"] == "Boolean":
        return False
    if about["type"] == "DateTime":
        return "2022-10-23T00:00:00Z"
    return about["options"][0]["value"] if "options" in about else SAMPLES.get(name, "x")


def test_a_model_tells_its_limits_and_its_information() -> None:
    model: Any = options_model("sage50")
    about = model["properties"]["id"]
    assert about["required"] is True
    assert about["validation"]["warnings"] == [
        {"field": "id", "details": "Length: between 1 and 8 characters."},
        {"field": "id", "details": "Form: free of blanks."},
        {"field": "id", "details": "Not the same as that of another record."},
    ]
    assert about["validation"]["information"] == [
        {"field": "id", "details": "It is put into upper case before it is written."}
    ]
    details = [item["details"] for item in options_model_of("netsuite", "addresses")["validation"]["warnings"]]
    assert details == ["One for each type, except Unknown."]
    assert options_model_of("myob", "contacts")["validation"]["warnings"] == [
        {"field": "contacts", "details": "At most 5 in number."}
    ]
    assert "validation" not in options_model_of("xero", "contactName")


def options_model_of(integration: str, name: str) -> Any:
    model: Any = options_model(integration)
    return model["properties"][name]


def test_a_model_offers_only_the_choices_that_the_integration_takes() -> None:
    choices = [choice["value"] for choice in options_model_of("xero", "status")["options"]]
    assert choices == ["Active", "Archived"]
