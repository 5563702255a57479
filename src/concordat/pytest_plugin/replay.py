"""`--last-failed` in a pytest session: only the case items whose results are on record as red are kept."""

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
    """Registered after pytest's own `--lf`, so that its hook goes around that one's and has the last word.

    pytest runs everything when it knows no failure among what is selected; here the run ends with the reason.
    """

    def __init__(self, holder: RunHolder, say: Callable[[str], None]) -> None:
        self._holder = holder
        self._say = say
        self._selected: list[CaseItem] = []

    def see(self, items: list[pytest.Item]) -> None:
        """Take the items that every selection but `--lf` has left."""
        self._selected = [item for item in items if isinstance(item, CaseItem)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Keep the red case items; refuse the run, with the reason, where that leaves no item at all."""
        made = yield
        if self._holder.refused is not None or not self._selected:
            return made
        session = self._holder.session
        red = record_of(session.settings.target).read()
        unavailable = [f"{info.name}@{info.requested}" for info in session.pool.unavailable]
        reason = nothing_to_replay(red, unavailable, [item.key for item in self._selected])
        wanted = red or frozenset()
        kept = [item for item in self._selected if item.key in wanted]
        others = [item for item in items if not isinstance(item, CaseItem)]
        dropped = [item for item in items if isinstance(item, CaseItem) and item.key not in wanted]
        items[:] = [*others, *kept]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        if reason is not None and others:
            self._say(str(reason))
        elif reason is not None:
            self._holder.refused = reason
        return made


def replayed(target: str, planned: int) -> str:
    """Return the line that says how many of the results on record are replayed."""
    red = len(record_of(target).read() or ())
    left = "; the others are not in the catalogue and the selection" if red > planned else ""
    return f"--last-failed: replaying {planned} of {red} red results{left}"


def remember(holder: RunHolder, red_by_key: dict[ResultKey, bool]) -> str | None:
    """Put the results of a run on record; return why that could not be done, None when it was.

    A run of chosen cases loads a part of the catalogue only, so it forgets no case that is gone.
    """
    if not red_by_key:
        return None
    session = holder.session
    catalogue = None if session.settings.cases else {case.key for case in session.plan.catalogue.cases}
    record = record_of(session.settings.target)
    try:
        record.update(red_by_key, catalogue)
    except OSError as error:
        return f"what was red is not on record for --last-failed: {record.path}: {error.strerror}"
    return None
