"""Imports of a Go adapter, from `go list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.clients.imports import Import, NotAudited, first_mention, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["go_allowed", "go_imports"]

_OWN = "concordat.local/"
_FORBIDDEN = {"C", "crypto/tls", "log/syslog", "os/exec", "plugin", "syscall", "unsafe"}
"""Packages of the standard library, besides `net`, that send, start programs or bypass the compiler."""
_ALLOWED_NET = {"net/netip", "net/url"}
"""Packages below `net` without access to the network."""
_OFFLINE = {"GOFLAGS": "-mod=readonly", "GOPROXY": "off", "GOWORK": "off", "GOTOOLCHAIN": "local"}
"""An audit uses no network and changes no file."""
_FIELDS = "Dir,GoFiles,CgoFiles,Imports,Error"


class _Package(msgspec.Struct, frozen=True, rename="pascal"):
    dir: str = ""
    go_files: list[str] = []
    cgo_files: list[str] = []
    imports: list[str] = []
    error: dict[str, Any] | None = None


def go_imports(folder: Path) -> Iterator[Import]:
    """Yield the imports of the program in `folder` and of every compiled package below the folder.

    Raises NotAudited when Go is not installed or cannot read the packages.
    """
    text = listed("go", "list", "-e", "-deps", f"-json={_FIELDS}", ".", cwd=folder, env=_OFFLINE)
    root = folder.resolve()
    own = [one for one in _packages(text) if one.dir and Path(one.dir).resolve().is_relative_to(root)]
    if not own:
        reason = "`go list` finds no package of the adapter"
        raise NotAudited(reason)
    for package in own:
        if package.error is not None:
            reason = f"`go list` cannot read the package in `{Path(package.dir).name}`"
            raise NotAudited(reason)
        files = [Path(package.dir) / name for name in sorted(package.go_files + package.cgo_files)]
        for name in package.imports:
            yield Import(name, first_mention(files, name, Path(package.dir)))


def go_allowed(name: str, module: str) -> bool:
    """Whether an adapter of the SDK `module` may import `name`: the SDK, the helper, Go's library without network."""
    if name.startswith((_OWN, module + "/")) or name == module or name in _ALLOWED_NET:
        return True
    top = name.split("/", maxsplit=1)[0]
    return "." not in top and top != "net" and name not in _FORBIDDEN


def _packages(text: str) -> Iterator[_Package]:
    """Yield the packages of `go list -json`, which writes one JSON object after another."""
    try:
        yield from msgspec.json.decode("[" + text.replace("\n}\n{\n", "\n},\n{\n") + "]", type=list[_Package])
    except msgspec.MsgspecError as error:
        reason = f"`go list` has unknown output: {error}"
        raise NotAudited(reason) from error
