"""The clients of a run: chosen, provisioned, and turned into client workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from concordat.catalogue.model import Profile
from concordat.catalogue.release_record import load_past
from concordat.clients import provision, select, variant_of
from concordat.errors import AdapterError, ClientUnavailable, UsageError
from concordat.ledger.matcher import LedgerMatcher
from concordat.ledger.model import load_ledger
from concordat.runner.client import Client
from concordat.runner.client_info import client_info, integrity_of, unavailable_info
from concordat.runner.client_worker import ClientWorker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from concordat.clients import ClientChoice, Installed
    from concordat.runner.client import RunContext
    from concordat.runner.result import ClientInfo
    from concordat.runner.settings import RunSettings

__all__ = ["ClientPool", "choices_of"]

SIDE_BY_SIDE = 4
"""Clients installed at once: downloads overlap, compilers do not crowd each other out."""


def choices_of(settings: RunSettings) -> list[ClientChoice]:
    """Return the clients that the settings choose. Raises UsageError for a name that no client has."""
    return select(settings.clients, every_mode=settings.profile is Profile.FULL)


class ClientPool:
    """Chooses and installs the clients that the settings ask for, and builds a client worker for each."""

    def __init__(self, settings: RunSettings, context: RunContext, *, progress: Callable[[str], None]) -> None:
        self._settings = settings
        self._context = context
        self._progress = progress
        self._clients: dict[str, Client] = {}
        self._infos: dict[str, ClientInfo] = {}
        self.unavailable: list[ClientInfo] = []

    def provision(self) -> list[str]:
        """Install every chosen client, side by side; return the labels of the available ones.

        The others are in `unavailable`, with the reason. Raises UsageError, before anything is installed, for a name
        that no client has and for a variant, ledger or history of a chosen client that cannot be read.
        """
        choices = choices_of(self._settings)
        _told_apart(choices)
        for choice in choices:
            variant_of(choice.manifest, choice.version)
            load_ledger(choice.manifest.name)
            load_past(choice.name)
        attempts = asyncio.run(self._provision_all(choices))
        for choice, attempt in attempts:
            if isinstance(attempt, Exception):
                self.unavailable.append(unavailable_info(choice, self._scrubbed(str(attempt))))
            else:
                self._clients[choice.label] = Client(
                    choice.name,
                    attempt,
                    choice.manifest,
                    variant=variant_of(choice.manifest, choice.version),
                    ledger=LedgerMatcher(load_ledger(choice.manifest.name), choice.version, choice.mode),
                    spec=choice.spec,
                    mode=choice.mode,
                )
        return list(self._clients)

    def _scrubbed(self, text: str) -> str:
        scrubber = self._context.target.scrubber
        return text if scrubber is None else scrubber.text(text)

    async def _provision_all(self, choices: Sequence[ClientChoice]) -> list[tuple[ClientChoice, Installed | Exception]]:
        turn = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(choice: ClientChoice) -> Installed | Exception:
            async with turn:
                try:
                    return await provision(choice, progress=self._progress, offline=self._settings.offline)
                except ClientUnavailable as error:
                    return error

        return list(zip(choices, await asyncio.gather(*map(one, choices)), strict=True))

    def toolchains(self) -> dict[str, str]:
        """Return the version, as the tool itself states it, of each tool that took part in installing the clients."""
        return {name: text for client in self._clients.values() for name, text in client.installed.toolchain.items()}

    async def worker_for(self, label: str) -> tuple[ClientWorker, ClientInfo]:
        """Build and start a worker of one client. Raises ClientUnavailable when its adapter cannot start."""
        worker = ClientWorker(self._clients[label], self._context)
        try:
            hello = await worker.start()
        except AdapterError as error:
            await worker.stop()
            raise ClientUnavailable(self._scrubbed(str(error))) from error
        if label not in self._infos:
            client = worker.client
            view = await worker.public_api()
            # A thread: the tools that list a compiled adapter's imports take a second, and other clients are at work.
            integrity = await asyncio.to_thread(integrity_of, client.installed, hello)
            self._infos[label] = client_info(client, hello, view=view, integrity=integrity)
        return worker, self._infos[label]


def _told_apart(choices: Sequence[ClientChoice]) -> None:
    """Raise UsageError when results could not tell two clients apart: a release, and a file of the same version."""
    seen: set[str] = set()
    for choice in choices:
        if choice.label in seen:
            message = f"two of the clients would be called `{choice.label}`"
            raise UsageError(message, hint="run them apart, and compare the reports: `concordat compare OLD NEW`")
        seen.add(choice.label)
