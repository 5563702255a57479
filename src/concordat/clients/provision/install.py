"""From a chosen client to an installed one."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat import resources
from concordat.clients.artifact import artifact_digest
from concordat.clients.provision.digest import file_digest, install_key
from concordat.clients.provision.golang import build_go
from concordat.clients.provision.maven import build_maven
from concordat.clients.provision.npm import build_npm, resolve_npm
from concordat.clients.provision.plan import Builder, Plan, Progress
from concordat.clients.provision.python import build_builtin, build_python, resolve_python
from concordat.clients.provision.store import install_folder, load_installed, making, seal
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from concordat.clients.installed import Installed
    from concordat.clients.manifest import Manifest
    from concordat.clients.registry import ClientChoice

__all__ = ["Provision", "lock_path", "provision", "write_lock"]

_BUILDERS: dict[str, Builder] = {
    "builtin": build_builtin,
    "pypi": build_python,
    "npm": build_npm,
    "go": build_go,
    "maven": build_maven,
}
_RESOLVERS: dict[str, Callable[[Plan], Awaitable[Path]]] = {"pypi": resolve_python, "npm": resolve_npm}
_LOCKS = {"pypi": "txt", "npm": "json", "go": "sum"}


@dataclass(frozen=True, slots=True)
class Provision:
    """Where an installation comes from and where it goes; made without starting anything."""

    choice: ClientChoice
    style: Path
    helper: Path
    lock: Path | None
    artifact_sha256: str | None
    key: str

    @classmethod
    def of(cls, choice: ClientChoice) -> Provision:
        """Return the provision of a client.

        Raises ClientUnavailable when its call style or its language's protocol helper is not there.
        """
        manifest = choice.manifest
        config = manifest.config(choice.version)
        style = _folder(choice, config["style"])
        helper = _folder(choice, "protocol", manifest.language)
        lock = lock_path(manifest, choice.version) if choice.artifact is None else None
        artifact = artifact_digest(choice.artifact) if choice.artifact else None
        where = str(style) if manifest.registry == "builtin" else None
        key = install_key(config, (style, helper), file_digest(lock), artifact, where)
        return cls(choice, style, helper, lock, artifact, key)

    @property
    def folder(self) -> Path:
        """Where it is, or will be, installed."""
        return install_folder(self.choice.manifest.name, self.key)

    def plan(self, building: Path, *, offline: bool, progress: Progress | None) -> Plan:
        """Return the plan to build it in a folder."""
        return Plan(
            choice=self.choice,
            config=self.choice.manifest.config(self.choice.version),
            key=self.key,
            folder=self.folder,
            building=building,
            style=self.style,
            helper=self.helper,
            lock=self.lock,
            offline=offline,
            progress=progress or _quiet,
        )


def lock_path(manifest: Manifest, version: str) -> Path | None:
    """Return the committed lock of a client's version, None when there is none and it is resolved anew."""
    suffix = _LOCKS.get(manifest.registry)
    found = resources.search("clients", "locks", manifest.name, f"{version}.{suffix}")
    return found[0] if found else None


async def provision(choice: ClientChoice, *, progress: Progress | None = None, offline: bool = False) -> Installed:
    """Return the installed client, installing it first when the cache does not hold it.

    A cache hit starts no process. `progress` is told, in one line each, what is being done. `offline` keeps the tools
    from the network, so that an installation succeeds only from their own caches. Raises ClientUnavailable with the
    failing tool's own last lines; safe to be killed, and to run in several processes at once.
    """
    made = Provision.of(choice)
    installed = load_installed(made.folder)
    if installed is not None:
        return installed
    builder = _BUILDERS.get(choice.manifest.registry)
    if builder is None:
        message = f"`{choice.label}` is unavailable: nothing installs from the registry `{choice.manifest.registry}`"
        raise ClientUnavailable(message)
    async with making(choice.manifest.name, made.key) as building:
        installed = load_installed(made.folder)
        if installed is not None:
            return installed
        plan = made.plan(building, offline=offline, progress=progress)
        built = await builder(plan)
        return await asyncio.to_thread(seal, building, built.installed(plan, made.artifact_sha256))


async def write_lock(choice: ClientChoice, *, progress: Progress | None = None) -> Path:
    """Resolve a published version anew, on the machine's own index, and write its lock beside its manifest.

    Returns the lock's path. Raises ClientUnavailable when it cannot be resolved, or its registry has no locks here.
    """
    resolver = _RESOLVERS.get(choice.manifest.registry)
    if resolver is None or choice.artifact is not None:
        message = f"`{choice.label}` has no lock to write"
        raise ClientUnavailable(message, hint="locks are written for published PyPI and npm versions")
    made = Provision.of(choice)
    name = choice.manifest.name
    target = choice.manifest.path.parent / "locks" / name / f"{choice.version}.{_LOCKS[choice.manifest.registry]}"
    async with making(name, made.key) as building:
        resolved = await resolver(made.plan(building, offline=False, progress=progress))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(resolved, target)
    return target


def _folder(choice: ClientChoice, *parts: str) -> Path:
    found = [path for path in resources.search("clients", *parts) if path.is_dir()]
    if not found:
        message = f"`{choice.label}` is unavailable: there is no folder clients/{'/'.join(parts)}"
        raise ClientUnavailable(message, hint="its manifest names a call style that does not exist")
    return found[0]


def _quiet(_line: str) -> None:
    """Say nothing."""
