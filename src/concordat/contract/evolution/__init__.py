"""Evolution rules: changes to a valid response that a server may introduce without notice.

The schema of the response determines all changes: its optional members, nulls, enumerations, whole numbers and dates.
No rule depends on the name of a member.
"""

from concordat.contract.evolution.changes import EvolutionChange, changes_of, pairwise
from concordat.contract.evolution.places import Place, places_of
from concordat.contract.evolution.rules import COMPLETE, EVERY_FIELD, RULES, Demand, Rule, Scope
from concordat.contract.evolution.transformation import completed_answer, evolved_answer, resolve

__all__ = [
    "COMPLETE",
    "EVERY_FIELD",
    "RULES",
    "Demand",
    "EvolutionChange",
    "Place",
    "Rule",
    "Scope",
    "changes_of",
    "completed_answer",
    "evolved_answer",
    "pairwise",
    "places_of",
    "resolve",
]
