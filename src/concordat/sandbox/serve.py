"""The sandbox on a port of its own, for `concordat serve`."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from concordat.contract import load_contract
from concordat.documents import read_document
from concordat.errors import CatalogueError, Location, UsageError
from concordat.http1.listener import Listener
from concordat.http1.local import LocalUpstream, own_hosts
from concordat.sandbox.core.control import Control, Maker, Standalone
from concordat.sandbox.core.control_guard import BODY_LIMIT, TOKEN_HEADER, ControlGuard, refusal
from concordat.sandbox.registry import APIS, implements, parse_world, plugin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.sandbox.core.world import World

__all__ = ["read_world", "serve"]


async def serve(
    api: str,
    *,
    port: int = 0,
    control_port: int = 0,
    world: Path | None = None,
    db: Path | None = None,
    clock_rate: float = 1.0,
    on_ready: Callable[[dict[str, str]], None] = lambda _: None,
    until: asyncio.Event | None = None,
) -> None:
    """Serve one contract on loopback until SIGINT, SIGTERM or `until`.

    `on_ready` gets {"api", "url", "control", "auth", "token", "example"}: the contract's name, the URLs of the API and
    of the control endpoint (see `control`), the valid Authorization value, the token that control requests must carry,
    and a command that sends one. Both ports refuse requests with a `Host` or `Origin` of another site. With `db` the
    state is kept in that file, and `world` counts only when the file is new. The virtual clock begins now and runs
    `clock_rate` times as fast as the real one.
    Raises ContractError, CatalogueError, and UsageError for a contract without an implemented operation, for a taken
    port and for a file that is not the database of a sandbox.
    """
    contract = load_contract(api)
    if not any(implements(contract.name, name) for name in contract.operations):
        message = f"the sandbox implements none of the operations of `{api}`"
        known = " or ".join(f"`{name}`" for name in sorted(APIS))
        hint = f"serve {known}; cases script the answers of other contracts (`faults`)"
        raise UsageError(message, where=Location(contract.path), hint=hint)
    start = read_world(world, contract.name) if world is not None else parse_world(None, contract.name)
    database = ":memory:" if db is None else str(db)
    try:
        make = Maker(plugin_of(contract.name), contract, start, lambda: _forget(db), database=database)
        served = Standalone(make, rate=clock_rate)
    except sqlite3.DatabaseError as error:
        message = "the file cannot hold the sandbox's state"
        raise UsageError(message, where=Location(db or Path()), cause=str(error), hint="name another file") from error
    stop = until or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    guard = ControlGuard()
    public = Listener(LocalUpstream(served))
    control = Listener(Control(served, guard), body_limit=BODY_LIMIT, refusal=refusal, head_check=guard.refusal)
    listeners = {public: port, control: control_port}
    try:
        for listener, wanted in listeners.items():
            await _listen(listener, wanted)
        guard.hosts = own_hosts(control.host, control.port)
        served.sandbox.base_url = public.url
        on_ready(
            {
                "api": contract.name,
                "url": public.url,
                "control": control.url,
                "auth": served.sandbox.auth,
                "token": guard.token,
                "example": f"curl -H '{TOKEN_HEADER}: {guard.token}' {control.url}/state",
            }
        )
        await stop.wait()
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
        for listener in listeners:
            await listener.close()
        served.sandbox.close()


async def _listen(listener: Listener, port: int) -> None:
    try:
        await listener.start(port=port)
    except OSError as error:
        message = f"cannot listen on port {port}"
        raise UsageError(message, cause=error.strerror, hint="choose another port, or 0 for any free one") from error


def _forget(db: Path | None) -> None:
    """Remove a database file with its journals."""
    if db is not None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{db}{suffix}").unlink(missing_ok=True)


def read_world(path: Path, api: str | None = None) -> World:
    """Return the world of `api` that a YAML file holds: the mapping that a case has under `world:`.

    Raises CatalogueError with the file, and its line where that is known; for an empty file, too.
    """
    document = read_document(path, CatalogueError, "the world")
    if document.value is None:
        message = "the file is empty"
        raise document.error(message, "", "write `{}` for the default world")
    document.convert(plugin_of(api).world_type)
    try:
        return parse_world(document.value, api)
    except CatalogueError as error:
        raise CatalogueError(error.message, where=document.locate(""), cause=error.cause, hint=error.hint) from error
