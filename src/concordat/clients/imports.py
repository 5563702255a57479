"""Imports of an adapter's code in any language, and running the tools that list them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.clients.provision.tools import tool_environment
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Import", "NotAudited", "first_mention", "listed"]

_DEADLINE = 60.0


@dataclass(frozen=True, slots=True)
class Import:
    """One import, or another access to foreign code: its name and its place."""

    name: str
    where: Location


class NotAudited(Exception):  # noqa: N818 - neither a fault of the adapter nor of Concordat
    """The imports of a compiled adapter cannot be listed. The text is `not audited` and the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not audited: {reason}")


def listed(*command: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a tool and return its stdout.

    Raises NotAudited when the tool is not installed, fails or exceeds a minute.
    """
    program = shutil.which(command[0])
    if program is None:
        reason = f"`{command[0]}` is not installed"
        raise NotAudited(reason)
    environment = {**tool_environment(), **(env or {})}
    try:
        done = subprocess.run(  # noqa: S603 - a program of PATH with constant arguments
            (program, *command[1:]), cwd=cwd, env=environment, capture_output=True, timeout=_DEADLINE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = f"`{command[0]}` cannot be run ({type(error).__name__})"
        raise NotAudited(reason) from error
    if done.returncode != 0:
        # Its output may hold paths of this machine, and the reason appears in reports.
        reason = f"`{command[0]}` failed (exit code {done.returncode})"
        raise NotAudited(reason)
    return done.stdout.decode("utf-8", "replace")


def first_mention(files: Iterable[Path], name: str, folder: Path) -> Location:
    """Return the first line of the files that contains the whole name, the folder without one."""
    whole = re.compile(rf"(?<![\w$/]){re.escape(name)}(?![\w$/])")
    for file in files:
        text = file.read_text("utf-8")
        if found := whole.search(text):
            return Location(file, text.count("\n", 0, found.start()) + 1)
    return Location(folder)
