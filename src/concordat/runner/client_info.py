"""The report's entry of one client: its package, the audit of its adapter, its public API and its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.clients.identity import version_on_disk
from concordat.clients.integrity import NotAudited, foreign_imports
from concordat.runner.result import CauseView, ClientInfo, Integrity

if TYPE_CHECKING:
    from concordat.clients import ClientChoice, Hello, Installed
    from concordat.clients.public_api import PublicApiView
    from concordat.ledger.model import Cause
    from concordat.runner.client import Client

__all__ = ["client_info", "integrity_of", "merged_info", "unavailable_info"]

OK = "ok"
BY_STUB = "see `concordat clients check`"
UNSENT = "not checked: no request was seen"


def unavailable_info(choice: ClientChoice, reason: str) -> ClientInfo:
    """Return the entry of a client that could not be installed."""
    return ClientInfo(
        name=choice.name,
        version=choice.version,
        requested=choice.version,
        package=choice.manifest.package,
        language=choice.manifest.language,
        available=False,
        reason=reason,
    )


def client_info(client: Client, hello: Hello, *, view: PublicApiView, integrity: Integrity) -> ClientInfo:
    """Return the entry of a client whose adapter has started."""
    causes = () if client.ledger is None else client.ledger.causes
    return ClientInfo(
        name=client.name,
        version=hello.version,
        requested=client.installed.version,
        package=hello.package,
        language=hello.language,
        runtime=hello.runtime,
        style=hello.style,
        api=", ".join(client.manifest.apis),
        artifact_sha256=client.installed.artifact_sha256,
        lock_sha256=client.installed.lock_sha256,
        integrity=integrity,
        document=view.document,
        public_api=view.differences,
        public_api_note=view.reason,
        causes=tuple(_cause_view(cause) for cause in causes),
    )


def merged_info(one: ClientInfo, other: ClientInfo) -> ClientInfo:
    """Return the entry of a client from the entries of two processes.

    An available one precedes, so that results which the other process lacks make the report incomplete; of two
    available ones, the one whose adapter fails an integrity check.
    """
    if one.available != other.available:
        return one if one.available else other
    return other if other.integrity is not None and other.integrity.trouble else one


def _cause_view(cause: Cause) -> CauseView:
    return CauseView(
        id=cause.id,
        reason=cause.reason,
        source=cause.source,
        smallest=cause.smallest,
        versions=cause.versions,
        review_by=cause.review_by.isoformat(),
    )


def integrity_of(installed: Installed, hello: Hello) -> Integrity:
    """Return the integrity of a started adapter from its files; the report adds `user_agent`."""
    return Integrity(imports=_imports(installed), version=_version(installed, hello), user_agent=UNSENT, stub=BY_STUB)


def _imports(installed: Installed) -> str:
    try:
        foreign = foreign_imports(installed)
    except NotAudited as error:
        return str(error)
    except (OSError, SyntaxError, ValueError) as error:
        return f"not checked: its code cannot be read: {type(error).__name__}"
    if not foreign:
        return OK if installed.sources else "not checked: its code is not known"
    # The file's name only: a report contains no path of this machine.
    return "it imports " + ", ".join(f"{one} ({_place(one.where.path.name, one.where.line)})" for one in foreign)


def _place(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"


def _version(installed: Installed, hello: Hello) -> str:
    on_disk = version_on_disk(installed)
    if on_disk is None:
        return "not checked: the package's files name no version"
    if on_disk == hello.version:
        return OK
    return f"the package's files are of {on_disk}, the adapter reports {hello.version}"
