"""The turn of a case that runs alone on a live target, among the cases of all processes of this machine."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
from typing import TYPE_CHECKING

from concordat.resources import cache_home

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Turn"]

_PAUSE = 0.02
"""Seconds between two looks at a turn that another process has."""


class Turn:
    """The turn at one target, which one case at a time has. It ends with its process at the latest."""

    def __init__(self, target: str) -> None:
        # a digest names the file: the URL of a target may contain a secret
        digest = hashlib.sha256(target.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        self._path: Path = cache_home() / "turns" / f"{digest}.lock"
        self._own = asyncio.Lock()
        self._file: int | None = None

    async def acquire(self) -> None:
        """Wait until no other case has the turn. Without a folder for the file, only this process is considered."""
        await self._own.acquire()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return
        try:
            while not _locked(file):  # noqa: ASYNC110 - another process ends its turn
                await asyncio.sleep(_PAUSE)
        except BaseException:
            os.close(file)
            self._own.release()
            raise
        self._file = file

    def release(self) -> None:
        """End the turn."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
        self._own.release()


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
