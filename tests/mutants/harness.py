"""The harness that runs cases with the reference client and with mutants of it, through the ordinary engine.

The harness installs nothing: adapter and client run from the checkout. Two kinds of cases need more than the reference
client offers. A case about asynchronous calls or about cancelling runs with the client of `async_client.py`. A case
that only a document asks for is judged as if the client were the one that the document describes.
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
from tests.mutants.mutant import UNBROKEN
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

__all__ = ["UNBROKEN", "MutantHarness", "NotRun", "cases_by_key"]

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients" / "reference"
HELPER = ROOT / "clients" / "protocol" / "python"
PROGRAM = ROOT / "tests" / "mutants" / "mutant.py"
AT_ONCE = 3
"""Adapters that run at the same time. The start of its process takes most of a mutant's time."""
CASES_DEADLINE = scaled(600)
"""Timeout of one run in seconds."""


@cache
def cases_by_key() -> dict[str, Case]:
    """Return the catalogue by `Case.key`."""
    return {case.key: case for case in load_catalogue().cases}


@cache
def document_of(case_id: str, sources: tuple[str, ...]) -> Variant | None:
    """Return the only document that asks for a case, or None when the case has another source too.

    Raises NotRun when no variant has that document.
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
    raise NotRun(message)


def asks_for_more(case: Case) -> bool:
    """Whether a case needs the asynchronous client."""
    cancelling = any(call.cancel_after is not None for call in case.calls())
    return cancelling or case.client.mode == "async"


class NotRun(Exception):  # noqa: N818 - a result of a run, beside Result
    """A case that did not run, because the adapter did not start or the case does not exist; never a kill."""


class DocumentWorker(ClientWorker):
    """A client worker that judges each case by the document that alone asks for it, if there is one."""

    def prepare(self, case: Case) -> None:
        client = self.client
        assert client.hello is not None
        variant = document_of(case.id, tuple(case.source))
        version = client.installed.version if variant is None else variant.release
        self.client = replace(client, variant=variant, hello=msgspec.structs.replace(client.hello, version=version))


class MutantHarness:
    """Runs cases with clients. `folder` holds their configuration, `package` replaces clients/reference."""

    def __init__(self, folder: Path, *, package: Path = CLIENT, deadline: float = CASES_DEADLINE) -> None:
        self._folder = folder
        self._package = package
        self._deadline = deadline
        self._manifest = load_manifests()["reference"]
        self._contracts = load_contracts()
        self._cases = cases_by_key()
        self._config = folder / "config.json"
        self._config.write_text(json.dumps(self._manifest.config(self._manifest.default or "")), "utf-8")

    def run(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | NotRun]:
        """Run the wanted cases of each mutant (of either kind, or UNBROKEN), those of one mutant on one adapter.

        Returns the results by mutant and case key.
        """
        return asyncio.run(asyncio.wait_for(self._run(wanted), self._deadline))

    async def _run(self, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Result | NotRun]:
        pool: defaultdict[tuple[str, bool], list[tuple[str, str]]] = defaultdict(list)
        found: dict[tuple[str, str], Result | NotRun] = {}
        for mutant, keys in wanted.items():
            # the sandbox mutants share one warm adapter of the unbroken client
            client = UNBROKEN if mutant in SANDBOXES else mutant
            for key in keys:
                if key in self._cases:
                    pool[client, asks_for_more(self._cases[key])].append((mutant, key))
                else:
                    found[mutant, key] = NotRun(f"no case has the key `{key}`")
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
    ) -> dict[tuple[str, str], Result | NotRun]:
        target = BrokenTarget()
        found: dict[tuple[str, str], Result | NotRun] = {}
        try:
            async with self._started(client, target, asynchronous=asynchronous) as worker:
                for mutant, key in jobs:
                    target.mutant = mutant if mutant in SANDBOXES else None
                    worker.prepare(self._cases[key])
                    found[mutant, key] = (await worker.run(self._cases[key])).result
        except AdapterError as error:
            found.update({job: NotRun(f"`{client}` does not start: {error}") for job in jobs})
        return found

    @contextlib.asynccontextmanager
    async def _started(self, client: str, target: BrokenTarget, *, asynchronous: bool) -> AsyncIterator[DocumentWorker]:
        installed = self._installed(client, asynchronous=asynchronous)
        context = RunContext(target, self._contracts)
        worker = DocumentWorker(Client(client, installed, self._manifest), context)
        try:
            await worker.start()
            yield worker
        finally:
            await worker.stop()

    def _installed(self, client: str, *, asynchronous: bool) -> Installed:
        program = [str(PROGRAM), client, str(self._config), *["asynchronous"] * asynchronous]
        if client == UNBROKEN and not asynchronous:
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
