"""Every sandbox mutant, by name: an upstream that is the sandbox but for one thing that is wrong.

They prove that a wrong server is seen as well as a wrong client: through what the client shows, through the state, or,
where the answer itself is no answer of the contract, as a harness error through `response.contract`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.engine.sandbox_target import SandboxStage, SandboxTarget
from concordat.wire.exchange import Request, header

if TYPE_CHECKING:
    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.sandbox import Sandbox
    from concordat.wire.answer import Answer

__all__ = ["SANDBOXES", "BrokenTarget"]

Broken = Callable[["Sandbox", Request], Awaitable["Answer"]]
SANDBOXES: dict[str, Broken] = {}


def broken(answer: Broken) -> Broken:
    """Register a mutant under its function's name, with dashes: `sandbox:page-off-by-one`."""
    name = "sandbox:" + answer.__name__.replace("_", "-")
    assert name not in SANDBOXES, name
    SANDBOXES[name] = answer
    return answer


class BrokenTarget(SandboxTarget):
    """Makes stages whose sandbox answers as `mutant` does; None leaves it whole."""

    mutant: str | None = None

    async def stage(self, case: Case, contract: Contract) -> SandboxStage:
        if self.mutant is None:
            return await super().stage(case, contract)
        return _BrokenStage(case, contract, SANDBOXES[self.mutant])


class _BrokenStage(SandboxStage):
    def __init__(self, case: Case, contract: Contract, answer: Broken) -> None:
        super().__init__(case, contract)
        self._wrong = _BrokenUpstream(super().upstream, answer)

    @property
    def upstream(self) -> Any:
        return self._wrong


class _BrokenUpstream:
    def __init__(self, sandbox: Sandbox, answer: Broken) -> None:
        self._sandbox = sandbox
        self._wrong = answer

    async def answer(self, request: Request) -> Answer:
        return await self._wrong(self._sandbox, request)


def _edited(answer: Answer, change: Callable[[dict[str, Any]], object], *, failures: bool = False) -> Answer:
    """Return an answer with its JSON object changed in place; only successes, or only failures, and none of a fault."""
    kind = header(answer.headers, "content-type") or ""
    if answer.faults or "json" not in kind or (answer.status >= 400) is not failures:
        return answer
    body = json.loads(answer.body)
    change(body)
    return msgspec.structs.replace(answer, body=json.dumps(body).encode())


def _asking(request: Request, pattern: str, change: Callable[[re.Match[str]], str]) -> Request:
    """Return a request whose target was changed on its way into the sandbox."""
    return Request(request.method, re.sub(pattern, change, request.target), request.headers, request.body)


# Lists


@broken
async def page_off_by_one(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(_asking(request, r"(?<=[?&]page=)\d+", lambda at: str(int(at[0]) + 1)))


@broken
async def page_size_ignored(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(_asking(request, r"(?<=[?&])pageSize=\d+&?", lambda _: ""))


@broken
async def filter_ignored(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(_asking(request, r"(?<=[?&])query=[^&]*&?", lambda _: ""))


@broken
async def order_reversed(sandbox: Sandbox, request: Request) -> Answer:
    def turn(body: dict[str, Any]) -> None:
        if "results" in body:
            body["results"].reverse()

    return _edited(await sandbox.answer(request), turn)


@broken
async def total_of_the_page(sandbox: Sandbox, request: Request) -> Answer:
    def count(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] = len(body["results"])

    return _edited(await sandbox.answer(request), count)


@broken
async def next_link_missing(sandbox: Sandbox, request: Request) -> Answer:
    return _edited(await sandbox.answer(request), lambda body: body.get("_links", {}).pop("next", None))


@broken
async def deleted_not_marked(sandbox: Sandbox, request: Request) -> Answer:
    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            found.pop("metadata", None)

    return _edited(await sandbox.answer(request), forget)


@broken
async def writes_readable_at_once(sandbox: Sandbox, request: Request) -> Answer:
    sandbox._state.run("UPDATE customers SET cached = source WHERE source IS NOT NULL")
    return await sandbox.answer(request)


# Refusals


@broken
async def not_found_as_bad_request(sandbox: Sandbox, request: Request) -> Answer:
    answer = await sandbox.answer(request)
    if answer.status != 404:
        return answer
    changed = _edited(answer, lambda body: body.update(statusCode=400), failures=True)
    return msgspec.structs.replace(changed, status=400)


@broken
async def refusals_without_text(sandbox: Sandbox, request: Request) -> Answer:
    return _edited(await sandbox.answer(request), lambda body: body.pop("error", None), failures=True)


@broken
async def refusals_without_correlation_id(sandbox: Sandbox, request: Request) -> Answer:
    return _edited(await sandbox.answer(request), lambda body: body.pop("correlationId", None), failures=True)


@broken
async def every_key_let_in(sandbox: Sandbox, request: Request) -> Answer:
    others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    headers = (*others, ("Authorization", sandbox.auth))
    return await sandbox.answer(Request(request.method, request.target, headers, request.body))


# Writes


@broken
async def pending_forever(sandbox: Sandbox, request: Request) -> Answer:
    def hold(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found.update(status="Pending", statusCode=202)

    return _edited(await sandbox.answer(request), hold)


@broken
async def pushes_without_validation(sandbox: Sandbox, request: Request) -> Answer:
    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found.pop("validation", None)

    return _edited(await sandbox.answer(request), forget)


@broken
async def pushes_without_changes(sandbox: Sandbox, request: Request) -> Answer:
    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            if "pushOperationKey" in found:
                found["changes"] = None

    return _edited(await sandbox.answer(request), forget)


@broken
async def written_twice(sandbox: Sandbox, request: Request) -> Answer:
    if request.method != "GET":
        await sandbox.process(request)
    return await sandbox.answer(request)


@broken
async def write_lost(sandbox: Sandbox, request: Request) -> Answer:
    answer = await sandbox.answer(request)
    if request.method != "GET":
        sandbox._state.run("DELETE FROM pushes")
        sandbox._scene.commits.clear()
    return answer


# Answers that are none of the contract's


@broken
async def required_field_missing(sandbox: Sandbox, request: Request) -> Answer:
    return _edited(await sandbox.answer(request), lambda body: body.pop("pageNumber", None))


@broken
async def number_as_text(sandbox: Sandbox, request: Request) -> Answer:
    def text(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] = str(body["totalResults"])

    return _edited(await sandbox.answer(request), text)


@broken
async def undocumented_content_type(sandbox: Sandbox, request: Request) -> Answer:
    answer = await sandbox.answer(request)
    headers = tuple((k, "text/html" if k.lower() == "content-type" else v) for k, v in answer.headers)
    return msgspec.structs.replace(answer, headers=headers)


# Files


@broken
async def files_cut(sandbox: Sandbox, request: Request) -> Answer:
    answer = await sandbox.answer(request)
    whole = "/download" not in request.target or answer.status >= 400
    return answer if whole else msgspec.structs.replace(answer, body=answer.body[:-1])
