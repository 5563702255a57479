"""The folders of the cache: built aside and renamed into place, by one process at a time.

<cache>/clients/<name>-<key>/installed.json     a complete installation
<cache>/clients/.making/<key>.*                 an unfinished installation, perhaps of a killed process
<cache>/clients/.making/<key>.lock              the lock of its builder
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from concordat import resources
from concordat.clients.installed import Installed
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["build_folder", "install_folder", "load_installed", "prune", "seal"]

_RECORD = "installed.json"
_LOCK_WAIT = 900.0
"""Seconds to wait for another process that installs the same client."""


def install_folder(name: str, key: str) -> Path:
    """Return the folder of an installation, which may not exist."""
    return resources.cache_home() / "clients" / f"{name}-{key}"


def load_installed(folder: Path) -> Installed | None:
    """Return the installation in a folder, None when it is incomplete or its runtime is missing.

    Reads one file and starts no process.
    """
    try:
        content = (folder / _RECORD).read_bytes()
        installed = msgspec.json.decode(content, type=Installed, dec_hook=lambda kind, text: kind(text))
    except (OSError, msgspec.MsgspecError):
        return None
    return installed if Path(installed.command[0]).exists() and installed.cwd.is_dir() else None


def seal(building: Path, installed: Installed) -> Installed:
    """Record an installation built in `building` and rename it into its place, `installed.cwd`."""
    (building / "home").mkdir(exist_ok=True)
    (building / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(installed, enc_hook=str)))
    folder = installed.cwd
    if folder.exists():
        shutil.rmtree(folder)
    building.rename(folder)
    return installed


@asynccontextmanager
async def build_folder(name: str, key: str, *, wait: float = _LOCK_WAIT) -> AsyncIterator[Path]:
    """Provide an empty folder for a build under a lock, and remove the folder afterwards.

    Waits while another process builds the same installation. Raises ClientUnavailable after `wait` seconds, and when
    the cache cannot be written.
    """
    parent = resources.cache_home() / "clients" / ".making"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(parent / f"{key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        message = f"`{name}` is unavailable: the cache cannot be written"
        hint = "set CONCORDAT_CACHE to a writable folder"
        raise ClientUnavailable(message, cause=str(error), hint=hint) from error
    building: Path | None = None
    try:
        await _lock(descriptor, name, wait)
        for left in parent.glob(f"{key}.*.new"):
            shutil.rmtree(left, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=f"{key}.", suffix=".new", dir=parent))
        yield building
    finally:
        if building is not None and building.exists():
            shutil.rmtree(building, ignore_errors=True)
        os.close(descriptor)


async def _lock(descriptor: int, name: str, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            message = f"`{name}` is unavailable: another process has been installing it for {wait:g} s"
            raise ClientUnavailable(message, hint="end that process, or try again")
        await asyncio.sleep(0.05)


def prune(keep: set[Path] | None = None) -> list[Path]:
    """Remove every installation except those in `keep`, and unfinished ones; return the removed folders."""
    home = resources.cache_home() / "clients"
    kept = keep or set()
    removed = [path for path in sorted(home.glob("*-*")) if path.is_dir() and path not in kept]
    removed += sorted((home / ".making").glob("*.new"))
    for path in removed:
        shutil.rmtree(path, ignore_errors=True)
    return removed
