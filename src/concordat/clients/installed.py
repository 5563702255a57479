"""What provisioning leaves behind: everything needed to start an adapter, and what a report says of it."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

__all__ = ["CLASSES", "Installed", "clean_environment"]

CLASSES = "classes"
"""The folder of a Java installation that holds the adapter's compiled classes."""
NOBODY = Path(__file__).with_name("nobody.pem")
"""One authority, whose key is gone. Clients speak to loopback in the clear: nothing else is to be trusted by them. It
also spares a Python SDK the reading of a hundred authorities for every client that is built (45 ms each)."""

_KEPT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An installed client.

    `command` starts its adapter, with `env` added to a clean environment and `cwd` as its folder. Digests are SHA-256
    in hex; `toolchain` names each tool that took part with its own word for its version, as of the installation.
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
    """Return an environment without proxies, credentials, locale or anything else of the caller's shell."""
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
