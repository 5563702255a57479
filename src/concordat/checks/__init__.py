"""Checks: what a case expects against what was seen; verdicts, hazards and parity."""

from concordat.checks.decoding import decoding_of
from concordat.checks.equality import equal
from concordat.checks.hazards import hazard_of
from concordat.checks.judge import judge
from concordat.checks.matchers import match
from concordat.checks.model import CaseTrace, Check, DecodingTrace, Fate, StepTrace, Verdict, worst
from concordat.checks.parity import shape
from concordat.checks.told import told_of

__all__ = [
    "CaseTrace",
    "Check",
    "DecodingTrace",
    "Fate",
    "StepTrace",
    "Verdict",
    "decoding_of",
    "equal",
    "hazard_of",
    "judge",
    "match",
    "shape",
    "told_of",
    "worst",
]
