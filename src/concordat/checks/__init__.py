"""Checks: functions from the trace of a case to its checks, and to what parity and reports need of it."""

from concordat.checks.decoding import decoding_of
from concordat.checks.judge import judge
from concordat.checks.model import CaseTrace, Check, DecodingTrace, FieldRetention, StepTrace, Verdict, worst
from concordat.checks.outcomes import reported_of
from concordat.checks.parity import shape
from concordat.checks.write_safety import write_safety_of

__all__ = [
    "CaseTrace",
    "Check",
    "DecodingTrace",
    "FieldRetention",
    "StepTrace",
    "Verdict",
    "decoding_of",
    "judge",
    "reported_of",
    "shape",
    "worst",
    "write_safety_of",
]
