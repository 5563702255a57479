"""One real call to a tiny listener: what an SDK says of itself on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.contract import load_contract
from concordat.errors import AdapterError
from concordat.http1.answer import Answer
from concordat.http1.listener import Listener

if TYPE_CHECKING:
    from concordat.clients.manifest import Manifest
    from concordat.clients.process import AdapterProcess
    from concordat.contract.operation import Operation
    from concordat.http1.exchange import Request

__all__ = ["user_agents"]

_DEADLINE = 20.0


class _Refusing:
    """An upstream that keeps the requests and knows nothing of what they ask for."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Answer:
        """Keep the request; answer that there is no such thing."""
        self.requests.append(request)
        return Answer(404, (("Content-Type", "application/json"),), b"{}")


async def user_agents(process: AdapterProcess, manifest: Manifest) -> list[str]:
    """Open the SDK client on a listener, read something through it, and return every User-Agent that arrived.

    Nothing is called for a client without an operation that reads. Raises AdapterError when the call sends nothing, or
    its adapter fails.
    """
    operation = _readable(manifest)
    if operation is None:
        return []
    upstream = _Refusing()
    listener = await Listener(upstream).start()
    try:
        await process.open(server_url=listener.url, auth="Basic Y2hlY2s=", deadline=_DEADLINE)
        given = {one.name: "1" for one in operation.parameters if one.required}
        await process.call(operation.name, given, deadline=_DEADLINE)
    finally:
        await listener.close()
    if not upstream.requests:
        message = f"a call of {operation.name} sent no request"
        raise AdapterError(message)
    return [value for one in upstream.requests for name, value in one.headers if name.lower() == "user-agent"]


def _readable(manifest: Manifest) -> Operation | None:
    """Return a GET of the client's first contract that takes the fewest arguments."""
    operations = load_contract(manifest.apis[0]).operations
    known = [operations[name] for name in manifest.operations if name in operations]
    reads = [one for one in known if one.method == "GET"]
    return min(reads, key=lambda one: (sum(parameter.required for parameter in one.parameters), one.name), default=None)
