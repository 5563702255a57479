"""`--last-failed` in a pytest session: the selection of the case items whose recorded results are red."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.pytest_plugin.items import CaseItem
from concordat.pytest_plugin.last_failed import nothing_to_replay, record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from concordat.pytest_plugin.items import RunHolder
    from concordat.pytest_plugin.last_failed import ResultKey

__all__ = ["Replay", "remember", "replayed"]


class Replay:
    """Selects the red case items. It is registered after pytest's own `--lf`, so that its hook wraps that one's.

    pytest runs every selected test when none of them failed before; here the run ends with the reason.
    """

    def __init__(self, holder: RunHolder, progress: Callable[[str], None]) -> None:
        self._holder = holder
        self._progress = progress
        self._selected: list[CaseItem] = []

    def see(self, items: list[pytest.Item]) -> None:
        """Keep the items that remain after every selection except `--lf`."""
        self._selected = [item for item in items if isinstance(item, CaseItem)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Keep the red case items; end the run with the reason if no item remains."""
        result = yield
        if self._holder.refused is not None or not self._selected:
            return result
        session = self._holder.session
        recorded = record_of(session.settings.target).read()
        unavailable = [f"{info.name}@{info.requested}" for info in session.pool.unavailable]
        reason = nothing_to_replay(recorded, unavailable, [item.key for item in self._selected])
        red = recorded or frozenset()
        kept = [item for item in self._selected if item.key in red]
        others = [item for item in items if not isinstance(item, CaseItem)]
        dropped = [item for item in items if isinstance(item, CaseItem) and item.key not in red]
        items[:] = [*others, *kept]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        if reason is not None and others:
            self._progress(str(reason))
        elif reason is not None:
            self._holder.refused = reason
        return result


def replayed(target: str, planned: int) -> str:
    """Return the line with the number of replayed results and the number of recorded ones."""
    red = len(record_of(target).read() or ())
    left = "; the others are not in the catalogue and the selection" if red > planned else ""
    return f"--last-failed: replaying {planned} of {red} red results{left}"


def remember(holder: RunHolder, red_by_key: dict[ResultKey, bool]) -> str | None:
    """Record the results of a run; return the reason of a failure, or None.

    A run of selected cases loads a part of the catalogue only, so that it keeps the entries of all other cases.
    """
    if not red_by_key:
        return None
    session = holder.session
    catalogue = None if session.settings.cases else {case.key for case in session.plan.catalogue.cases}
    record = record_of(session.settings.target)
    try:
        record.update(red_by_key, catalogue)
    except OSError as error:
        return f"the red results are not recorded for --last-failed: {record.path}: {error.strerror}"
    return None
