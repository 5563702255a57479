"""Every property path that a body's schema names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from concordat.contract import load_contract
from concordat.contract.fields import CONTENT, body_fields, response_fields, success_statuses

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.contract import Contract

ACCOUNTING = load_contract("accounting")


def paths(operation: str, kind: str = "response", contract: Contract = ACCOUNTING) -> list[str]:
    known = contract.operation(operation)
    found = (response_fields if kind == "response" else body_fields)(contract, known)
    assert found is not None
    return [inner.path for inner in found.below()]


def test_branches_of_a_schema_are_one_object_and_lists_are_marked() -> None:
    found = paths("customers.list")
    assert {"results", "pageNumber", "_links.self.href", "results[].contacts[].phone[].number"} <= set(found)
    assert len(found) == len(set(found))


def test_maps_have_a_star_for_their_members() -> None:
    found = paths("customers.create", "body")
    assert [path for path in found if path.startswith("supplementalData")] == [
        "supplementalData",
        "supplementalData.content",
        "supplementalData.content.*",
        "supplementalData.content.*.*",
    ]


def test_a_schema_that_holds_itself_is_followed_once() -> None:
    found = paths("customers.getCreateUpdateModel")
    assert "properties.*.properties.*" in found
    assert "properties.*.options[].value" in found
    assert not [path for path in found if path.startswith("properties.*.properties.*.")]


def test_a_file_has_one_place_and_an_answer_without_a_body_none() -> None:
    download = ACCOUNTING.operation("customers.downloadAttachment")
    whole = response_fields(ACCOUNTING, download)
    assert whole is not None
    assert (whole.path, list(whole.below())) == (CONTENT, [])
    assert response_fields(ACCOUNTING, ACCOUNTING.operation("companies.delete")) is None
    assert body_fields(ACCOUNTING, download) is None


@pytest.mark.parametrize(("operation", "statuses"), [("customers.list", (200,)), ("companies.delete", (204,))])
def test_the_statuses_of_a_success_are_those_of_the_2xx_class(operation: str, statuses: tuple[int, ...]) -> None:
    assert success_statuses(ACCOUNTING, ACCOUNTING.operation(operation)) == statuses


def test_what_is_always_there_is_known_through_references_and_branches() -> None:
    found = response_fields(ACCOUNTING, ACCOUNTING.operation("customers.list"))
    assert found is not None
    assert found.required == {"pageNumber", "pageSize", "totalResults", "_links"}
    assert found.members["_links"].required == {"self", "current"}


def test_an_answer_without_a_schema_has_nothing_below_it(tmp_path: Path) -> None:
    path = tmp_path / "tiny.openapi.yaml"
    operation = {
        "operationId": "get-thing",
        "x-concordat-operation": "things.get",
        "summary": "A thing",
        "responses": {"200": {"description": "It", "content": {"application/json": {}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/thing": {"get": operation}}}
    path.write_text(yaml.safe_dump(document), "utf-8")
    assert paths("things.get", contract=load_contract(path)) == []
