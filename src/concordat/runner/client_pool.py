"""The clients of a run: their selection, their installation and their client workers."""

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

CONCURRENT_INSTALLS = 4
"""Clients that are installed concurrently: downloads overlap, and few compilers run at once."""


def choices_of(settings: RunSettings) -> list[ClientChoice]:
    """Return the clients that the settings choose. Raises UsageError for a name that no client has."""
    return select(settings.clients, every_mode=settings.profile is Profile.FULL)


class ClientPool:
    """Installs the clients that the settings select, and starts a client worker for each."""

    def __init__(self, settings: RunSettings, context: RunContext, *, progress: Callable[[str], None]) -> None:
        self._settings = settings
        self._context = context
        self._progress = progress
        self._clients: dict[str, Client] = {}
        self._infos: dict[str, ClientInfo] = {}
        self.unavailable: list[ClientInfo] = []

    def provision(self) -> list[str]:
        """Install every chosen client concurrently and return the labels of the available ones.

        `unavailable` has the others, with the reason. Raises UsageError, before the first installation, for an unknown
        client and for an invalid variant, ledger or history of a chosen one.
        """
        choices = choices_of(self._settings)
        _check_labels(choices)
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
        slots = asyncio.Semaphore(CONCURRENT_INSTALLS)

        async def install(choice: ClientChoice) -> Installed | Exception:
            async with slots:
                try:
                    return await provision(choice, progress=self._progress, offline=self._settings.offline)
                except ClientUnavailable as error:
                    return error

        return list(zip(choices, await asyncio.gather(*map(install, choices)), strict=True))

    def toolchains(self) -> dict[str, str]:
        """Return the version of each tool that installed a client, as the tool itself prints it."""
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
            # In a thread: listing the imports of a compiled adapter takes a second, and other clients run meanwhile.
            integrity = await asyncio.to_thread(integrity_of, client.installed, hello)
            self._infos[label] = client_info(client, hello, view=view, integrity=integrity)
        return worker, self._infos[label]


def _check_labels(choices: Sequence[ClientChoice]) -> None:
    """Raise UsageError when two clients have one label, such as a release and a file of the same version."""
    seen: set[str] = set()
    for choice in choices:
        if choice.label in seen:
            message = f"two of the clients have the label `{choice.label}`"
            raise UsageError(message, hint="run them separately, and compare the reports: `concordat compare OLD NEW`")
        seen.add(choice.label)
