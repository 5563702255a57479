"""Endpoints that answer in a valid form and lie. Each stands in front of a sandbox and is named for its lie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from tests.mutants.sandbox_registry import edited, retargeted

from concordat.http1.answer import Answer

if TYPE_CHECKING:
    from tests.contract_tests.targets import Answering

    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

__all__ = ["honest", "raw"]


async def honest(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(request)


async def total_seven_too_many(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] += 7

    return edited(await sandbox.answer(request), lie)


async def total_of_the_page_only(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if "totalResults" in body:
            body["totalResults"] = len(body["results"])

    return edited(await sandbox.answer(request), lie)


async def total_other_on_later_pages(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if body.get("pageNumber", 1) > 1:
            body["totalResults"] += 1

    return edited(await sandbox.answer(request), lie)


async def second_page_is_the_first_again(sandbox: Sandbox, request: Request) -> Answer:
    if not re.search(r"[?&]page=2(&|$)", request.target):
        return await sandbox.answer(request)
    answer = await sandbox.answer(retargeted(request, r"(?<=[?&]page=)2(?=&|$)", lambda _: "1"))
    return edited(answer, lambda body: body.update(pageNumber=2))


async def page_number_always_one(sandbox: Sandbox, request: Request) -> Answer:
    return edited(await sandbox.answer(request), lambda body: body.update(pageNumber=1) if "results" in body else None)


async def page_of_another_size(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(retargeted(request, r"(?<=[?&])pageSize=\d+", lambda _: "pageSize=5"))


async def last_page_for_ever(sandbox: Sandbox, request: Request) -> Answer:
    """A page beyond the end shows the first records again."""
    answer = await sandbox.answer(request)
    body = msgspec.json.decode(answer.body) if answer.status == 200 else {}
    if not isinstance(body, dict) or body.get("results") != [] or body["pageNumber"] == 1:
        return answer
    first = await sandbox.answer(retargeted(request, r"(?<=[?&]page=)\d+", lambda _: "1"))
    return edited(first, lambda page: page.update(pageNumber=body["pageNumber"]))


async def read_with_another_name(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if "customerName" in body:
            body["customerName"] += " "

    return edited(await sandbox.answer(request), lie)


async def read_without_a_member(sandbox: Sandbox, request: Request) -> Answer:
    return edited(await sandbox.answer(request), lambda body: body.pop("status", None))


async def listed_but_not_found(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(retargeted(request, r"(?<=/data/customers/)[^/?]+$", lambda _: "nobody"))


async def next_is_page_one_for_ever(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        link = body.get("_links", {}).get("next")
        if link:
            link["href"] = re.sub(r"(?<=[?&]page=)\d+", "1", link["href"])

    return edited(await sandbox.answer(request), lie)


async def next_on_the_last_page_too(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        links = body.get("_links", {})
        if links and "next" not in links:
            links["next"] = links["current"]

    return edited(await sandbox.answer(request), lie)


async def next_missing(sandbox: Sandbox, request: Request) -> Answer:
    return edited(await sandbox.answer(request), lambda body: body.get("_links", {}).pop("next", None))


async def previous_forgets_the_order(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        link = body.get("_links", {}).get("previous")
        if link:
            link["href"] = re.sub(r"&orderBy=[^&]*", "", link["href"])

    return edited(await sandbox.answer(request), lie)


async def current_leads_elsewhere(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if "_links" in body:
            body["_links"]["current"]["href"] = "https://evil.example.com/companies?page=1"

    return edited(await sandbox.answer(request), lie)


async def filter_ignored(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(retargeted(request, r"(?<=[?&])query=[^&]*&?", lambda _: ""))


async def filter_loses_the_first_match(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if body.get("results"):
            del body["results"][0]
            body["totalResults"] -= 1

    answer = await sandbox.answer(request)
    return edited(answer, lie) if "query=" in request.target else answer


async def order_ignored(sandbox: Sandbox, request: Request) -> Answer:
    return await sandbox.answer(retargeted(request, r"(?<=[?&])orderBy=[^&]*&?", lambda _: ""))


async def order_loses_a_record(sandbox: Sandbox, request: Request) -> Answer:
    def lie(body: dict[str, Any]) -> None:
        if body.get("results"):
            del body["results"][-1]

    answer = await sandbox.answer(request)
    return edited(answer, lie) if "orderBy=" in request.target else answer


def raw(body: bytes, content_type: str = "application/json", status: int = 200) -> Answering:
    """Return an endpoint that lists companies honestly, and answers every customer read with `body`."""

    async def answer(sandbox: Sandbox, request: Request) -> Answer:
        if "/data/customers" not in request.target:
            return await sandbox.answer(request)
        return Answer(status, (("Content-Type", content_type),), body)

    return answer
