"""Which request paths are which operations, hostile ones included."""

from __future__ import annotations

import pytest

from concordat.contract import load_contract

C = "8a210b68-6988-11ed-a1eb-0242ac120002"
K = "2e9d2c44-f675-40ba-8049-353bfcb5e171"
LIST = f"/companies/{C}/data/customers"
OPTIONS = f"/companies/{C}/connections/{K}/options"

MATCHES = [
    ("GET", "/companies", "companies.list", {}),
    ("GET", LIST, "customers.list", {"companyId": C}),
    ("GET", f"{LIST}/9", "customers.get", {"companyId": C, "customerId": "9"}),
    ("GET", f"{LIST}/a%2Fb", "customers.get", {"companyId": C, "customerId": "a/b"}),
    ("GET", f"{LIST}/a%2fb", "customers.get", {"companyId": C, "customerId": "a/b"}),
    ("GET", f"{LIST}/..%2F..%2Fpush", "customers.get", {"companyId": C, "customerId": "../../push"}),
    ("GET", f"{LIST}/%2E%2E", "customers.get", {"companyId": C, "customerId": ".."}),
    ("GET", f"{LIST}/...", "customers.get", {"companyId": C, "customerId": "..."}),
    ("GET", f"{LIST}/a%3Fpage%3D2", "customers.get", {"companyId": C, "customerId": "a?page=2"}),
    ("GET", f"{LIST}/50%25", "customers.get", {"companyId": C, "customerId": "50%"}),
    ("GET", f"{LIST}/%252F", "customers.get", {"companyId": C, "customerId": "%2F"}),
    ("GET", f"{LIST}/a+b", "customers.get", {"companyId": C, "customerId": "a+b"}),
    ("GET", f"{LIST}/%20", "customers.get", {"companyId": C, "customerId": " "}),
    ("GET", f"{LIST}/%F0%9F%92%B7", "customers.get", {"companyId": C, "customerId": "\U0001f4b7"}),
    ("GET", f"{LIST}/{{customerId}}", "customers.get", {"companyId": C, "customerId": "{customerId}"}),
    ("GET", f"{LIST}/%7BcustomerId%7D", "customers.get", {"companyId": C, "customerId": "{customerId}"}),
    ("GET", f"{LIST}/customers", "customers.get", {"companyId": C, "customerId": "customers"}),
    ("GET", f"/companies/{C}/data/c%75stomers", "customers.list", {"companyId": C}),
    ("GET", f"/companies/{C}/data/history", "pullOperations.list", {"companyId": C}),
    ("GET", f"{OPTIONS}/customers", "customers.getCreateUpdateModel", {"companyId": C, "connectionId": K}),
    ("GET", f"{OPTIONS}/bills", "pushOptions.get", {"companyId": C, "connectionId": K, "dataType": "bills"}),
    ("PATCH", f"/companies/{C}/connections/{K}", "connections.unlink", {"companyId": C, "connectionId": K}),
    ("POST", f"/companies/{C}/data/all", "refresh.all", {"companyId": C}),
]

NO_MATCH = [
    "",
    "/",
    "*",
    "companies",
    "//companies",
    "/companies/",
    "/Companies",
    "/companies//data/customers",
    f"{LIST}/",
    f"{LIST}//",
    f"{LIST}/a/b",
    f"{LIST}/..",
    f"{LIST}/.",
    f"{LIST}/../customers",
    f"/companies/../companies/{C}",
    f"/companies/{C}/data%2Fcustomers",
    f"http://127.0.0.1{LIST}",
]


@pytest.mark.parametrize(("method", "path", "operation", "arguments"), MATCHES)
def test_a_documented_path_is_its_operation_with_decoded_arguments(
    method: str, path: str, operation: str, arguments: dict[str, str]
) -> None:
    match = load_contract("accounting").match(method, path)
    assert match is not None
    assert (match.operation.name, match.arguments) == (operation, arguments)


@pytest.mark.parametrize("path", NO_MATCH)
def test_a_path_outside_the_contract_matches_nothing(path: str) -> None:
    contract = load_contract("accounting")
    assert contract.match("GET", path) is None
    assert not contract.path_known(path)
    assert contract.methods(path) == ()


def test_a_wrong_method_on_a_known_path_is_no_match_but_the_path_is_known() -> None:
    contract = load_contract("accounting")
    assert contract.match("DELETE", f"{LIST}/9") is None
    assert contract.path_known(f"{LIST}/9")
    assert set(contract.methods(f"/companies/{C}")) == {"GET", "PUT", "PATCH", "DELETE"}


def test_methods_are_compared_with_case() -> None:
    assert load_contract("accounting").match("get", LIST) is None


def test_the_expenses_contract_has_no_options_and_no_attachments() -> None:
    contract = load_contract("sync-for-expenses")
    assert not contract.path_known(f"{OPTIONS}/customers")
    assert not contract.path_known(f"/companies/{C}/connections/{K}/data/customers/9/attachments")
