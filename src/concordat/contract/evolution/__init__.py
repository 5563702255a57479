"""A fixed list of changes to a valid answer: what a server may start to send without asking its clients first.

Everything follows from the schema of the answer: which members are optional, may be null, are enumerations, whole
numbers or dates. No member is known by its name.
"""

from concordat.contract.evolution.changing import arrived, completed, resolve
from concordat.contract.evolution.enumeration import Change, changes_of, pairwise
from concordat.contract.evolution.places import Place, places_of
from concordat.contract.evolution.rules import COMPLETE, EVERY_FIELD, RULES, Demand, Rule, Scope

__all__ = [
    "COMPLETE",
    "EVERY_FIELD",
    "RULES",
    "Change",
    "Demand",
    "Place",
    "Rule",
    "Scope",
    "arrived",
    "changes_of",
    "completed",
    "pairwise",
    "places_of",
    "resolve",
]
