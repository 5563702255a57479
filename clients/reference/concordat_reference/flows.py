"""What takes more than one call: reading all pages, and waiting for a push."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from concordat_reference.errors import PagingError, PushPendingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concordat_reference.models import Page, PushOperation
    from concordat_reference.resources import PushOperations

__all__ = ["iterate", "wait_for_push"]

Item = TypeVar("Item")


def iterate(list_page: Callable[..., Page[Item]], *args: str, **query: Any) -> Iterator[Item]:
    """Yield every item of a list, such as `iterate(client.customers.list, company_id, page_size=500)`.

    Goes on while the answer links a `next` page, taking only the page's number from the link: the arguments stay the
    caller's, and no link leads to another host. A page without results is the last. Raises PagingError for a link
    without a page number or to a page that does not lie ahead.
    """
    while True:
        page = list_page(*args, **query)
        items = page.get("results") or []
        yield from items
        link = page.get("_links", {}).get("next")
        if not link or not items:
            return
        named = parse_qs(urlsplit(link.get("href", "")).query).get("page", [""])[0]
        if not named.isdecimal() or int(named) <= (query.get("page") or 1):
            message = f"page {query.get('page') or 1} links {link.get('href')!r} as the next one"
            raise PagingError(message)
        query["page"] = int(named)


def wait_for_push(
    pushes: PushOperations, company_id: str, push_operation_key: str, *, deadline: float = 120.0, interval: float = 1.0
) -> PushOperation:
    """Return the push once it is no longer Pending; Failed and TimedOut are returned too, for the caller to judge.

    Asks every `interval` seconds for up to `deadline` seconds, once at least. Raises PushPendingError after that, and
    whatever `pushes.get` raises.
    """
    until = time.monotonic() + deadline
    while True:
        operation = pushes.get(company_id, push_operation_key)
        if operation.get("status") != "Pending":
            return operation
        if time.monotonic() + interval > until:
            raise PushPendingError(operation, deadline)
        time.sleep(interval)
