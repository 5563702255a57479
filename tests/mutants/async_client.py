"""An asynchronous client for cases about asynchronous calls and about cancelling; the reference client has none.

AsyncClient offers every method of the reference client as a coroutine function that does the work in a thread. Mutants
of this client alone are in `client_async.py`.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    from concordat_adapter import Call

    import concordat_reference

__all__ = ["AsyncClient", "serve_asynchronously"]

ADAPTERS = Path(__file__).parents[2] / "clients" / "reference"


class AsyncClient:
    """The client's resources, each with methods that are awaited."""

    def __init__(self, client: concordat_reference.Client) -> None:
        self._client = client

    def __dir__(self) -> Iterable[str]:
        return [name for name in vars(self._client) if not name.startswith("_")]

    def __getattr__(self, name: str) -> _AsyncResource:
        return _AsyncResource(self, getattr(self._client, name))

    async def send(self, method: Callable[..., Any], given: dict[str, Any]) -> Any:
        """Make one call of the client."""
        return await asyncio.to_thread(method, **given)


class _AsyncResource:
    def __init__(self, client: AsyncClient, resource: object) -> None:
        self._client = client
        self._resource = resource

    def __dir__(self) -> Iterable[str]:
        return dir(self._resource)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._resource, name)

        @functools.wraps(method)
        async def awaited(**given: object) -> Any:
            return await self._client.send(method, given)

        return awaited


class _Waiting:
    """An AsyncClient or one of its resources, for an adapter that calls: each call is awaited, and can be cancelled."""

    def __init__(self, awaited: object, call: Call) -> None:
        self._awaited = awaited
        self._call = call

    def __dir__(self) -> Iterable[str]:
        return dir(self._awaited)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._awaited, name)
        if not callable(found):
            return _Waiting(found, self._call)

        @functools.wraps(found)
        def called(**given: object) -> Any:
            return asyncio.run(self._wait(found(**given)))

        return called

    async def _wait(self, awaited: Coroutine[Any, Any, Any]) -> Any:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(awaited)
        self._call.cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self._call.cancelled:
            task.cancel()
        return await task


def serve_asynchronously() -> None:
    """Be the reference client's adapter, with another mode under it."""
    sys.path.insert(0, str(ADAPTERS))
    from concordat_adapter import config, serve  # noqa: PLC0415 - only in an adapter's process

    from adapter import ReferenceAdapter  # noqa: PLC0415 - the path above leads there

    class Asynchronous(ReferenceAdapter):
        modes = ("sync", "async")
        features: Any = (*ReferenceAdapter.features, "cancel")

        def open(self, order: dict[str, Any]) -> None:
            super().open(order)
            assert self.client is not None
            self._mode = AsyncClient(self.client)

        def call(self, call: Call) -> dict[str, Any]:
            """Make the call through a mode of the call's own, so that concurrent calls can be distinguished."""
            one = Asynchronous(self.config)
            waiting: Any = _Waiting(self._mode, call)
            one.client = waiting
            return ReferenceAdapter.call(one, call)

    serve(Asynchronous(config()))
