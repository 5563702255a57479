"""The distribution of a run over the processes of pytest-xdist: one process runs all cases of a client.

A client has one adapter, one ledger and one entry in the report; a second process would need them again for a part of
its cases.
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
"""The `--dist` modes that would divide the cases of one client. pytest-xdist handles all other modes."""


class ClientScheduler(LoadGroupScheduling):  # type: ignore[misc]  # its base is untyped
    """Sends the case items of one client to one process, the largest client first.

    `is_case_item` recognises a case item by its node id. `labels` are those of the chosen clients (`NAME@VERSION`),
    with which the ids of case items end. `--dist loadgroup` distributes other tests.
    """

    def __init__(
        self, config: pytest.Config, log: Producer, *, is_case_item: Callable[[str], bool], labels: Iterable[str]
    ) -> None:
        super().__init__(config, log)
        self._is_case_item = is_case_item
        # longest first: one label may be the end of another
        self._suffixes = sorted((f"-{terminal_word(label)}" for label in labels), key=len, reverse=True)

    def _split_scope(self, nodeid: str) -> str:
        """Return the work unit of an item: the client, if it is a case item."""
        if self._is_case_item(nodeid):
            for suffix in self._suffixes:
                if nodeid.endswith(suffix):
                    return suffix
        return str(super()._split_scope(nodeid))
