"""The distribution of a run over the processes of pytest-xdist.

A process that runs cases of a client starts its adapter. While there are as many clients as processes, each client
therefore runs in one process; with fewer clients, each client's cases are divided, and the controller counts the
results of all processes together.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # xdist ships no types

from concordat.pytest_plugin.items import item_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pytest
    from xdist.remote import Producer  # type: ignore[import-untyped]  # see above

__all__ = ["LEAST_PART", "SPREAD_BY_CLIENT", "ClientScheduler"]

SPREAD_BY_CLIENT = frozenset({"load", "loadgroup", "worksteal"})
"""The `--dist` modes that this scheduler replaces. pytest-xdist handles all other modes."""
PARTS = 4
"""Parts of a divided client for each process: a process that gets slow cases gets fewer parts."""
LEAST_PART = 12
"""The fewest cases of one part: fewer do not outweigh the start of another adapter."""


class ClientScheduler(LoadGroupScheduling):  # type: ignore[misc]  # its base is untyped
    """Sends case items to processes: those of one client together, or in parts if the processes outnumber the clients.

    The largest unit comes first. `is_case_item` recognises a case item by its node id. `labels` are those of the chosen
    clients (`NAME@VERSION`), with which the ids of case items end. `--dist loadgroup` distributes other tests.
    """

    def __init__(
        self, config: pytest.Config, log: Producer, *, is_case_item: Callable[[str], bool], labels: Iterable[str]
    ) -> None:
        super().__init__(config, log)
        self._is_case_item = is_case_item
        self._suffixes = [item_name("", label) for label in labels]
        self._parts: Mapping[str, str] = {}

    def schedule(self) -> None:
        """Divide the clients before the first distribution, if there are fewer of them than processes."""
        if self.collection is None and self.registered_collections:
            self._parts = self._divided(next(iter(self.registered_collections.values())), len(self.nodes))
        super().schedule()

    def _divided(self, nodeids: Iterable[str], processes: int) -> dict[str, str]:
        """Return the part of each case item by its node id; empty if each client stays in one process."""
        by_client = {
            client: list(ids)
            for client, ids in groupby(sorted(nodeids, key=self._client_of), key=self._client_of)  # a stable sort
            if client
        }
        if len(by_client) >= processes:
            return {}
        return {
            nodeid: f"{client} {number}"
            for client, ids in by_client.items()
            for number, part in enumerate(_parts(ids, processes * PARTS))
            for nodeid in part
        }

    def _client_of(self, nodeid: str) -> str:
        """Return the suffix of the client in the id of a case item, empty for another item."""
        if not self._is_case_item(nodeid):
            return ""
        return next((suffix for suffix in self._suffixes if nodeid.endswith(suffix)), "")

    def _split_scope(self, nodeid: str) -> str:
        """Return the work unit of an item: a client or a part of one, if it is a case item."""
        return self._parts.get(nodeid) or self._client_of(nodeid) or str(super()._split_scope(nodeid))


def _parts(ids: Sequence[str], most: int) -> list[Sequence[str]]:
    """Divide ids into at most so many parts. Neighbours go to different parts: the slow cases are neighbours."""
    count = max(1, min(most, len(ids) // LEAST_PART))
    return [ids[first::count] for first in range(count)]
