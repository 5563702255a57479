"""Sandboxes that take writes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.mutants.sandbox_registry import broken, edited, retargeted

from concordat.http1.answer import Answer
from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from concordat.sandbox import Sandbox


# Writes


@broken
async def pending_forever(sandbox: Sandbox, request: Request) -> Answer:
    """Never lets a push end."""

    def hold(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found.update(status="Pending", statusCode=202)

    return edited(await sandbox.answer(request), hold)


@broken
async def pushes_without_validation(sandbox: Sandbox, request: Request) -> Answer:
    """Shows pushes without their validation."""

    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found.pop("validation", None)

    return edited(await sandbox.answer(request), forget)


@broken
async def pushes_without_changes(sandbox: Sandbox, request: Request) -> Answer:
    """Shows pushes without their changes."""

    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found["changes"] = None

    return edited(await sandbox.answer(request), forget)


@broken
async def written_twice(sandbox: Sandbox, request: Request) -> Answer:
    """Takes in every write twice."""
    if request.method != "GET":
        await sandbox.process(request)
    return await sandbox.answer(request)


@broken
async def write_lost(sandbox: Sandbox, request: Request) -> Answer:
    """Forgets every write that it has accepted."""
    answer = await sandbox.answer(request)
    if request.method != "GET":
        sandbox._state.run("DELETE FROM pushes")
        sandbox._context.accepted.clear()
    return answer


def _with_argument(sandbox: Sandbox, request: Request, name: str, value: str) -> Request:
    """Return a request with a query argument that its caller did not give, where its operation has such a one."""
    found = sandbox._contract.match(request.method, request.raw_path)
    if found is None or name not in {parameter.name for parameter in found.operation.parameters}:
        return request
    plain = retargeted(request, rf"(?<=[?&]){name}=[^&]*&?", lambda _: "")
    joint = "" if plain.target.endswith(("?", "&")) else "&" if "?" in plain.target else "?"
    return Request(plain.method, f"{plain.target}{joint}{name}={value}", plain.headers, plain.body)


@broken
async def timeouts_ignored(sandbox: Sandbox, request: Request) -> Answer:
    """Ignores the timeout of a push."""
    return await sandbox.answer(retargeted(request, r"(?<=[?&])timeoutInMinutes=[^&]*&?", lambda _: ""))


@broken
async def updates_always_forced(sandbox: Sandbox, request: Request) -> Answer:
    """Takes every update for a forced one."""
    return await sandbox.answer(_with_argument(sandbox, request, "forceUpdate", "true"))


@broken
async def sync_on_completion_left_out(sandbox: Sandbox, request: Request) -> Answer:
    """Never syncs when a push has ended."""
    return await sandbox.answer(_with_argument(sandbox, request, "allowSyncOnPushComplete", "false"))


@broken
async def partial_changes_replace(sandbox: Sandbox, request: Request) -> Answer:
    """Takes a partial change of a company for the whole of it."""
    company = request.method == "PATCH" and "/connections/" not in request.target
    method = "PUT" if company else request.method
    return await sandbox.answer(Request(method, request.target, request.headers, request.body))


@broken
async def refreshes_forgotten(sandbox: Sandbox, request: Request) -> Answer:
    """Answers a refresh, and forgets about it."""
    before = {row[0] for row in sandbox._state.all("SELECT id FROM pulls")}
    answer = await sandbox.answer(request)
    if request.method == "POST" and "/data/" in request.target:
        for (found,) in sandbox._state.all("SELECT id FROM pulls"):
            if found not in before:
                sandbox._state.run("DELETE FROM pulls WHERE id = ?", found)
    return answer


@broken
async def deletions_forgotten(sandbox: Sandbox, request: Request) -> Answer:
    """Answers a deletion, and deletes nothing."""
    if request.method != "DELETE":
        return await sandbox.answer(request)
    await sandbox.process(Request("GET", request.target, request.headers))
    return Answer(204, (), b"")


@broken
async def unlinking_forgotten(sandbox: Sandbox, request: Request) -> Answer:
    """Answers as if a connection were unlinked, and leaves it linked."""
    before = sandbox._state.all("SELECT id, status, body FROM connections")
    answer = await sandbox.answer(request)
    if request.method == "PATCH" and "/connections/" in request.target:
        for found, status, body in before:
            sandbox._state.run("UPDATE connections SET status = ?, body = ? WHERE id = ?", status, body, found)
    return answer


@broken
async def records_overwritten(sandbox: Sandbox, request: Request) -> Answer:
    """Gives every record the name of the one that was updated."""
    answer = await sandbox.answer(request)
    if request.method == "PUT" and "/push/" in request.target and b"customerName" in request.body:
        name = json.loads(request.body)["customerName"]
        sandbox._state.run("UPDATE customers SET source = json_set(source, '$.customerName', ?)", name)
    return answer


@broken
async def pushes_through_the_first_connection(sandbox: Sandbox, request: Request) -> Answer:
    """Shows every push as one of the company's first connection."""
    first = sandbox._state.one("SELECT id FROM connections ORDER BY seq LIMIT 1")

    def moved(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "dataConnectionKey" in found and first is not None:
                found["dataConnectionKey"] = first[0]

    return edited(await sandbox.answer(request), moved)
