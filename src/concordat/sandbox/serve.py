"""The sandbox on a port of its own, for `concordat serve`."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from concordat.catalogue.reading import parse
from concordat.contract import load_contract
from concordat.errors import CatalogueError, Location, UsageError
from concordat.sandbox.app import plays
from concordat.sandbox.control import Control, Standalone, maker
from concordat.sandbox.world import World, parse_world
from concordat.wire.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.wire.answer import Upstream

__all__ = ["read_world", "serve"]


async def serve(
    api: str,
    *,
    port: int = 0,
    control_port: int = 0,
    world: Path | None = None,
    db: Path | None = None,
    on_ready: Callable[[dict[str, str]], None] = lambda _: None,
    until: asyncio.Event | None = None,
) -> None:
    """Serve one contract on loopback until SIGINT, SIGTERM or `until`.

    `on_ready` gets {"api", "url", "control", "auth"}: the contract's name, the URLs of the API and of the control
    endpoint (see `control`), and the valid Authorization value. With `db` the state is kept in that file, and
    `world` counts only when the file is new. The virtual clock begins now and follows the real one.
    Raises ContractError, CatalogueError, and UsageError for a contract that the sandbox cannot play, a taken port or a
    file that is no database of a sandbox.
    """
    contract = load_contract(api)
    if not any(map(plays, contract.operations)):
        message = f"the sandbox plays none of the operations of `{api}`"
        hint = "serve `accounting` or `sync-for-expenses`; cases script the answers of other contracts (`faults`)"
        raise UsageError(message, where=Location(contract.path), hint=hint)
    start = read_world(world) if world is not None else parse_world(None)
    database = ":memory:" if db is None else str(db)
    try:
        served = Standalone(maker(contract, start, lambda: _forget(db), database))
    except sqlite3.DatabaseError as error:
        message = "the file cannot hold the sandbox's state"
        raise UsageError(message, where=Location(db or Path()), cause=str(error), hint="name another file") from error
    stop = until or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    listeners: list[Listener] = []
    try:
        for upstream, wanted in ((served, port), (Control(served), control_port)):
            listeners.append(await _listen(upstream, wanted))
        public, control = listeners
        served.sandbox.base_url = public.url
        on_ready({"api": contract.name, "url": public.url, "control": control.url, "auth": served.sandbox.auth})
        await stop.wait()
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
        for listener in listeners:
            await listener.close()
        served.sandbox.close()


async def _listen(upstream: Upstream, port: int) -> Listener:
    try:
        return await Listener(upstream).start(port=port)
    except OSError as error:
        message = f"cannot listen on port {port}"
        raise UsageError(message, cause=error.strerror, hint="choose another port, or 0 for any free one") from error


def _forget(db: Path | None) -> None:
    """Remove a database file with its journals."""
    if db is not None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{db}{suffix}").unlink(missing_ok=True)


def read_world(path: Path) -> World:
    """Return the world that a YAML file holds: the mapping that a case has under `world:`.

    Raises CatalogueError with the file, and its line where that is known.
    """
    try:
        raw = parse(path.read_text("utf-8"), path).value
    except (OSError, UnicodeDecodeError) as error:
        message = "cannot read the world"
        cause = getattr(error, "strerror", None) or str(error)
        hint = "check the path; a world is UTF-8 text"
        raise CatalogueError(message, where=Location(path), cause=cause, hint=hint) from error
    try:
        return parse_world(raw)
    except CatalogueError as error:
        raise CatalogueError(error.message, where=Location(path), cause=error.cause, hint=error.hint) from error
