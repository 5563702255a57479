"""Contracts, and one search with every rare mutant that serves many tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.explore.hunting import WHOLE, hunt
from tests.explore.rare import RARE

from concordat.contract import load_contract
from concordat.explore.scenario_space import ScenarioSpace

if TYPE_CHECKING:
    from concordat.contract import Contract
    from concordat.explore import Exploration

SEED = 4
EXAMPLES = 115
"""With this seed every rare mutant meets what it is wrong for among so many; `hunting` tries 2,000 of any seed."""


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
def hunted(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    """The whole client beside itself and every rare mutant, all on the same calls."""
    folder = tmp_path_factory.mktemp("hunt")
    return hunt([WHOLE, WHOLE, *RARE], folder, examples=EXAMPLES, seed=SEED)
