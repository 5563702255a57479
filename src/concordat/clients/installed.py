"""The record of an installed client: the data to start its adapter, and its facts for a report."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

__all__ = ["CLASSES", "Installed", "clean_environment"]

CLASSES = "classes"
"""The folder of a Java installation that holds the adapter's compiled classes."""
NOBODY = Path(__file__).with_name("nobody.pem")
"""One certificate authority without a key. Clients use plain HTTP on loopback and must trust no other server. A single
authority also saves a Python SDK 45 ms per client for reading a hundred authorities."""

_KEPT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An installed client.

    `command` starts its adapter, with `env` added to a clean environment and `cwd` as its folder. Digests are SHA-256
    in hex; `toolchain` has the version of each tool at the time of the installation.
    """

    name: str
    version: str
    style: str
    package: str
    module: str
    language: str
    key: str
    command: tuple[str, ...]
    env: dict[str, str]
    cwd: Path
    lock_sha256: str | None = None
    artifact_sha256: str | None = None
    toolchain: dict[str, str] = {}
    sources: tuple[Path, ...] = ()
    """The folders of the adapter's own code: the style, then the protocol helper."""

    @property
    def label(self) -> str:
        """`NAME@VERSION`."""
        return f"{self.name}@{self.version}"


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment without the proxies, credentials, locale and other variables of the caller."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "NETRC": os.devnull,
        "PYTHONNOUSERSITE": "1",
        "SSL_CERT_FILE": str(NOBODY),
        "TZ": "UTC",
    }
