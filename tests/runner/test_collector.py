"""When a run collects garbage."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from concordat.runner import collector

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of Python's collector, in order."""
    made: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: made.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: made.append("freeze"))
    was_enabled = gc.isenabled()
    yield made
    (gc.enable if was_enabled else gc.disable)()


def test_a_run_collects_between_results_and_never_again_what_it_has_recorded(calls: list[str]) -> None:
    collector.switch_off()
    collector.planned()
    assert not gc.isenabled()
    for results in range(1, 2 * collector.COLLECT_EVERY + 1):
        collector.recorded(results)
    assert calls == ["freeze", *["collect", "freeze"] * 2]
    collector.finished()
    assert calls[5:] == ["freeze"]


def test_another_pytest_run_keeps_its_automatic_collections(calls: list[str]) -> None:
    gc.enable()
    collector.recorded(collector.COLLECT_EVERY)
    collector.finished()
    assert not calls
    assert gc.isenabled()
