"""The tap: a recording and judging reverse proxy between a client and its upstream, with the guards of live runs."""

from importlib import import_module
from typing import TYPE_CHECKING

from concordat.tap.case_tap import CaseTap
from concordat.tap.recorder import Recorder
from concordat.tap.scrubber import BLANK, Scrubber

if TYPE_CHECKING:
    from concordat.tap.faulty_upstream import FaultyUpstream
    from concordat.tap.har import add_entry, open_har
    from concordat.tap.live import PLACEHOLDER, LiveUpstream, check_target
    from concordat.tap.proxy import run_proxy
    from concordat.tap.written import Written

__all__ = [
    "BLANK",
    "PLACEHOLDER",
    "CaseTap",
    "FaultyUpstream",
    "LiveUpstream",
    "Recorder",
    "Scrubber",
    "Written",
    "add_entry",
    "check_target",
    "open_har",
    "run_proxy",
]

# The HTTP client takes a quarter of a second to import, and a run against the sandbox does not need it.
_ON_DEMAND = {
    "FaultyUpstream": "concordat.tap.faulty_upstream",
    "PLACEHOLDER": "concordat.tap.live",
    "LiveUpstream": "concordat.tap.live",
    "Written": "concordat.tap.written",
    "add_entry": "concordat.tap.har",
    "check_target": "concordat.tap.live",
    "open_har": "concordat.tap.har",
    "run_proxy": "concordat.tap.proxy",
}


def __getattr__(name: str) -> object:
    """Import a rarely needed name on first access (PEP 562)."""
    if name not in _ON_DEMAND:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_ON_DEMAND[name]), name)
