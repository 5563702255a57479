"""Checks: what a case expects against what was seen; verdicts, hazards, parity, and the ledger of known failures."""

from concordat.checks.hazards import hazard_of
from concordat.checks.judge import judge
from concordat.checks.matchers import equal, match
from concordat.checks.model import CaseSeen, Check, StepSeen, Verdict, worst
from concordat.checks.parity import shape
from concordat.checks.told import told_of

__all__ = [
    "CaseSeen",
    "Check",
    "StepSeen",
    "Verdict",
    "equal",
    "hazard_of",
    "judge",
    "match",
    "shape",
    "told_of",
    "worst",
]
