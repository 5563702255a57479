"""Sandboxes that answer reads wrong, or refuse wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
from tests.mutants.sandbox_registry import broken, edited, retargeted

from concordat.http1.exchange import Request

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.sandbox import Sandbox


# Lists


@broken
async def page_off_by_one(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with the page after the one that was asked for."""
    return await sandbox.answer(retargeted(request, r"(?<=[?&]page=)\d+", lambda at: str(int(at[0]) + 1)))


@broken
async def page_size_ignored(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with pages of its own size."""
    return await sandbox.answer(retargeted(request, r"(?<=[?&])pageSize=\d+&?", lambda _: ""))


@broken
async def filter_ignored(sandbox: Sandbox, request: Request) -> Answer:
    """Ignores the query."""
    return await sandbox.answer(retargeted(request, r"(?<=[?&])query=[^&]*&?", lambda _: ""))


@broken
async def order_reversed(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with a page's results in reverse."""

    def turn(body: dict[str, Any]) -> None:
        if "results" in body:
            body["results"].reverse()

    return edited(await sandbox.answer(request), turn)


@broken
async def total_of_the_page(sandbox: Sandbox, request: Request) -> Answer:
    """Counts the page where the total belongs."""

    def count(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] = len(body["results"])

    return edited(await sandbox.answer(request), count)


@broken
async def next_link_missing(sandbox: Sandbox, request: Request) -> Answer:
    """Leaves out the link to the next page."""
    return edited(await sandbox.answer(request), lambda body: body.get("_links", {}).pop("next", None))


@broken
async def deleted_not_marked(sandbox: Sandbox, request: Request) -> Answer:
    """Leaves out the metadata that marks a deleted record."""

    def forget(body: dict[str, Any]) -> None:
        for found in [*body.get("results", []), body]:
            found.pop("metadata", None)

    return edited(await sandbox.answer(request), forget)


@broken
async def writes_readable_at_once(sandbox: Sandbox, request: Request) -> Answer:
    """Shows what was written without a refresh."""
    sandbox._state.run("UPDATE customers SET cached = source WHERE source IS NOT NULL")
    return await sandbox.answer(request)


# Refusals


@broken
async def not_found_as_bad_request(sandbox: Sandbox, request: Request) -> Answer:
    """Answers 400 where a record is not there."""
    answer = await sandbox.answer(request)
    if answer.status != 404:
        return answer
    changed = edited(answer, lambda body: body.update(statusCode=400), failures=True)
    return msgspec.structs.replace(changed, status=400)


@broken
async def refusals_without_text(sandbox: Sandbox, request: Request) -> Answer:
    """Refuses without saying why."""
    return edited(await sandbox.answer(request), lambda body: body.pop("error", None), failures=True)


@broken
async def refusals_without_correlation_id(sandbox: Sandbox, request: Request) -> Answer:
    """Refuses without a correlation id."""
    return edited(await sandbox.answer(request), lambda body: body.pop("correlationId", None), failures=True)


@broken
async def every_key_let_in(sandbox: Sandbox, request: Request) -> Answer:
    """Lets every credential in."""
    others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    headers = (*others, ("Authorization", sandbox.auth))
    return await sandbox.answer(Request(request.method, request.target, headers, request.body))


# Answers that are none of the contract's


@broken
async def required_field_missing(sandbox: Sandbox, request: Request) -> Answer:
    """Leaves out a field that the contract requires."""
    return edited(await sandbox.answer(request), lambda body: body.pop("pageNumber", None))


@broken
async def number_as_text(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with a number as text."""

    def text(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] = str(body["totalResults"])

    return edited(await sandbox.answer(request), text)


@broken
async def undocumented_content_type(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with JSON under the media type of HTML."""
    answer = await sandbox.answer(request)
    headers = tuple((k, "text/html" if k.lower() == "content-type" else v) for k, v in answer.headers)
    return msgspec.structs.replace(answer, headers=headers)


# Files


@broken
async def files_cut(sandbox: Sandbox, request: Request) -> Answer:
    """Leaves out the last byte of a file."""
    answer = await sandbox.answer(request)
    whole = "/download" not in request.target or answer.status >= 400
    return answer if whole else msgspec.structs.replace(answer, body=answer.body[:-1])


@broken
async def files_of_everybody(sandbox: Sandbox, request: Request) -> Answer:
    """Shows every file at every customer."""
    found = re.search(r"/customers/([^/]+)/attachments", request.raw_path)
    if found:
        sandbox._state.run("UPDATE attachments SET customer = ?", unquote(found[1]))
    return await sandbox.answer(request)


@broken
async def files_need_a_sync(sandbox: Sandbox, request: Request) -> Answer:
    """Refuses to show files of a company that was never synced."""
    if "/attachments" in request.raw_path:
        synced = sandbox._state.one("SELECT 1 FROM pulls WHERE status = 'Complete' LIMIT 1")
        if synced is None:
            listing = re.sub(r"/connections/.*", "/data/customers", request.target)
            return await sandbox.answer(Request(request.method, listing, request.headers, request.body))
    return await sandbox.answer(request)


@broken
async def order_ignored(sandbox: Sandbox, request: Request) -> Answer:
    """Ignores the order that was asked for."""
    return await sandbox.answer(retargeted(request, r"(?<=[?&])orderBy=[^&]*&?", lambda _: ""))


@broken
async def outdated_keys_refused_as_wrong(sandbox: Sandbox, request: Request) -> Answer:
    """Answers 401 to an outdated key."""
    return _with_status(await sandbox.answer(request), 403, 401)


@broken
async def quota_refused_as_outage(sandbox: Sandbox, request: Request) -> Answer:
    """Answers 503 when the quota is spent."""
    return _with_status(await sandbox.answer(request), 429, 503)


@broken
async def unsynced_data_not_found(sandbox: Sandbox, request: Request) -> Answer:
    """Answers 404 where data was never fetched."""
    return _with_status(await sandbox.answer(request), 409, 404)


@broken
async def links_of_the_first_page(sandbox: Sandbox, request: Request) -> Answer:
    """Shows the address of the first page as the page's own."""

    def first(body: dict[str, Any]) -> None:
        links = body.get("_links") or {}
        if "current" in links:
            links["self"] = links["current"] = {"href": re.sub(r"page=\d+", "page=1", links["current"]["href"])}

    return edited(await sandbox.answer(request), first)


def _with_status(answer: Answer, status: int, other: int) -> Answer:
    if answer.status != status or answer.faults:
        return answer
    changed = edited(answer, lambda body: body.update(statusCode=other), failures=True)
    return msgspec.structs.replace(changed, status=other)


@broken
async def options_of_the_first_connection(sandbox: Sandbox, request: Request) -> Answer:
    """Answers with the options of the company's first connection, whichever was named."""
    first = sandbox._state.one("SELECT id FROM connections ORDER BY seq LIMIT 1")
    if first is None or "/options/" not in request.raw_path:
        return await sandbox.answer(request)
    return await sandbox.answer(retargeted(request, r"(?<=/connections/)[^/]+", lambda _: str(first[0])))
