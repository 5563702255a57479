"""Differential exploration: generated calls and answers through several clients at once, held against the contract."""

from concordat.explore.exploration import Exploration, ExploreSettings, explore, explore_with
from concordat.explore.exploration_client import ExplorationClient
from concordat.explore.findings import Finding
from concordat.explore.ledger import ParityLedger, load_parity_ledger
from concordat.explore.text_report import tell

__all__ = [
    "Exploration",
    "ExplorationClient",
    "ExploreSettings",
    "Finding",
    "ParityLedger",
    "explore",
    "explore_with",
    "load_parity_ledger",
    "tell",
]
