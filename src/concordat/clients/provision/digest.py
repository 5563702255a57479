"""Keys of the cache: an installation is found again by what it was made from."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["LAYOUT", "copied_files", "file_digest", "install_key"]

LAYOUT = "1"
"""Raised whenever an installation's folders change their shape."""

_LEFT_OUT = {"__pycache__", "node_modules"}


def copied_files(folder: Path) -> list[Path]:
    """Return the files of an adapter's folder, sorted: all but caches and hidden ones."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if not _LEFT_OUT.intersection(path.parts) and not any(part.startswith(".") for part in path.parts)
    )


def file_digest(path: Path | None) -> str | None:
    """Return the SHA-256 of a file, None for no path or nothing there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else None


def install_key(config: Mapping[str, Any], folders: Iterable[Path], *parts: str | None) -> str:
    """Return the digest of an installation, 32 hex digits.

    It covers the adapter's configuration, every file of its folders by name and content, the further parts (lock and
    artifact digests, the folder's own path for what is used in place), this interpreter and this platform.
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
