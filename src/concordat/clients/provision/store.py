"""The cache's folders: made beside, renamed into place, one maker at a time.

<cache>/clients/<name>-<key>/installed.json     a whole installation; it is there or it is not
<cache>/clients/.making/<key>.*                 one that is being made, or was when its maker was killed
<cache>/clients/.making/<key>.lock              held while it is made
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

__all__ = ["install_folder", "load_installed", "making", "prune", "seal"]

_RECORD = "installed.json"
_LOCK_WAIT = 900.0
"""Seconds to wait for another process that installs the same client; each of its steps has its own deadline."""


def install_folder(name: str, key: str) -> Path:
    """Return the folder of an installation, made or not."""
    return resources.cache_home() / "clients" / f"{name}-{key}"


def load_installed(folder: Path) -> Installed | None:
    """Return what is installed in a folder, None when it is not whole or its runtime is gone.

    Starts nothing and reads one file.
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
async def making(name: str, key: str, *, wait: float = _LOCK_WAIT) -> AsyncIterator[Path]:
    """Give an empty folder to build in, alone with it; what is left of it afterwards is removed.

    Waits while another process makes the same installation. Raises ClientUnavailable when that takes longer than `wait`
    seconds or the cache cannot be written.
    """
    workshop = resources.cache_home() / "clients" / ".making"
    try:
        workshop.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(workshop / f"{key}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        message = f"`{name}` is unavailable: the cache cannot be written"
        hint = "set CONCORDAT_CACHE to a folder that can"
        raise ClientUnavailable(message, cause=str(error), hint=hint) from error
    building: Path | None = None
    try:
        await _lock(descriptor, name, wait)
        for left in workshop.glob(f"{key}.*.new"):
            shutil.rmtree(left, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=f"{key}.", suffix=".new", dir=workshop))
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
    """Remove every installation but those in `keep`, and what killed makers left; return what was removed."""
    home = resources.cache_home() / "clients"
    kept = keep or set()
    removed = [path for path in sorted(home.glob("*-*")) if path.is_dir() and path not in kept]
    removed += sorted((home / ".making").glob("*.new"))
    for path in removed:
        shutil.rmtree(path, ignore_errors=True)
    return removed
