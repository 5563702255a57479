"""Plays cases with the whole reference client and with mutants of it, through the ordinary engine.

Nothing is installed: the adapter and the client run where they stand in the checkout. Two kinds of cases need more than
the reference client as it is, so that they can judge a mutant: one about an asynchronous mode, or about cancelling,
is played with the mode of `asynchronous.py`; one that only a document asks for is judged as if the client were that
document's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from tests.mutants.mutant import WHOLE
from tests.mutants.sandboxes import SANDBOXES, BrokenTarget
from tests.timeouts import scaled

from concordat.catalogue import load_catalogue
from concordat.clients import Installed, load_manifests
from concordat.contract import load_contracts, load_variant, variant_paths
from concordat.errors import AdapterError
from concordat.runner.client import Client, RunContext
from concordat.runner.client_worker import ClientWorker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from concordat.catalogue.model import Case
    from concordat.contract.variant import Variant
    from concordat.runner.result import Result

__all__ = ["WHOLE", "Failed", "MutantHarness", "cases_by_key"]

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "reference"
HELPER = ROOT / "clients" / "protocol" / "python"
PROGRAM = ROOT / "tests" / "mutants" / "mutant.py"
AT_ONCE = 3
"""Adapters at the same time: most of a mutant's time is the start of its process."""
CASES_DEADLINE = scaled(600)
"""Seconds for everything together: nothing waits for ever."""


@cache
def cases_by_key() -> dict[str, Case]:
    """Return the catalogue by `Case.key`."""
    return {case.key: case for case in load_catalogue().cases}


@cache
def document_of(case_id: str, sources: tuple[str, ...]) -> Variant | None:
    """Return the document that alone asks for a case, None when something else asks for it too.

    Raises Failed when there is no such document.
    """
    documents = [source.removeprefix("document:") for source in sources if source.startswith("document:")]
    if not documents or not all(source.startswith(("undefined:", "document:")) for source in sources):
        return None
    number = documents[0].partition("#")[0].partition("-")[0]
    for name in variant_paths():
        variant = load_variant(name)
        if variant.document.rpartition("/")[2].startswith(number):
            return variant
    message = f"`{case_id}` names document {number}, which no variant is made of"
    raise Failed(message)


def asks_for_more(case: Case) -> bool:
    """Whether a case asks for what only an asynchronous mode can do."""
    cancelling = any(call.cancel_after is not None for call in case.calls())
    return cancelling or case.client.mode == "async"


class Failed(Exception):  # noqa: N818 - what came of a mutant that could not be played
    """The adapter of a client did not start, or there is no such case: never a kill."""


class _DocumentWorker(ClientWorker):
    """A client worker on which each case is judged by the document that binds it, if only a document does."""

    def take(self, case: Case) -> None:
        client = self.client
        assert client.hello is not None
        variant = document_of(case.id, tuple(case.source))
        version = client.installed.version if variant is None else variant.release
        self.client = replace(client, variant=variant, hello=msgspec.structs.replace(client.hello, version=version))


class MutantHarness:
    """Where clients play: `folder` holds their configuration. `package` stands in for clients/reference."""

    def __init__(self, folder: Path, *, package: Path = CLIENT, deadline: float = CASES_DEADLINE) -> None:
        self._folder = folder
        self._package = package
        self._deadline = deadline
        self._manifest = load_manifests()["reference"]
        self._contracts = load_contracts()
        self._cases = cases_by_key()
        self._config = folder / "config.json"
        self._config.write_text(json.dumps(self._manifest.config(self._manifest.default or "")), "utf-8")

    def play(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | Failed]:
        """Play the cases wanted of each player (a mutant of either kind, or WHOLE), each player's on one adapter.

        Returns the results by player and case key.
        """
        return asyncio.run(asyncio.wait_for(self._play(wanted), self._deadline))

    async def _play(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | Failed]:
        pool: defaultdict[tuple[str, bool], list[tuple[str, str]]] = defaultdict(list)
        found: dict[tuple[str, str], Result | Failed] = {}
        for player, keys in wanted.items():
            # the sandbox's mutants share one warm adapter of the whole client
            client = WHOLE if player in SANDBOXES else player
            for key in keys:
                if key in self._cases:
                    pool[client, asks_for_more(self._cases[key])].append((player, key))
                else:
                    found[player, key] = Failed(f"no case has the key `{key}`")
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(client: str, jobs: list[tuple[str, str]], *, asynchronous: bool) -> None:
            async with turn:
                found.update(await self._serve_client(client, jobs, asynchronous=asynchronous))

        async with asyncio.TaskGroup() as group:
            for (client, asynchronous), jobs in pool.items():
                group.create_task(one(client, jobs, asynchronous=asynchronous))
        return found

    async def _serve_client(
        self, client: str, jobs: list[tuple[str, str]], *, asynchronous: bool
    ) -> dict[tuple[str, str], Result | Failed]:
        target = BrokenTarget()
        found: dict[tuple[str, str], Result | Failed] = {}
        try:
            async with self._worker(client, target, asynchronous=asynchronous) as worker:
                for player, key in jobs:
                    target.mutant = player if player in SANDBOXES else None
                    worker.take(self._cases[key])
                    found[player, key] = (await worker.run(self._cases[key])).result
        except AdapterError as error:
            found.update({job: Failed(f"`{client}` does not start: {error}") for job in jobs})
        return found

    @contextlib.asynccontextmanager
    async def _worker(self, client: str, target: BrokenTarget, *, asynchronous: bool) -> AsyncIterator[_DocumentWorker]:
        installed = self._installed(client, asynchronous=asynchronous)
        context = RunContext(target, self._contracts)
        worker = _DocumentWorker(Client(client, installed, self._manifest), context)
        try:
            await worker.start()
            yield worker
        finally:
            await worker.stop()

    def _installed(self, client: str, *, asynchronous: bool) -> Installed:
        program = [str(PROGRAM), client, str(self._config), *["asynchronous"] * asynchronous]
        if client == WHOLE and not asynchronous:
            program = [str(self._package / "adapter.py"), str(self._config)]
        return Installed(
            name=client,
            version=self._manifest.default or "",
            style="reference",
            package=self._manifest.package,
            module=self._manifest.module,
            language="python",
            key="mutants",
            command=(sys.executable, *program),
            env={"PYTHONPATH": os.pathsep.join(map(str, (self._package, HELPER)))},
            cwd=self._folder,
            sources=(self._package, HELPER),
        )
