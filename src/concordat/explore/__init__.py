"""Differential exploration: generated calls and answers on several clients at once, compared with the contract."""

from concordat.explore.exploration import Exploration, ExploreSettings, explore, explore_with
from concordat.explore.exploration_client import ExplorationClient
from concordat.explore.findings import ExplorationFinding
from concordat.explore.parity_ledger import ParityLedger, load_parity_ledger
from concordat.explore.text_report import text_report

__all__ = [
    "Exploration",
    "ExplorationClient",
    "ExplorationFinding",
    "ExploreSettings",
    "ParityLedger",
    "explore",
    "explore_with",
    "load_parity_ledger",
    "text_report",
]
