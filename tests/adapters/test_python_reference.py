"""The adapter of the reference client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.adapters.conftest import Driven

CLIENTS = Path(__file__).parents[2] / "clients"
PLAIN: dict[str, Any] = {"request": None, "body": None, "payload": None, "arguments": {}}


@pytest.fixture(scope="module")
def reference(drive_python: Callable[..., Driven], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    tmp_path = tmp_path_factory.mktemp("reference")
    names = ("customers.get", "customers.listAttachments", "refresh.all", "gone.get")
    operations = {name: {**PLAIN, "call": name} for name in names}
    folder = CLIENTS / "reference"
    driven = drive_python(folder / "adapter.py", {"style": "reference", "operations": operations}, tmp_path, folder)
    yield driven
    driven.end()


@pytest.mark.parametrize(
    ("operation", "arguments", "ended", "detail"),
    [
        ("customers.get", {"companyId": "c", "customerId": "1"}, "raised", None),
        ("customers.listAttachments", {"companyId": "c", "connectionId": "k", "customerId": "1"}, "raised", None),
        ("customers.get", {"companyId": "c", "page": 1}, "unrepresentable", "page"),
        ("gone.get", {}, "unsupported", "gone.get"),
        ("customers.delete", {}, "unsupported", "customers.delete"),
    ],
)
def test_the_reference_adapter_spells_by_signature(
    reference: Driven, operation: str, arguments: dict[str, str], ended: str, detail: str | None
) -> None:
    assert reference.open() == {"type": "done", "id": 1}
    outcome = reference.call(operation, arguments)
    assert (outcome["ended"], outcome.get("detail")) == (ended, detail)
    assert outcome.get("error", {"class": "TransportError"})["class"] == "TransportError"


def test_the_public_api_is_that_of_the_methods_signatures(reference: Driven) -> None:
    reference.send(type="describe", id=3)
    api = reference.report()
    assert sorted(api["operations"]) == ["customers.get", "customers.listAttachments", "refresh.all"]
    found = api["operations"]["customers.get"]
    assert (found["method"], found["returns"]) == ("get", "Customer")
    assert found["arguments"] == [
        {"name": "companyId", "parameter": "company_id", "required": True},
        {"name": "customerId", "parameter": "customer_id", "required": True},
    ]
    assert "ApiError" in api["errors"]


def test_a_server_url_that_the_reference_client_refuses_is_an_outcome(reference: Driven) -> None:
    outcome = reference.open(serverUrl="nowhere")["outcome"]
    assert (outcome["phase"], outcome["error"]["class"]) == ("build", "InvalidArgumentError")
