"""Which cases are for which clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue.model import Advance, Call, ClientSettings, Parallel, RetryPolicy
from concordat.contract import load_contract, load_contracts
from concordat.runner.applicability import applicability_of, missing_features_reason

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runner.conftest import MakeCase, MakeManifest


BOTH = ("accounting", "sync-for-expenses")
LIST = Call(call="customers.list")
POLICY = RetryPolicy(initial=20, maximum=50, elapsed=400)
# Only one of the two contracts has it.
OPTIONS = Call(call="pushOptions.get")


@pytest.mark.parametrize(
    ("steps", "case_apis", "operations", "apis", "contract", "reason"),
    [
        ([LIST], [], ("customers.list",), BOTH, "accounting", None),
        ([LIST], [], ("customers.list",), BOTH[::-1], "sync-for-expenses", None),
        ([LIST], ["accounting"], ("customers.list",), BOTH[::-1], "accounting", None),
        ([LIST], ["accounting"], ("customers.list",), BOTH[1:], None, "the client supports sync-for-expenses"),
        ([LIST], [], (), BOTH, None, "the client lacks the operation customers.list"),
        ([OPTIONS], [], ("pushOptions.get",), BOTH[::-1], "accounting", None),
        (
            [OPTIONS],
            [],
            ("pushOptions.get",),
            BOTH[1:],
            None,
            "no contract of the client contains all operations of the case: pushOptions.get",
        ),
        ([LIST, Call(call="companies.list", via="harness")], [], ("customers.list",), BOTH, "accounting", None),
        (
            [Parallel(parallel=[LIST, Call(call="companies.list")])],
            [],
            ("customers.list",),
            BOTH,
            None,
            "the client lacks the operation companies.list",
        ),
        (
            [LIST, Call(call="companies.list")],
            [],
            (),
            BOTH,
            None,
            "the client lacks the operations companies.list, customers.list",
        ),
        ([LIST], [], ("customers.list",), ("unheard-of",), None, "no contract of the client"),
    ],
)
def test_a_case_runs_under_the_first_contract_that_has_its_operations(  # noqa: PLR0917 - the columns of the table
    steps: list[Call],
    case_apis: list[str],
    operations: tuple[str, ...],
    apis: tuple[str, ...],
    contract: str | None,
    reason: str | None,
    case: MakeCase,
    manifest: MakeManifest,
) -> None:
    found = applicability_of(case(*steps, apis=case_apis), manifest(operations, apis), load_contracts())
    assert (found.contract.name if found.contract else None) == contract
    assert (found.reason is None) is (reason is None)
    assert (reason or "") in (found.reason or "")


def test_every_call_of_a_case_is_seen(case: MakeCase) -> None:
    made = case(LIST, Advance(advance="1s"), Parallel(parallel=[OPTIONS, LIST]))
    assert [call.call for call in made.calls()] == ["customers.list", "pushOptions.get", "customers.list"]


@pytest.mark.parametrize(
    ("client", "cancel_after", "features", "reason"),
    [
        (ClientSettings(), None, (), None),
        (ClientSettings(retries="default"), None, (), None),
        (ClientSettings(timeout=300), None, ("timeout",), None),
        (
            ClientSettings(timeout=300),
            None,
            ("retries", "cancel"),
            "the client has no time limit for its caller to set",
        ),
        (ClientSettings(), 0.1, ("timeout",), "the client has no way to cancel a call"),
        (ClientSettings(retries=POLICY), None, (), "the client has no retry policy for its caller to set"),
        (
            ClientSettings(retries=POLICY, timeout=1),
            None,
            (),
            "no time limit for its caller to set and no retry policy",
        ),
    ],
)
def test_a_case_does_not_apply_to_a_client_without_a_required_feature(
    client: ClientSettings,
    cancel_after: float | None,
    features: tuple[str, ...],
    reason: str | None,
    case: MakeCase,
) -> None:
    call = Call(call="customers.list", cancel_after=cancel_after)
    found = missing_features_reason(case(call, client=client), features)
    assert (found is None) is (reason is None)
    assert (reason or "") in (found or "")


def test_a_case_of_another_project_is_not_for_a_client_whose_operation_has_the_same_name(
    case: MakeCase, manifest: MakeManifest, tmp_path: Path
) -> None:
    contracts = load_contracts()
    file = tmp_path / "shelves.openapi.yaml"
    file.write_bytes(contracts["accounting"].path.read_bytes())
    shelves = {"shelves": load_contract(file)}
    built_in, own = case(LIST, home=list(BOTH)), case(LIST, home=["shelves"])
    speaker = manifest(("customers.list",), ("shelves",))
    assert applicability_of(built_in, speaker, contracts | shelves).reason == (
        "the case is about accounting, sync-for-expenses; the client supports shelves"
    )
    assert applicability_of(own, speaker, contracts | shelves).contract is shelves["shelves"]
    assert applicability_of(own, manifest(("customers.list",), BOTH), contracts | shelves).contract is None
