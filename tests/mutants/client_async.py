"""Clients whose asynchronous mode alone is broken, see `async_client.py`."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.mutants.async_client import AsyncClient
from tests.mutants.client_registry import Original, mutant, wrap


@mutant
def asynchronous_without_the_credential() -> None:
    """Sends no credential from the asynchronous mode."""

    def made(own: Original, self: AsyncClient, client: Any) -> None:
        client._transport._session.headers.pop("Authorization", None)
        own(self, client)

    wrap(AsyncClient, "__init__", made)


@mutant
def asynchronous_without_optional_arguments() -> None:
    """Loses every optional argument of an asynchronous call."""

    async def send(own: Original, self: AsyncClient, method: object, given: dict[str, Any]) -> Any:
        return await own(
            self, method, {name: it for name, it in given.items() if name.endswith("_id") or name == "body"}
        )

    wrap(AsyncClient, "send", send)


@mutant
def cancelled_writes_started_over() -> None:
    """Starts a call over when its caller cancels it."""

    async def send(own: Original, self: AsyncClient, method: Any, given: dict[str, Any]) -> Any:
        try:
            return await own(self, method, given)
        except asyncio.CancelledError:
            method(**given)
            raise

    wrap(AsyncClient, "send", send)


@mutant
def lost_for_good_after_a_cancelled_call() -> None:
    """Makes no call any more once one was cancelled."""

    async def send(own: Original, self: AsyncClient, method: object, given: dict[str, Any]) -> Any:
        if self in cancelled:
            raise asyncio.CancelledError
        try:
            return await own(self, method, given)
        except asyncio.CancelledError:
            cancelled.append(self)
            raise

    cancelled: list[AsyncClient] = []
    wrap(AsyncClient, "send", send)


@mutant
def answer_of_a_cancelled_call_shown_to_the_next() -> None:
    """Shows the answer of a call that was cancelled as that of the next one."""
    left: list[Any] = []

    async def send(own: Original, self: AsyncClient, method: object, given: dict[str, Any]) -> Any:
        try:
            found = await own(self, method, given)
        except asyncio.CancelledError:
            left.append({"results": []})
            raise
        return left.pop() if left else found

    wrap(AsyncClient, "send", send)
