from __future__ import annotations

from typing import Any

import pytest

from concordat.errors import CatalogueError
from concordat.sandbox.codat.options import known_integrations, validate_push

ADDRESS = {
    "type": "Billing",
    "line1": "1",
    "line2": "2",
    "city": "c",
    "region": "r",
    "country": "GB",
    "postalCode": "p",
}
CONTACT = {
    "name": "Jo",
    "email": "jo@example.com",
    "phone": [{"type": "Primary", "number": "1"}],
    "address": ADDRESS,
    "status": "Active",
    "modifiedDate": "2022-10-23",
}
EVERYTHING: dict[str, Any] = {
    "customerName": "Acme",
    "contactName": "Jo",
    "emailAddress": "jo@example.com",
    "defaultCurrency": "GBP",
    "phone": "1",
    "registrationNumber": "1234567890",
    "taxNumber": "11 222 333 444",
    "status": "Active",
    "addresses": [ADDRESS],
    "contacts": [CONTACT],
    "metadata": {"isDeleted": False},
}
LEAST = {"customerName": "Acme", "status": "Active"}


def full(integration: str) -> dict[str, Any]:
    own = {"sage50": {"id": "A1"}, "exact-nl": {"registrationNumber": "1" * 20}}
    return {**EVERYTHING, **own.get(integration, {})}


def errors(integration: str, body: Any, *, create: bool = True, taken: Any = None) -> list[str]:
    found = validate_push(integration, body, create=create, taken=taken)
    assert found.ok is (not found.errors)
    return [item.message for item in found.errors]


def warnings(integration: str, body: Any, *, create: bool = True) -> list[str]:
    return [item.message for item in validate_push(integration, body, create=create).warnings]


@pytest.mark.parametrize("integration", known_integrations())
def test_a_full_record_is_accepted_by_every_integration(integration: str) -> None:
    assert errors(integration, full(integration)) == []


@pytest.mark.parametrize("integration", sorted(set(known_integrations()) - {"freshbooks"}))
def test_no_record_at_all_lacks_the_name(integration: str) -> None:
    for body in (None, {}, {"customerName": None}, {"customerName": ""}):
        assert "CustomerName must be provided." in errors(integration, body)


@pytest.mark.parametrize(
    ("integration", "missing"),
    [
        ("xero", []),
        ("qbo", []),
        ("sage50", ["Id"]),
        ("intacct", ["ContactName"]),
        ("freshbooks", ["EmailAddress"]),
        ("exact-nl", ["Contacts"]),
        (
            "codat-sandbox",
            [
                "ContactName",
                "EmailAddress",
                "DefaultCurrency",
                "Phone",
                "RegistrationNumber",
                "TaxNumber",
                "Addresses",
                "Contacts",
                "Metadata",
            ],
        ),
    ],
)
def test_what_the_least_record_lacks_is_named(integration: str, missing: list[str]) -> None:
    assert errors(integration, LEAST) == [f"{name} must be provided." for name in missing]


@pytest.mark.parametrize(
    ("integration", "change", "error"),
    [
        ("xero", {"registrationNumber": "1" * 51}, "RegistrationNumber must not be longer than 50 characters."),
        ("xero", {"status": "Unknown"}, "Status must be one of Active, Archived."),
        ("xero", {"addresses": [{"line1": "x"}]}, "Addresses[0].Type must be provided."),
        (
            "qbo",
            {"addresses": [{"type": "Billing", "region": "r" * 226}]},
            "Addresses[0].Region must not be longer than 225 characters.",
        ),
        ("qbo", {"contacts": [{"phone": [{"type": "Fax"}]}]}, "Contacts[0].Phone[0].Number must be provided."),
        (
            "qbo",
            {"addresses": [{"type": "Billing"}, {"type": "Billing"}]},
            "Addresses must have one entry for each type, not several for Billing.",
        ),
        ("sage50", {"id": "123456789"}, "Id must not be longer than 8 characters."),
        ("sage50", {"id": "A 1"}, "Id must be free of blanks."),
        ("sage50", {"addresses": [ADDRESS, ADDRESS]}, "Addresses must not have more than 1 entries."),
        (
            "sage50",
            {"addresses": [{**ADDRESS, "country": "United Kingdom"}]},
            "Addresses[0].Country must be a country code of two letters.",
        ),
        ("sage50", {"customerName": "n" * 61}, "CustomerName must not be longer than 60 characters."),
        ("intacct", {"defaultCurrency": "EUR"}, "DefaultCurrency must be one of AUD, CAD, GBP, USD, ZAR."),
        ("exact-nl", {"registrationNumber": "1"}, "RegistrationNumber must not be shorter than 20 characters."),
        ("myob", {"taxNumber": "GB1"}, "TaxNumber must be an Australian business number written as XX XXX XXX XXX."),
        ("codat-sandbox", {"metadata": {"isDeleted": None}}, "Metadata.IsDeleted must be provided."),
        ("codat-sandbox", {"contacts": [{**CONTACT, "address": {}}]}, "Contacts[0].Address must be provided."),
    ],
)
def test_a_broken_rule_is_an_error_that_names_the_place(integration: str, change: dict[str, Any], error: str) -> None:
    assert errors(integration, {**full(integration), **change}) == [error]


