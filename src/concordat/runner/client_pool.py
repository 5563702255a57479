"""The clients of a run: chosen, provisioned, and turned into client workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from concordat.catalogue.model import Profile
from concordat.catalogue.release_record import load_past
from concordat.clients import AdapterProcess, provision, select, variant_of
from concordat.errors import AdapterError, ClientUnavailable, UsageError
from concordat.ledger.matcher import LedgerMatcher
from concordat.ledger.model import load_ledger
from concordat.runner.client_worker import ClientWorker
from concordat.runner.integrity import integrity_of
from concordat.runner.result import CauseView, ClientInfo, Integrity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from concordat.clients import ClientChoice, Installed
    from concordat.clients.public_api import PublicApiView
    from concordat.contract import Contract
    from concordat.ledger.model import Cause
    from concordat.runner.settings import RunSettings
    from concordat.tap import Scrubber
    from concordat.targets.target import Target

__all__ = ["ClientPool"]

SIDE_BY_SIDE = 4
"""Clients installed at once: downloads overlap, compilers do not crowd each other out."""


class ClientPool:
    """Chooses and installs the clients that the settings ask for, and builds a client worker for each."""

    def __init__(
        self,
        settings: RunSettings,
        contracts: Mapping[str, Contract],
        target: Target,
        *,
        progress: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._contracts = contracts
        self._target = target
        self._progress = progress
        self._scrubber: Scrubber | None = getattr(target, "scrubber", None)
        self._ledgers: dict[str, LedgerMatcher] = {}
        self._installed: dict[str, tuple[ClientChoice, Installed]] = {}
        self._modes: dict[str, PublicApiView] = {}
        self._integrity: dict[str, Integrity] = {}
        self.unavailable: list[ClientInfo] = []

    def provision(self) -> list[str]:
        """Install every chosen client, side by side; return the labels of those that are there.

        The others are in `unavailable`, with the reason. Raises UsageError, before anything is installed, for a name
        that no client has and for a variant, ledger or history of a chosen client that cannot be read.
        """
        choices = select(self._settings.clients, every_mode=self._settings.profile is Profile.FULL)
        _told_apart(choices)
        for choice in choices:
            variant_of(choice.manifest, choice.version)
            load_ledger(choice.manifest.name)
            load_past(choice.name)
        attempts = asyncio.run(self._provision_all(choices))
        for choice, attempt in attempts:
            if isinstance(attempt, Exception):
                self.unavailable.append(
                    ClientInfo(
                        name=choice.name,
                        version=choice.version,
                        requested=choice.version,
                        package=choice.manifest.package,
                        language=choice.manifest.language,
                        available=False,
                        reason=self._scrubbed(str(attempt)),
                    )
                )
            else:
                self._installed[choice.label] = (choice, attempt)
        return list(self._installed)

    def _scrubbed(self, text: str) -> str:
        return text if self._scrubber is None else self._scrubber.text(text)

    async def _provision_all(self, choices: Sequence[ClientChoice]) -> list[tuple[ClientChoice, Installed | Exception]]:
        turn = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(choice: ClientChoice) -> Installed | Exception:
            async with turn:
                try:
                    return await provision(choice, progress=self._progress, offline=self._settings.offline)
                except ClientUnavailable as error:
                    return error

        return list(zip(choices, await asyncio.gather(*map(one, choices)), strict=True))

    def _ledger(self, label: str) -> LedgerMatcher:
        """The client's ledger; one matcher for all its client workers, which together see every row."""
        if label not in self._ledgers:
            choice, _ = self._installed[label]
            self._ledgers[label] = LedgerMatcher(load_ledger(choice.manifest.name), choice.version, choice.mode)
        return self._ledgers[label]

    def toolchains(self) -> dict[str, str]:
        """The tools that took part in installing the clients, with their own word for their version."""
        return {name: text for _, installed in self._installed.values() for name, text in installed.toolchain.items()}

    async def worker_for(self, label: str) -> tuple[ClientWorker, ClientInfo]:
        """Build and start the worker of one client. Raises ClientUnavailable when its adapter cannot start."""
        choice, installed = self._installed[label]
        manifest = choice.manifest
        worker = ClientWorker(
            choice.name,
            installed,
            manifest,
            contracts=self._contracts,
            variant=variant_of(manifest, choice.version),
            ledger=self._ledger(label),
            target=self._target,
            scrubber=self._scrubber,
            new_process=lambda env: AdapterProcess(env=env),
            rerun_failures=self._settings.rerun_failures,
            spec=choice.spec,
            mode=choice.mode,
        )
        try:
            hello = await worker.start()
        except AdapterError as error:
            await worker.stop()
            raise ClientUnavailable(self._scrubbed(str(error))) from error
        if label not in self._modes:
            view = await worker.public_api()
            # A thread: the tools that list a compiled adapter's imports take a second, and other clients are at work.
            self._integrity[label] = await asyncio.to_thread(integrity_of, installed, hello)
            self._modes[label] = view
        view = self._modes[label]
        info = ClientInfo(
            name=choice.name,
            version=hello.version,
            requested=choice.version,
            package=hello.package,
            language=hello.language,
            runtime=hello.runtime,
            style=hello.style,
            api=", ".join(manifest.apis),
            artifact_sha256=installed.artifact_sha256,
            lock_sha256=installed.lock_sha256,
            integrity=self._integrity[label],
            document=view.document,
            public_api=view.differences,
            public_api_note=view.reason,
            causes=tuple(_cause_view(cause) for cause in self._ledger(label).causes),
        )
        return worker, info


def _told_apart(choices: Sequence[ClientChoice]) -> None:
    """Raise UsageError when results could not tell two clients apart: a release, and a file of the same version."""
    seen: set[str] = set()
    for choice in choices:
        if choice.label in seen:
            message = f"two of the clients would be called `{choice.label}`"
            raise UsageError(message, hint="run them apart, and compare the reports: `concordat compare OLD NEW`")
        seen.add(choice.label)


def _cause_view(cause: Cause) -> CauseView:
    return CauseView(
        id=cause.id,
        reason=cause.reason,
        source=cause.source,
        smallest=cause.smallest,
        versions=cause.versions,
        review_by=cause.review_by.isoformat(),
    )
