"""A finding in a broken sandbox is a case for the catalogue, which fails for the same reason."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from tests.contract_tests.targets import sandbox_factory
from tests.mutants.sandboxes import SANDBOXES, BrokenTarget

from concordat.catalogue import load_catalogue
from concordat.checks import Verdict
from concordat.clients import load_manifests, provision, select
from concordat.contract import load_contract, load_contracts
from concordat.contract_tests.case_text import CasePremise, case_of, yaml_of
from concordat.contract_tests.fuzz import FuzzFinding, GeneratedRequest, WriteScope, config_file
from concordat.contract_tests.server import serve
from concordat.contract_tests.target import ContractTestOptions, ServedContract
from concordat.lint.catalogue import lint_cases
from concordat.runner.client import Client, RunContext
from concordat.runner.client_worker import ClientWorker

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.result import Result

API = "sync-for-expenses"
HEAD = "As a case for the catalogue:\n\n"


def findings_in(mutant: str, operation: str) -> str:
    """The report of the contract tests for a broken sandbox."""
    options = ContractTestOptions("sandbox", (API,), writes=WriteScope.ALL, examples=5)
    with serve(sandbox_factory(API, SANDBOXES[mutant])) as served:
        return ServedContract(options, API, served).findings(operation)


async def results_of(file: Path, mutant: str | None) -> list[Result]:
    """The results of a file's cases with the reference client, in a broken or an unbroken sandbox."""
    (choice,) = select(["reference"])
    target = BrokenTarget()
    target.mutant = mutant
    client = Client("reference", await provision(choice), load_manifests()["reference"])
    worker = ClientWorker(client, RunContext(target, load_contracts()))
    try:
        await worker.start()
        return [(await worker.run(case)).result for case in load_catalogue([file]).cases]
    finally:
        await worker.stop()


@pytest.mark.parametrize(
    ("mutant", "operation", "check", "red"),
    [
        ("sandbox:number-as-text", "customers.list", "response_schema_conformance", "response.contract"),
        ("sandbox:undocumented-content-type", "pushOperations.get", "content_type_conformance", "response.contract"),
        ("sandbox:every-key-let-in", "dataStatus.get", "ignored_auth", "outcome.reported"),
    ],
)
def test_a_finding_is_a_case_that_lint_accepts_and_that_fails_as_it_did(  # noqa: PLR0917 - a table and two fixtures
    mutant: str, operation: str, check: str, red: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORDAT_CACHE", str(tmp_path / "cache"))
    text = findings_in(mutant, operation)
    assert f"{check}: " in text
    assert "Reproduce with:\n    curl " in text
    written = next(part for part in text.split(HEAD)[1:] if f".{check.replace('_', '-')}\n" in part)
    file = tmp_path / "found.yaml"
    file.write_text(re.split(r"\n\n(?=\w+: )", written)[0], "utf-8")
    assert [str(one) for one in lint_cases(load_catalogue([file]))] == []
    (wrong,) = asyncio.run(results_of(file, mutant))
    (whole,) = asyncio.run(results_of(file, None))
    assert red in [one.id for one in wrong.checks if one.verdict.red]
    assert whole.verdict is Verdict.PASS, whole.checks


def test_a_case_saves_an_answered_id_and_doubles_a_dollar(tmp_path: Path) -> None:
    schema = loaded()
    create = schema["/companies"]["POST"].Case(body={"name": "A$1"}, media_type="application/json")
    get = schema["/companies/{companyId}"]["GET"].Case(path_parameters={"companyId": "made-by-the-first"})
    answered: Any = AnswerStub({"id": "made-by-the-first"})
    sent = (GeneratedRequest(create, answered), GeneratedRequest(get, None))
    case = case_of(FuzzFinding("use_after_free", "Use after free", "", "", sent), API, CasePremise({"world": {}}, {}))
    assert case["steps"] == [
        {"call": "companies.create", "with": {"body": {"name": "A$$1"}}, "save": {"shown0": "/id"}},
        {
            "call": "companies.get",
            "with": {"companyId": "$shown0"},
            "expect": {"outcome": {"reported": "failed", "error": {"status": 404}}},
        },
    ]
    file = tmp_path / "case.yaml"
    file.write_text(yaml_of(case), "utf-8")
    assert [str(one) for one in lint_cases(load_catalogue([file]))] == []


def test_a_request_that_no_call_sends_has_a_reason() -> None:
    text = findings_in("sandbox:number-as-text", "companies.list")
    assert HEAD in text
    schema = loaded()
    query = schema["/companies"]["GET"].Case(query={"nosuch": "1"})
    finding = FuzzFinding("negative_data_rejection", "Accepted", "", "", (GeneratedRequest(query, None),))
    with pytest.raises(Exception, match=r"companies\.list has no argument 'nosuch'"):
        case_of(finding, API, CasePremise({}, {}))


class AnswerStub:
    """An answer with a fixed body."""

    def __init__(self, body: object) -> None:
        self._body = body

    def json(self) -> Any:
        return self._body


def loaded() -> Any:
    """The contract as a schema of schemathesis."""
    config = SchemathesisConfig.from_path(config_file())
    return schemathesis.openapi.from_path(load_contract(API).path, config=config)
