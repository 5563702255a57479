"""The gate: compares two reports, and decides by a policy whether a release may go on."""

from concordat.gate.changes import Change, ChangeKind, CheckChange, ComparedReport, Comparison, Pair
from concordat.gate.comparability import StoredReport, check_subject, read_report
from concordat.gate.comparison import compare
from concordat.gate.output import comparison_text
from concordat.gate.policy import FailOn, Policy, policy_from

__all__ = [
    "Change",
    "ChangeKind",
    "CheckChange",
    "ComparedReport",
    "Comparison",
    "FailOn",
    "Pair",
    "Policy",
    "StoredReport",
    "check_subject",
    "compare",
    "comparison_text",
    "policy_from",
    "read_report",
]