def test_the_longest_values_are_accepted() -> None:
    assert errors("xero", {**LEAST, "registrationNumber": "1" * 50, "customerName": "n" * 255}) == []


def test_several_unknown_addresses_are_accepted_where_only_the_others_are_single() -> None:
    assert errors("qbo", {**LEAST, "addresses": [{"type": "Unknown"}, {"type": "Unknown"}]}) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"metadata": {"isDeleted": False}}, ["Metadata is not supported, and will be ignored."]),
        (
            {"contacts": [{"status": "Active", "address": ADDRESS}]},
            ["Contacts[0].Address is not supported, and will be ignored."],
        ),
        ({"nickname": "x"}, ["Nickname is not supported, and will be ignored."]),
        ({"id": "1"}, ["Id is not supported, and will be ignored."]),
        ({"metadata": {}, "nickname": None, "x": "", "y": []}, []),
        ({"supplementalData": {"content": {"a": {"b": 1}}}}, []),
    ],
)
def test_a_property_that_is_not_supported_is_a_warning_if_it_holds_anything(body: Any, expected: list[str]) -> None:
    found = validate_push("xero", {**LEAST, **body}, create=True)
    assert [item.message for item in found.warnings] == expected
    assert found.ok


def test_an_update_takes_its_id_from_the_path_and_expects_the_date_of_the_source() -> None:
    body = {**LEAST, "id": "1", "sourceModifiedDate": "2022-10-23", "modifiedDate": "2022-10-23"}
    assert warnings("xero", body, create=False) == ["ModifiedDate is not supported, and will be ignored."]
    assert len(warnings("xero", body)) == 3
    assert errors("sage50", LEAST, create=False) == []


def test_uniqueness_is_asked_of_the_callback() -> None:
    asked = list[tuple[str, str]]()

    def all_taken(name: str, value: str) -> bool:
        asked.append((name, value))
        return True

    assert errors("qbo", LEAST, taken=all_taken) == ["CustomerName must be unique."]
    assert errors("xero", LEAST, taken=all_taken) == []
    assert asked == [("customerName", "Acme")]


@pytest.mark.parametrize(
    "body",
    [
        {"customerName": 5, "status": True, "addresses": "x", "contacts": {"name": 1}},
        {"customerName": ["x"], "addresses": [1, None, ["x"]], "contacts": [[]], "metadata": "x"},
    ],
)
@pytest.mark.parametrize("integration", known_integrations())
def test_values_of_another_type_are_left_to_the_schema(integration: str, body: Any) -> None:
    found = validate_push(integration, body, create=True)
    assert all(item.validator_name == "Customer" for item in (*found.errors, *found.warnings))


def test_a_validation_is_written_with_both_arrays() -> None:
    found = validate_push("xero", {"status": "Active", "nickname": "x"}, create=True)
    assert found.record() == {
        "errors": [
            {"itemId": "CustomerName", "message": "CustomerName must be provided.", "validatorName": "Customer"}
        ],
        "warnings": [
            {
                "itemId": "Nickname",
                "message": "Nickname is not supported, and will be ignored.",
                "validatorName": "Customer",
            }
        ],
    }


def test_an_unknown_integration_gets_a_suggestion() -> None:
    with pytest.raises(CatalogueError, match="did you mean `xero`"):
        validate_push("xerox", {}, create=True)
