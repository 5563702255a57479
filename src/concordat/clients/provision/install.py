"""Installs clients into the cache, and writes their locks."""

from __future__ import annotations

import asyncio
import hashlib
import json
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concordat import resources
from concordat.clients.artifact import artifact_digest
from concordat.clients.provision.golang import build_go
from concordat.clients.provision.maven import build_maven
from concordat.clients.provision.npm import build_npm, resolve_npm
from concordat.clients.provision.plan import Builder, Plan, Progress, copied_files, file_digest
from concordat.clients.provision.python import build_builtin, build_python, resolve_python
from concordat.clients.provision.store import build_folder, install_folder, load_installed, seal
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from pathlib import Path

    from concordat.clients.installed import Installed
    from concordat.clients.manifest import Manifest
    from concordat.clients.registry import ClientChoice

__all__ = ["Provision", "lock_path", "provision", "write_lock"]

LAYOUT = "1"
"""Version of an installation's folder layout. A new layout has a new version."""
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
    """The sources and the folder of an installation, determined without starting a process."""

    choice: ClientChoice
    style: Path
    helper: Path
    lock: Path | None
    artifact_sha256: str | None
    key: str

    @classmethod
    def of(cls, choice: ClientChoice) -> Provision:
        """Return the provision of a client.

        Raises ClientUnavailable when its call style or its language's protocol helper is missing.
        """
        manifest = choice.manifest
        config = manifest.config(choice.version)
        style = _folder(choice, config["style"])
        helper = _folder(choice, "protocol", manifest.language)
        lock = lock_path(manifest, choice.version) if choice.artifact is None else None
        artifact = artifact_digest(choice.artifact) if choice.artifact else None
        place = str(style) if manifest.registry == "builtin" else None
        key = install_key(config, (style, helper), file_digest(lock), artifact, place)
        return cls(choice, style, helper, lock, artifact, key)

    @property
    def folder(self) -> Path:
        """The folder of the installation, which may not exist yet."""
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
    """Return the committed lock of a client's version, None without one; the version is then resolved."""
    suffix = _LOCKS.get(manifest.registry)
    found = resources.search("clients", "locks", manifest.name, f"{version}.{suffix}")
    return found[0] if found else None


async def provision(choice: ClientChoice, *, progress: Progress | None = None, offline: bool = False) -> Installed:
    """Return the installed client, and install it first when the cache lacks it.

    A cache hit starts no process. `progress` receives one line per step. With `offline`, the tools use only their own
    caches. Raises ClientUnavailable with the last lines of the failing tool. The function may be killed, and may run in
    several processes at once.
    """
    source = Provision.of(choice)
    installed = load_installed(source.folder)
    if installed is not None:
        return installed
    builder = _BUILDERS.get(choice.manifest.registry)
    if builder is None:
        message = f"`{choice.label}` is unavailable: nothing installs from the registry `{choice.manifest.registry}`"
        raise ClientUnavailable(message)
    async with build_folder(choice.manifest.name, source.key) as building:
        installed = load_installed(source.folder)
        if installed is not None:
            return installed
        plan = source.plan(building, offline=offline, progress=progress)
        built = await builder(plan)
        return await asyncio.to_thread(seal, building, built.installed(plan, source.artifact_sha256))


async def write_lock(choice: ClientChoice, *, progress: Progress | None = None) -> Path:
    """Resolve a published version with the configured index, write its lock beside its manifest, and return the path.

    Raises ClientUnavailable when the version cannot be resolved, and for a registry without locks.
    """
    resolver = _RESOLVERS.get(choice.manifest.registry)
    if resolver is None or choice.artifact is not None:
        message = f"`{choice.label}` has no lock to write"
        raise ClientUnavailable(message, hint="locks are written for published PyPI and npm versions")
    source = Provision.of(choice)
    name = choice.manifest.name
    target = choice.manifest.path.parent / "locks" / name / f"{choice.version}.{_LOCKS[choice.manifest.registry]}"
    async with build_folder(name, source.key) as building:
        resolved = await resolver(source.plan(building, offline=False, progress=progress))
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
    """Ignore the progress."""


def install_key(config: Mapping[str, Any], folders: Iterable[Path], *parts: str | None) -> str:
    """Return the digest of an installation, 32 hex digits.

    It covers the adapter's configuration, the names and contents of its files, the further parts (lock and artifact
    digests, the folder of a client that is used in place), this interpreter and this platform.
    """
    digest = hashlib.sha256()
    machine = (LAYOUT, sys.version, sys.base_prefix, platform.system(), platform.machine())
    for part in (*machine, json.dumps(config, sort_keys=True), *parts):
        _add(digest, (part or "").encode())
    for folder in folders:
        for relative in copied_files(folder):
            _add(digest, relative.as_posix().encode())
            _add(digest, (folder / relative).read_bytes())
        _add(digest, b"")
    return digest.hexdigest()[:32]


def _add(digest: hashlib._Hash, content: bytes) -> None:
    digest.update(f"{len(content)}:".encode())
    digest.update(content)
