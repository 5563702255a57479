"""What a run says of its adapters: what can be read from their files without a case of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.clients.identity import version_on_disk
from concordat.clients.integrity import NotAudited, foreign_imports
from concordat.runner.result import Integrity

if TYPE_CHECKING:
    from concordat.clients import Hello, Installed

__all__ = ["integrity_of"]

OK = "ok"
ELSEWHERE = "see `concordat clients check`"
UNSEEN = "not checked: no request was seen"


def integrity_of(installed: Installed, hello: Hello) -> Integrity:
    """Return the integrity of a started adapter. What it sends is not known yet: the report fills `user_agent` in."""
    return Integrity(imports=_imports(installed), version=_version(installed, hello), user_agent=UNSEEN, stub=ELSEWHERE)


def _imports(installed: Installed) -> str:
    try:
        foreign = foreign_imports(installed)
    except NotAudited as error:
        return str(error)
    except (OSError, SyntaxError, ValueError) as error:
        return f"not checked: its code cannot be read: {type(error).__name__}"
    if not foreign:
        return OK if installed.sources else "not checked: its code is not known"
    # The file's name is enough: where it is installed is this machine's own affair.
    return "it imports " + ", ".join(f"{one.name} ({_place(one.where.path.name, one.where.line)})" for one in foreign)


def _place(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"


def _version(installed: Installed, hello: Hello) -> str:
    found = version_on_disk(installed)
    if found is None:
        return "not checked: the package's files name no version"
    return OK if found == hello.version else f"the package's files are of {found}, the adapter says {hello.version}"
