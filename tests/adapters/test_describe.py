"""The answer to `describe`: the methods and error classes of the installed package, by wire name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from tests.adapters.stand_ins.catalogue import STAND_INS
from tests.adapters.stand_ins.python_httpx import PYTHON_HTTPX
from tests.adapters.stand_ins.python_requests import PYTHON_REQUESTS
from tests.adapters.stand_ins.reference import REFERENCE
from tests.adapters.stand_ins.typescript_axios import TYPESCRIPT_AXIOS

from concordat.clients.protocol import PublicApi

if TYPE_CHECKING:
    from tests.adapters.adapter_process import JsonObject
    from tests.adapters.conftest import Start
    from tests.adapters.stand_ins.stand_in import StandIn


class Description(NamedTuple):
    """What one package offers; an operation that it does not have must be left out."""

    stand_in: StandIn
    lacking: set[str]
    errors: set[str]


DESCRIPTIONS = (
    Description(
        REFERENCE,
        {"suppliers.list"},
        {
            "ApiError",
            "ClientError",
            "DecodeError",
            "InvalidArgumentError",
            "PagingError",
            "PushPendingError",
            "TransportError",
        },
    ),
    Description(PYTHON_HTTPX, {"suppliers.list"}, {"ErrorMessage", "FakeError", "OlderMessage", "SDKError"}),
    Description(
        PYTHON_REQUESTS,
        {"suppliers.list"},
        {"AnsweredError", "DecodedError", "ErrorMessage", "NoAnswer", "SDKError"},
    ),
    Description(TYPESCRIPT_AXIOS, {"customers.update", "companies.delete", "suppliers.list"}, {"SDKError"}),
)


def argument(text: str) -> JsonObject:
    """Return one argument, given as wire name, parameter, and `required` or `optional` if the package tells."""
    name, parameter, *required = text.split()
    return {"name": name, "parameter": parameter} | ({"required": required == ["required"]} if required else {})


def method(name: str, returns: str | None, *arguments: JsonObject) -> JsonObject:
    """Return one method; `returns` is left out where the package does not say."""
    return {"method": name, "arguments": list(arguments)} | ({} if returns is None else {"returns": returns})


def described(start: Start, stand_in: StandIn) -> PublicApi:
    adapter = start(stand_in)
    number = adapter.send("describe")
    report = adapter.report()
    assert isinstance(report, PublicApi)
    assert report.id == number
    return report


def test_every_adapter_that_can_describe_its_package_is_in_the_table() -> None:
    describing = {stand_in.name for stand_in in STAND_INS if "describe" in stand_in.features}
    assert {description.stand_in.name for description in DESCRIPTIONS} == describing


@pytest.mark.parametrize("expected", DESCRIPTIONS, ids=lambda description: description.stand_in.name)
def test_a_description_has_the_operations_and_errors_of_the_installed_package(
    warm: Start, expected: Description
) -> None:
    found = described(warm, expected.stand_in)
    assert found.operations.keys() == set(expected.stand_in.operations) - expected.lacking
    assert set(found.errors) == expected.errors


@pytest.mark.parametrize(
    ("stand_in", "operation", "expected"),
    [
        pytest.param(
            REFERENCE,
            "customers.get",
            method(
                "get",
                "Customer",
                argument("companyId company_id required"),
                argument("customerId customer_id required"),
            ),
            id="from signatures",
        ),
        pytest.param(
            PYTHON_HTTPX,
            "customers.get",
            method(
                "get",
                "shared.Customer",
                argument("companyId company_id required"),
                argument("customer_id customer_id required"),
                argument("body customer optional"),
            ),
            id="from the model of a request",
        ),
        pytest.param(
            PYTHON_HTTPX,
            "customers.renamed",
            method(
                "get",
                "shared.Customer",
                argument("companyId company_id required"),
                argument("id customer_id required"),
                argument("customer customer optional"),
            ),
            id="with the name from a binding",
        ),
        pytest.param(
            PYTHON_HTTPX,
            "customers.refresh",
            method(
                "refresh",
                "None",
                argument("companyId company_id required"),
                argument("customer_id customer_id required"),
                argument("customer customer optional"),
            ),
            id="of a method that returns nothing",
        ),
        pytest.param(
            PYTHON_REQUESTS,
            "customers.get",
            method(
                "get",
                "operations.GetResponse",
                argument("customerId customer_id required"),
                argument("inStatus status optional"),
                argument("body customer optional"),
            ),
            id="from a dataclass",
        ),
        pytest.param(
            PYTHON_REQUESTS,
            "customers.create",
            method("create", "operations.GetResponse", argument("body request required")),
            id="of a method that takes the body itself",
        ),
        pytest.param(
            TYPESCRIPT_AXIOS,
            "customers.create",
            method(
                "create",
                "Promise<operations.CreateCustomerResponse>",
                argument("body customer optional"),
                argument("companyId companyId required"),
                argument("connectionId connectionId"),
                argument("timeout-in-minutes timeoutInMinutes optional"),
            ),
            id="from declarations",
        ),
        pytest.param(
            TYPESCRIPT_AXIOS,
            "companies.create",
            method("create", "Promise<shared.Company>", argument("body req optional")),
            id="from a declaration whose body is the request",
        ),
        pytest.param(TYPESCRIPT_AXIOS, "customers.get", method("get", None), id="of a method that is not declared"),
    ],
)
def test_a_method_is_described_with_its_arguments_by_wire_name(
    warm: Start, stand_in: StandIn, operation: str, expected: JsonObject
) -> None:
    assert msgspec.to_builtins(described(warm, stand_in).operations[operation]) == expected
