"""Finding contracts, and the errors of a wrong one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from concordat.contract import contract_paths, load_contract, load_contracts
from concordat.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """openapi: "3.1.0"
info: {title: Things, version: "1"}
paths:
  /things/{thingId}:
    get:
      x-concordat-operation: things.get
      parameters:
        - {name: thingId, in: path, required: true, schema: {type: integer, minimum: 1}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, maxLength: 3}}}
        - {name: weight, in: query, required: true, schema: {type: number}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, minLength: 2}}
      responses:
        200: {description: It}
        5XX: {description: Broken, content: {application/json: {}}}
components:
  schemas:
    Loop: {$ref: "#/components/schemas/Loop"}
    Thing: {type: string, pattern: "("}
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "things.openapi.yaml"
    path.write_text(text, "utf-8")
    return path


def test_both_built_in_contracts_are_found_by_name_and_read_once() -> None:
    contracts = load_contracts()
    assert {"accounting", "sync-for-expenses"} <= set(contracts)
    assert contracts["accounting"] is load_contract("accounting")
    assert (contracts["accounting"].version, contracts["sync-for-expenses"].version) == ("3.0.0", "prealpha")


def test_a_contract_knows_the_digest_of_its_file() -> None:
    contract = load_contract("accounting")
    assert contract.path == contract_paths()["accounting"]
    assert contract.sha256 == hashlib.sha256(contract.path.read_bytes()).hexdigest()


def test_a_contract_of_the_users_own_can_be_read_by_its_path(tmp_path: Path) -> None:
    contract = load_contract(_write(tmp_path, GOOD))
    assert (contract.name, contract.version, contract.retries) == ("things", "1", None)
    assert contract.documented_statuses("things.get") == (200,)
    assert contract.check_response("things.get", 503, (("Content-Type", "application/json"),), b"anything") == ()
    assert [problem.rule for problem in contract.check_response("things.get", 404, (), b"")] == ["undocumented"]


def test_lists_numbers_and_headers_of_a_contract_are_judged_too(tmp_path: Path) -> None:
    contract = load_contract(_write(tmp_path, GOOD))
    good = (("weight", "-1.5e3"), ("tag", "abc"), ("tag", "de"))
    assert (
        contract.check_request("things.get", arguments={"thingId": "1"}, query=good, headers=(("x-trace", "ab"),)) == ()
    )
    bad = (("tag", "abcd"), ("weight", "heavy"))
    problems = contract.check_request("things.get", arguments={"thingId": "0"}, query=bad, headers=(("X-TRACE", "a"),))
    assert [(problem.where, problem.pointer, problem.rule) for problem in problems] == [
        ("path", "thingId", "minimum"),
        ("query", "tag", "maxLength"),
        ("query", "weight", "type"),
        ("header", "X-Trace", "minLength"),
    ]
    missing = contract.check_request("things.get", arguments={})
    assert [(problem.where, problem.rule) for problem in missing] == [
        ("path", "required"),
        ("query", "required"),
        ("header", "required"),
    ]


def test_an_unknown_contract_operation_or_schema_is_answered_with_a_suggestion() -> None:
    with pytest.raises(ContractError, match=r"no contract `acounting`; did you mean `accounting`\?"):
        load_contract("acounting")
    contract = load_contract("accounting")
    with pytest.raises(ContractError, match=r"no operation `customer.list`; did you mean `customers.list`"):
        contract.operation("customer.list")
    with pytest.raises(ContractError, match=r"no schema `Custmer`; did you mean `Customer`"):
        contract.schema("Custmer")


@pytest.mark.parametrize(
    ("wrong", "right", "line", "message"),
    [
        ('"3.1.0"', '"3.0.3"', 1, "must be 3.1"),
        ("paths:", "path:", 3, "unknown key `path`"),
        (', version: "1"', "", 2, "`info.version` is missing"),
        ("  /things/{thingId}:", "  things/{thingId}:", 4, "is not a path"),
        ("      x-concordat-operation: things.get\n", "", 5, "has no `x-concordat-operation`"),
        ("/things/{thingId}:", "/things/{id}:", 5, "path parameters"),
        ("in: query, schema: {type: array", "in: cookie, schema: {type: array", 5, "a parameter is in `cookie`"),
        ("{description: It}", '{$ref: "#/components/responses/No"}', 5, "does not exist"),
        ("schema: {type: number}", 'schema: {$ref: "#/components/schemas/Loop"}', 5, "comes back to itself"),
        ("{description: It}", "It", 5, "not a valid operation of OpenAPI"),
        ("      responses:", "      answers:", 5, "has no `responses`"),
        ("info: {", "info: {{", 2, "a key must be plain text"),
        ("      responses:", "      responses: [", 14, "not YAML"),
        ("It}", "It, x-concordat-since: 2023-02-30}", 13, "`2023-02-30` is not a date"),
        ("It}", "It, x-concordat-since: 2026-13-45}", 13, "`2026-13-45` is not a date"),
        ("title: Things", "title: Things, title: Two", 2, "the key `title` occurs twice"),
    ],
)
def test_a_wrong_contract_is_refused_with_its_line_and_a_hint(
    tmp_path: Path, wrong: str, right: str, line: int, message: str
) -> None:
    assert wrong in GOOD
    path = _write(tmp_path, GOOD.replace(wrong, right, 1))
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert message in caught.value.message
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (path, line)
    assert caught.value.hint


def test_two_operations_of_one_name_are_refused(tmp_path: Path) -> None:
    second = "  /other:\n    get: {x-concordat-operation: things.get, responses: {200: {description: It}}}\n"
    path = _write(tmp_path, GOOD.replace("components:", second + "components:"))
    with pytest.raises(ContractError, match=r"two operations are named `things\.get`") as caught:
        load_contract(path)
    assert caught.value.where is not None
    assert caught.value.where.line == 16


def test_a_misspelt_retry_policy_is_refused_with_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD + "x-concordat-retries: {strategy: backoff, inital-interval: 500}\n")
    with pytest.raises(ContractError, match="initial-interval") as caught:
        load_contract(path)
    assert caught.value.where is not None
    assert caught.value.where.line == 19


@pytest.mark.parametrize("text", ["", "- a\n", "text\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContractError, match="one mapping"):
        load_contract(_write(tmp_path, text))


def test_a_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="the contract cannot be read"):
        load_contract(tmp_path / "none.openapi.yaml")


def test_a_schema_that_is_no_schema_is_refused_when_it_is_needed(tmp_path: Path) -> None:
    contract = load_contract(_write(tmp_path, GOOD))
    with pytest.raises(ContractError, match="not a JSON Schema") as caught:
        contract.check_schema("Thing", "x")
    assert caught.value.where is not None
    assert caught.value.where.path == contract.path
