"""`concordat doctor`: toolchains, cache, catalogue and credentials of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import click

from concordat import resources
from concordat.api_key import VARIABLE
from concordat.cli import say
from concordat.errors import EXIT_HARNESS, ConcordatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]

TOOLS = {
    "python": ([sys.executable, "--version"], "every client"),
    "uv": (["uv", "--version"], "Python clients"),
    "node": (["node", "--version"], "TypeScript clients"),
    "npm": (["npm", "--version"], "TypeScript clients"),
    "go": (["go", "version"], "Go clients"),
    "java": (["java", "-version"], "Java clients"),
    "mvn": (["mvn", "--version"], "Java clients"),
}
DEADLINE = 20
IDS = ("CONCORDAT_COMPANY_ID", "CONCORDAT_CONNECTION_ID")


@click.command(short_help="Look at toolchains, cache, catalogue and credentials.", epilog="Example: concordat doctor")
@click.pass_obj
def command(api_key: str | None) -> None:
    """Check toolchains, cache, catalogue and credentials. Credentials are shown only as set or not set."""
    for name, (argv, users) in TOOLS.items():
        _line(name, *_tool(argv), note=f"for {users}")
    _line("cache", *_cache(), note=str(resources.cache_home()))
    _line("project", *_project(), note="overlay")
    catalogue_ok, text = _catalogue()
    _line("catalogue", ok=catalogue_ok, text=text)
    for name, value in ((VARIABLE, api_key), *((name, os.environ.get(name)) for name in IDS)):
        _line(name, ok=True, text="set" if value else "not set", note="for live runs")
    sys.exit(0 if catalogue_ok else EXIT_HARNESS)


def _line(name: str, ok: bool, text: str, note: str = "") -> None:  # noqa: FBT001 - spread from a pair
    mark, colour = ("ok     ", "green") if ok else ("missing", "yellow")
    say(f" {name:<24} {text}{'  (' + note + ')' if note else ''}", mark=mark, colour=colour)


def _tool(argv: list[str]) -> tuple[bool, str]:
    path = shutil.which(argv[0])
    if path is None and argv[0] == "uv":
        from uv import find_uv_bin

        path = find_uv_bin()
    if path is None:
        return False, "not found"
    try:
        done = subprocess.run(  # noqa: S603 - a fixed list of tools
            [path, *argv[1:]], capture_output=True, text=True, timeout=DEADLINE, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, f"cannot be run: {error}"
    lines = (done.stdout or done.stderr).strip().splitlines()
    return done.returncode == 0, lines[0] if lines else f"exit {done.returncode}"


def _cache() -> tuple[bool, str]:
    folder = resources.cache_home()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        return False, f"cannot be made: {existing} is a file"
    if not _writable(existing):
        return False, "not writable; set CONCORDAT_CACHE to a writable folder"
    return True, "writable" if existing == folder else "empty"


def _writable(folder: Path) -> bool:
    """Whether a file can be created there. Permissions do not tell, for root or on a read-only file system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _project() -> tuple[bool, str]:
    try:
        overlay = resources.project_root()
    except ConcordatError as error:
        return False, str(error)
    return True, str(overlay) if overlay else "none; only the package's own catalogue"


def _catalogue() -> tuple[bool, str]:
    from concordat.catalogue import load_catalogue
    from concordat.clients import load_manifests
    from concordat.contract import load_contracts

    try:
        rows = load_catalogue().cases
        others = f"{len(load_contracts())} contracts, {len(load_manifests())} clients"
    except ConcordatError as error:
        return False, str(error)
    return True, f"{len({case.id for case in rows})} cases, {len(rows)} rows, {others}"
