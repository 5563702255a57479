"""The three agree when all are whole; when one is not, it is the one that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.stateful.stands import WHOLE, played

from concordat.stateful.judgement import Disagreement, Side

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_model_sandbox_and_reference_client_agree(api: str, tmp_path: Path) -> None:
    assert played(WHOLE, tmp_path, api=api, examples=25) is None  # type: ignore[func-returns-value]  # it did not raise


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
def test_a_wrong_client_stands_alone(mutant: str, check: str, tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        played(mutant, tmp_path, api="sync-for-expenses", examples=60)
    assert (caught.value.alone, caught.value.check) == (Side.CLIENT, check)
    assert "the client stands alone in " in str(caught.value)


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
def test_a_wrong_sandbox_stands_alone(mutant: str, tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        played(mutant, tmp_path, api="sync-for-expenses", examples=80)
    assert caught.value.alone is Side.SANDBOX
    assert "the model and the client agree" in str(caught.value)


def test_a_disagreement_is_shrunk_to_the_shortest_way_there(tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        played("page-off-by-one", tmp_path, api="accounting", examples=20, shrink=True)
    steps = [line for line in "\n".join(caught.value.__notes__).splitlines() if line.startswith("state.")]
    assert len(steps) == 2
    assert steps[-1] == "state.teardown()"
    assert "page=1" in steps[0]
