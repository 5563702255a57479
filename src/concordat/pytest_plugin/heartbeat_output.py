"""The heartbeat of a run inside pytest: where its lines go, and what calls it while no result arrives."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any, Protocol

from concordat.report.heartbeat import Heartbeat

if TYPE_CHECKING:
    import pytest

__all__ = ["HeartbeatThread", "Output", "heartbeat_for"]

_TICK = 1.0
"""Seconds between two calls of the thread."""


class Output(Protocol):
    """The output of a front end."""

    is_terminal: bool

    def progress(self, line: str) -> None:
        """Show a line of progress."""
        ...


def heartbeat_for(config: pytest.Config, front_end: Output | None) -> Heartbeat | None:
    """Return the heartbeat of a run; None for a terminal, with `-q`, and without pytest's reporter."""
    if front_end is not None:
        return None if front_end.is_terminal else Heartbeat(front_end.progress, results_are_printed=False)
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or reporter.isatty or config.option.verbose < 0:
        return None

    def say(line: str) -> None:
        capture: Any = config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            reporter.ensure_newline()
            reporter.write_line(line)

    return Heartbeat(say, results_are_printed=True)


class HeartbeatThread:
    """Calls the heartbeat in the controller of pytest-xdist, which waits for its workers and captures no output."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self._heartbeat = heartbeat
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="concordat-heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join(timeout=2 * _TICK)

    def _run(self) -> None:
        while not self._ended.wait(_TICK):
            self._heartbeat.tick()
