"""`concordat clients check`: protocol, integrity and identity of an installed adapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.clients.identity import user_agent_problem, user_agents, version_on_disk
from concordat.clients.integrity import NotAudited, foreign_imports
from concordat.clients.process import AdapterProcess
from concordat.clients.public_api import view_public_api
from concordat.clients.registry import variant_of
from concordat.errors import ConcordatError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from concordat.clients.installed import Installed
    from concordat.clients.manifest import Manifest

__all__ = ["Finding", "check_client"]

_NOWHERE = "http://127.0.0.1:9"
"""The discard port: a client is built with this URL, and nothing is sent to it."""
_UNKNOWN = "concordat.no-such-operation"
_DEADLINE = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `problem` is None when the check passed."""

    name: str
    problem: str | None = None
    notes: tuple[str, ...] = ()
    """Information that is not a problem."""


async def check_client(installed: Installed, manifest: Manifest) -> list[Finding]:
    """Check an installed client's adapter: its imports, every message of the protocol, and its identity.

    The adapter sends one request, to a listener of Concordat. Every fault of the adapter is a finding.
    """
    findings = [_integrity(installed)]
    process = AdapterProcess()
    steps: list[tuple[str, Callable[[], Awaitable[str | None]]]] = [
        ("start and hello", lambda: _hello(process, installed)),
        ("the package's own name and version", lambda: _identity(process, installed)),
        ("the manifest's operations", lambda: _operations(process, manifest)),
        ("open", lambda: _open(process)),
        ("an unknown operation is unsupported", lambda: _unsupported(process)),
        ("close", lambda: _close(process)),
        ("the User-Agent does not contradict the version", lambda: _user_agent(process, installed, manifest)),
    ]
    try:
        for name, step in steps:
            try:
                problem = await step()
            except ConcordatError as error:
                findings.append(Finding(name, str(error)))
                break
            findings.append(Finding(name, problem))
        else:
            findings.append(await _public_api(process, manifest))
    finally:
        await process.shutdown()
    return findings


def _integrity(installed: Installed) -> Finding:
    name = "imports nothing but the SDK, the standard library and the helper"
    try:
        foreign = foreign_imports(installed)
    except NotAudited as error:
        return Finding(name, notes=(str(error),))
    except (OSError, SyntaxError, ValueError) as error:
        return Finding(name, f"its code cannot be read: {error}")
    shown = ", ".join(f"`{one}` ({one.where})" for one in foreign)
    return Finding(name, f"it imports {shown}" if foreign else None)


async def _hello(process: AdapterProcess, installed: Installed) -> str | None:
    hello = await process.start(installed)
    if hello.style != installed.style:
        return f"its style is `{hello.style}`, the manifest's `{installed.style}`"
    return None


async def _identity(process: AdapterProcess, installed: Installed) -> str | None:
    hello = process.hello
    reported = (hello.package, hello.version) if hello else ("", "")
    found = version_on_disk(installed)
    if found is not None and found != installed.version:
        return f"the package's files are of version {found}, installed was {installed.version}"
    if reported != (installed.package, installed.version):
        return f"the package is {reported[0]} {reported[1]}, installed was {installed.package} {installed.version}"
    return None


async def _operations(process: AdapterProcess, manifest: Manifest) -> str | None:
    reported = set(process.hello.operations) if process.hello else set()
    listed = manifest.operations.keys()
    missing, further = sorted(listed - reported), sorted(reported - listed)
    if missing or further:
        return f"missing: {', '.join(missing) or 'none'}; not in the manifest: {', '.join(further) or 'none'}"
    return None


async def _open(process: AdapterProcess) -> str | None:
    refused = await process.open(server_url=_NOWHERE, auth="Basic Y2hlY2s=", deadline=_DEADLINE)
    if refused is None:
        return None
    shown = f"{refused.error.cls}: {refused.error.message}" if refused.error else refused.ended
    return f"the SDK client cannot be built: {shown}"


async def _unsupported(process: AdapterProcess) -> str | None:
    outcome = await process.call(_UNKNOWN, {}, deadline=_DEADLINE)
    if outcome.ended != "unsupported":
        return f"it answered `{outcome.ended}` (phase `{outcome.phase}`)"
    return None


async def _public_api(process: AdapterProcess, manifest: Manifest) -> Finding:
    version = process.hello.version if process.hello else ""
    view = await view_public_api(process, variant_of(manifest, version), version)
    notes = [f"{one.kind}: {one}" for one in view.differences]
    name = f"documented ({view.document}) and installed" if view.document else "documented and installed"
    return Finding(name, notes=tuple(notes) or (view.reason or "they agree",))


async def _user_agent(process: AdapterProcess, installed: Installed, manifest: Manifest) -> str | None:
    names = {installed.package, installed.module}
    for shown in await user_agents(process, manifest):
        problem = user_agent_problem(shown, names=names, version=installed.version)
        if problem is not None:
            return problem
    return None


async def _close(process: AdapterProcess) -> str | None:
    await process.close(_DEADLINE)
    return None
