"""The model, the sandbox and the client agree; when one of them is broken, that one disagrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.reference_install import REFERENCE
from tests.stateful.reference_run import run_reference

from concordat.stateful.judgement import Disagreement, Participant

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_model_sandbox_and_reference_client_agree(api: str, tmp_path: Path) -> None:
    assert run_reference(REFERENCE, tmp_path, api=api, examples=25) is None  # type: ignore[func-returns-value]  # it did not raise


@pytest.mark.parametrize(
    ("mutant", "check"),
    [
        ("page-off-by-one", "request.query"),
        ("query-plus-left-alone", "request.query"),
        ("force-left-out", "request.query"),
        ("path-not-encoded", "request.path"),
        ("update-as-post", "request.method"),
        ("writes-sent-twice", "request.count"),
        ("reads-from-memory", "request.count"),
        ("archived-read-as-active", "outcome.payload"),
        ("errors-swallowed", "outcome.reported"),
    ],
)
def test_a_broken_client_disagrees(mutant: str, check: str, tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        run_reference(mutant, tmp_path, api="sync-for-expenses", examples=60)
    assert (caught.value.participant, caught.value.check) == (Participant.CLIENT, check)
    assert "the client disagrees in " in str(caught.value)


@pytest.mark.parametrize(
    "mutant",
    [
        "sandbox:filter-ignored",
        "sandbox:page-off-by-one",
        "sandbox:refusals-without-text",
        "sandbox:pending-forever",
        "sandbox:pushes-without-validation",
        "sandbox:written-twice",
        "sandbox:write-lost",
        "sandbox:undocumented-content-type",
        "sandbox:deleted-not-marked",
    ],
)
def test_a_broken_sandbox_disagrees(mutant: str, tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        run_reference(mutant, tmp_path, api="sync-for-expenses", examples=80)
    assert caught.value.participant is Participant.SANDBOX
    assert "the model and the client agree" in str(caught.value)


def test_a_disagreement_shrinks_to_the_shortest_sequence(tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        run_reference("page-off-by-one", tmp_path, api="accounting", examples=20, shrink=True)
    steps = [line for line in "\n".join(caught.value.__notes__).splitlines() if line.startswith("state.")]
    assert len(steps) == 2
    assert steps[-1] == "state.teardown()"
    assert "page=1" in steps[0]
