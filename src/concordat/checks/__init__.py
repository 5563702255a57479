"""Checks: what a case expects against what was seen; verdicts, hazards, parity, and the ledger of known failures."""

from concordat.checks.decoding import decoding_of
from concordat.checks.equality import equal
from concordat.checks.hazards import hazard_of
from concordat.checks.judge import judge
from concordat.checks.ledger import Applied, LedgerMatcher, apply_ledger, explain, signature_of
from concordat.checks.matchers import match
from concordat.checks.model import CaseSeen, Check, DecodingSeen, Fate, StepSeen, Verdict, worst
from concordat.checks.parity import shape
from concordat.checks.recording import ledger_yaml, record_failures
from concordat.checks.told import told_of

__all__ = [
    "Applied",
    "CaseSeen",
    "Check",
    "DecodingSeen",
    "Fate",
    "LedgerMatcher",
    "StepSeen",
    "Verdict",
    "apply_ledger",
    "decoding_of",
    "equal",
    "explain",
    "hazard_of",
    "judge",
    "ledger_yaml",
    "match",
    "record_failures",
    "shape",
    "signature_of",
    "told_of",
    "worst",
]
