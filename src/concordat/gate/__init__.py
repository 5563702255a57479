"""The gate: two reports compared, and what a policy makes of the difference."""

from concordat.gate.changes import Change, ChangeKind, CheckChange, Comparison, Pair, Side
from concordat.gate.comparability import Read, read, same_subject
from concordat.gate.compare import compare
from concordat.gate.policy import FailOn, Policy, policy_from
from concordat.gate.text import comparison_text

__all__ = [
    "Change",
    "ChangeKind",
    "CheckChange",
    "Comparison",
    "FailOn",
    "Pair",
    "Policy",
    "Read",
    "Side",
    "compare",
    "comparison_text",
    "policy_from",
    "read",
    "same_subject",
]
