"""Checks: what a case expects against what was seen; verdicts, write safety and parity."""

from concordat.checks.decoding import decoding_of
from concordat.checks.equality import equal
from concordat.checks.judge import judge
from concordat.checks.matchers import match
from concordat.checks.model import CaseTrace, Check, DecodingTrace, FieldRetention, StepTrace, Verdict, worst
from concordat.checks.parity import shape
from concordat.checks.reported import reported_of
from concordat.checks.write_safety import write_safety_of

__all__ = [
    "CaseTrace",
    "Check",
    "DecodingTrace",
    "FieldRetention",
    "StepTrace",
    "Verdict",
    "decoding_of",
    "equal",
    "judge",
    "match",
    "reported_of",
    "shape",
    "worst",
    "write_safety_of",
]
