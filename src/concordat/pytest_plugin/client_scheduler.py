"""The spread of a run over the processes of pytest-xdist: all results of one client come from one process.

A client has one adapter and one ledger, and the report has one entry of it; a second process would start all of that
again for a part of its cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # xdist ships no types

from concordat.printable import terminal_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pytest
    from xdist.remote import Producer  # type: ignore[import-untyped]  # see above

__all__ = ["SPREAD_BY_CLIENT", "ClientScheduler"]

SPREAD_BY_CLIENT = frozenset({"load", "loadgroup", "worksteal"})
"""The `--dist` modes that would divide the cases of one client; every other mode is left to pytest-xdist."""


class ClientScheduler(LoadGroupScheduling):  # type: ignore[misc]  # its base is untyped
    """Sends the case items of one client to one process, the largest client first.

    `is_case_item` recognises a case item by its node id. `labels` are those of the chosen clients (`NAME@VERSION`),
    with which the ids of case items end. Other tests are spread as `--dist loadgroup` does.
    """

    def __init__(
        self, config: pytest.Config, log: Producer, *, is_case_item: Callable[[str], bool], labels: Iterable[str]
    ) -> None:
        super().__init__(config, log)
        self._is_case_item = is_case_item
        # the longest first: a client's name may be the end of another's
        self._endings = sorted((f"-{terminal_word(label)}" for label in labels), key=len, reverse=True)

    def _split_scope(self, nodeid: str) -> str:
        """Return the work unit of an item: its client, where it is a case item."""
        if self._is_case_item(nodeid):
            for ending in self._endings:
                if nodeid.endswith(ending):
                    return ending
        return str(super()._split_scope(nodeid))
