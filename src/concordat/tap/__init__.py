"""The tap: the recording and judging reverse proxy between a client and its upstream, and what guards live runs."""

from concordat.tap.case_tap import CaseTap
from concordat.tap.har import add_entry, open_har
from concordat.tap.live import PLACEHOLDER, LiveUpstream
from concordat.tap.proxy import run_proxy
from concordat.tap.recorder import Recorder
from concordat.tap.scrub import BLANK, Scrubber

__all__ = [
    "BLANK",
    "PLACEHOLDER",
    "CaseTap",
    "LiveUpstream",
    "Recorder",
    "Scrubber",
    "add_entry",
    "open_har",
    "run_proxy",
]
