"""Contracts, and one exploration of all rare mutants, which many tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.explore.mutant_search import search_for
from tests.explore.rare_mutants import RARE
from tests.reference_install import REFERENCE

from concordat.contract import load_contract
from concordat.explore.scenario_space import ScenarioSpace

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore import Exploration

SEED = 4
EXAMPLES = 115
"""Enough examples of this seed for the defect of every rare mutant; `mutant_search` takes 2,000 of any seed."""


@pytest.fixture(scope="session", params=["sync-for-expenses", "accounting"])
def contract(request: pytest.FixtureRequest) -> Contract:
    return load_contract(request.param)


@pytest.fixture(scope="session")
def expenses() -> Contract:
    return load_contract("sync-for-expenses")


@pytest.fixture(scope="session")
def space(expenses: Contract) -> ScenarioSpace:
    return ScenarioSpace(expenses, expenses.operations)


@pytest.fixture(scope="session")
def search_result(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    """The result for the unbroken client, a second one, and every rare mutant, all on the same calls."""
    folder = tmp_path_factory.mktemp("search")
    return search_for([REFERENCE, REFERENCE, *RARE], folder, examples=EXAMPLES, seed=SEED)
