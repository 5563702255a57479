"""Plays cases with the whole reference client and with mutants of it, through the ordinary engine.

Nothing is installed: the adapter and the client run where they stand in the checkout.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.sandboxes import SANDBOXES, BrokenTarget

from concordat.catalogue import load_catalogue
from concordat.clients import AdapterProcess, Installed, load_manifests
from concordat.contract import load_contracts
from concordat.engine.lane import Lane
from concordat.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from concordat.catalogue.model import Case
    from concordat.engine.result import Result

__all__ = ["WHOLE", "Failed", "Stand", "cases_by_key"]

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "reference"
HELPER = ROOT / "clients" / "protocol" / "python"
PROGRAM = ROOT / "tests" / "mutants" / "mutant.py"
WHOLE = "reference"
"""The name under which the unbroken client plays in the unbroken sandbox."""
AT_ONCE = 3
"""Adapters at the same time: most of a mutant's time is the start of its process."""
CASES_DEADLINE = 240.0
"""Seconds for everything together: nothing waits for ever."""


def cases_by_key() -> dict[str, Case]:
    """Return the catalogue by `Case.key`."""
    return {case.key: case for case in load_catalogue().cases}


class Failed(Exception):  # noqa: N818 - what came of a mutant that could not be played
    """The adapter of a client did not start, or there is no such case: never a kill."""


class Stand:
    """Where clients play: `folder` holds their configuration. `package` stands in for clients/reference."""

    def __init__(self, folder: Path, *, package: Path = CLIENT) -> None:
        self._folder = folder
        self._package = package
        self._manifest = load_manifests()["reference"]
        self._contracts = load_contracts()
        self._cases = cases_by_key()
        self._config = folder / "config.json"
        self._config.write_text(json.dumps(self._manifest.config(self._manifest.default or "")), "utf-8")

    def play(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | Failed]:
        """Play the cases wanted of each player (a mutant of either kind, or WHOLE), each player's on one adapter.

        Returns the results by player and case key.
        """
        return asyncio.run(asyncio.wait_for(self._play(wanted), CASES_DEADLINE))

    async def _play(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | Failed]:
        lanes: dict[str, dict[str, Iterable[str]]] = defaultdict(dict)
        for player, keys in wanted.items():
            # the sandbox's mutants share one warm adapter of the whole client
            lanes[WHOLE if player in SANDBOXES else player][player] = list(keys)
        turn = asyncio.Semaphore(AT_ONCE)
        found: dict[tuple[str, str], Result | Failed] = {}

        async def one(client: str, players: dict[str, Iterable[str]]) -> None:
            async with turn:
                found.update(await self._play_lane(client, players))

        async with asyncio.TaskGroup() as group:
            for client, players in lanes.items():
                group.create_task(one(client, players))
        return found

    async def _play_lane(
        self, client: str, players: Mapping[str, Iterable[str]]
    ) -> dict[tuple[str, str], Result | Failed]:
        target = BrokenTarget()
        found: dict[tuple[str, str], Result | Failed] = {}
        try:
            async with self._lane(client, target) as lane:
                for player, keys in players.items():
                    target.mutant = player if player in SANDBOXES else None
                    for key in keys:
                        case = self._cases.get(key)
                        absent = Failed(f"no case has the key `{key}`")
                        found[player, key] = absent if case is None else (await lane.play(case))[0]
        except AdapterError as error:
            for player, keys in players.items():
                found.update({(player, key): Failed(f"`{client}` does not start: {error}") for key in keys})
        return found

    @contextlib.asynccontextmanager
    async def _lane(self, client: str, target: BrokenTarget) -> AsyncIterator[Lane]:
        lane = Lane(
            client,
            self._installed(client),
            self._manifest,
            contracts=self._contracts,
            variant=None,
            ledger=None,
            target=target,
            scrubber=None,
            new_process=lambda env: AdapterProcess(env=env),
        )
        try:
            await lane.start()
            yield lane
        finally:
            await lane.stop()

    def _installed(self, client: str) -> Installed:
        whole = (str(self._package / "adapter.py"),)
        program = whole if client == WHOLE else (str(PROGRAM), client)
        return Installed(
            name=client,
            version=self._manifest.default or "",
            style="reference",
            package=self._manifest.package,
            module=self._manifest.module,
            language="python",
            key="mutants",
            command=(sys.executable, *program, str(self._config)),
            env={"PYTHONPATH": os.pathsep.join(map(str, (self._package, HELPER)))},
            cwd=self._folder,
            sources=(self._package, HELPER),
        )
