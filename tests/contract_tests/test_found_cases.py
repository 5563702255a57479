"""What is found in a wrong sandbox can be pasted into the catalogue, and is red there for the same reason."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from tests.contract_tests.targets import making
from tests.mutants.sandboxes import SANDBOXES, BrokenTarget

from concordat.catalogue import load_catalogue
from concordat.checks import Verdict
from concordat.clients import load_manifests, provision, select
from concordat.contract import load_contract, load_contracts
from concordat.contract_tests.case_text import Given, case_of, yaml_of
from concordat.contract_tests.fuzz import Finding, Sent, config_file
from concordat.contract_tests.server import serving
from concordat.contract_tests.target import Aim, Aimed
from concordat.lint.catalogue import lint_cases
from concordat.runner.client import Client, RunContext
from concordat.runner.client_worker import ClientWorker

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.result import Result

API = "sync-for-expenses"
HEAD = "As a case for the catalogue:\n\n"


def found(mutant: str, operation: str) -> str:
    """What the contract tests say of a wrong sandbox."""
    aim = Aim("sandbox", (API,), writes=True, examples=5)
    with serving(making(API, SANDBOXES[mutant])) as served:
        return Aimed(aim, API, served).findings(operation)


async def played(file: Path, mutant: str | None) -> list[Result]:
    """The results of a file's cases with the reference client, in a whole or a wrong sandbox."""
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
    text = found(mutant, operation)
    assert f"{check}: " in text
    assert "Reproduce with:\n    curl " in text
    written = next(part for part in text.split(HEAD)[1:] if f".{check.replace('_', '-')}\n" in part)
    file = tmp_path / "found.yaml"
    file.write_text(re.split(r"\n\n(?=\w+: )", written)[0], "utf-8")
    assert [str(one) for one in lint_cases(load_catalogue([file]))] == []
    (wrong,) = asyncio.run(played(file, mutant))
    (whole,) = asyncio.run(played(file, None))
    assert red in [one.id for one in wrong.checks if one.verdict.red]
    assert whole.verdict is Verdict.PASS, whole.checks


def test_an_id_that_an_answer_showed_is_saved_and_a_dollar_is_doubled(tmp_path: Path) -> None:
    schema = loaded()
    create = schema["/companies"]["POST"].Case(body={"name": "A$1"}, media_type="application/json")
    get = schema["/companies/{companyId}"]["GET"].Case(path_parameters={"companyId": "made-by-the-first"})
    answered: Any = Answered({"id": "made-by-the-first"})
    sent = (Sent(create, answered), Sent(get, None))
    case = case_of(Finding("use_after_free", "Use after free", "", "", sent), API, Given({"world": {}}, {}))
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


def test_what_no_call_can_send_says_why() -> None:
    text = found("sandbox:number-as-text", "companies.list")
    assert HEAD in text
    schema = loaded()
    query = schema["/companies"]["GET"].Case(query={"nosuch": "1"})
    finding = Finding("negative_data_rejection", "Accepted", "", "", (Sent(query, None),))
    with pytest.raises(Exception, match=r"companies\.list has no argument 'nosuch'"):
        case_of(finding, API, Given({}, {}))


class Answered:
    """An answer of a given body."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def json(self) -> Any:
        return self._body


def loaded() -> Any:
    """The contract as schemathesis has it."""
    config = SchemathesisConfig.from_path(config_file())
    return schemathesis.openapi.from_path(load_contract(API).path, config=config)
