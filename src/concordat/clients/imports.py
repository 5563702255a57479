"""The model of an adapter's imports, for every language, and the tools that list imports."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from concordat.clients.provision.tools import tool_environment
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Import", "ImportKind", "NotAudited", "first_mention", "tool_output"]

ImportKind = Literal["import", "sdk-import", "use"]
"""`import`: the adapter's own; `sdk-import`: resolved from the SDK's folder; `use`: of a name that needs no import."""
_TIMEOUT = 60.0
"""Timeout of a tool in seconds."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import, or another access to code outside the adapter: its name, its place and its kind.

    The name of a computed import is its expression, such as `config.module`.
    """

    name: str
    where: Location
    kind: ImportKind = "import"

    def __str__(self) -> str:
        """Return the name, as reports show it, with the kind unless it is `import`."""
        match self.kind:
            case "import":
                return self.name
            case "sdk-import":
                return f"the SDK's {self.name}"
            case "use":
                return f"{self.name} (used)"


class NotAudited(Exception):  # noqa: N818 - neither a fault of the adapter nor of Concordat
    """The imports of a compiled adapter cannot be listed. Its text is `not audited: ` and the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not audited: {reason}")


def tool_output(*command: str, cwd: Path, env: Mapping[str, str] | None = None) -> str:
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
            (program, *command[1:]), cwd=cwd, env=environment, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = f"`{command[0]}` cannot be run ({type(error).__name__})"
        raise NotAudited(reason) from error
    if done.returncode != 0:
        # The tool's output may contain paths of this machine, and the reason appears in reports.
        reason = f"`{command[0]}` failed (exit code {done.returncode})"
        raise NotAudited(reason)
    return done.stdout.decode("utf-8", "replace")


def first_mention(files: Iterable[Path], name: str, folder: Path) -> Location:
    """Return the first line in the files that contains the whole name, or the folder if no line does."""
    whole = re.compile(rf"(?<![\w$/]){re.escape(name)}(?![\w$/])")
    for file in files:
        text = file.read_text("utf-8")
        if found := whole.search(text):
            return Location(file, text.count("\n", 0, found.start()) + 1)
    return Location(folder)
