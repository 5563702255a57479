"""What takes more than one call: reading all pages, and waiting for a push."""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from concordat_reference.errors import InvalidArgumentError, PagingError, PushPendingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concordat_reference.models import Link, Page, PushOperation
    from concordat_reference.resources import PushOperations

__all__ = ["iterate", "wait_for_push"]

Item = TypeVar("Item")

REPEATS = 3
"""Pages that were all read before, one after another, that end a list; fewer can come of records that move."""
LAST_PAGE = 2**31 - 1
"""The greatest page that can be asked for: the contract's `page` has 32 bits."""


def iterate(list_page: Callable[..., Page[Item]], *args: str, **query: Any) -> Iterator[Item]:
    """Yield every item of a list, such as `iterate(client.customers.list, company_id, page_size=500)`.

    Goes on while the answer links a `next` page, taking only the page's number from the link: the arguments stay the
    caller's, and no link leads to another host. A page without results is the last; the totals of a page decide
    nothing. Raises PagingError for a link without a page number, to a page that does not lie ahead or that no request
    can ask for, and after REPEATS pages in a row that were read before: such a list has no end.
    """
    read: set[bytes] = set()
    repeated = 0
    while True:
        page = list_page(*args, **query)
        items = page.get("results") or []
        fingerprint = _fingerprint(items)
        repeated = repeated + 1 if fingerprint in read else 0
        if repeated == REPEATS:
            message = f"{REPEATS} pages in a row were read before, up to page {query.get('page') or 1}"
            raise PagingError(message)
        read.add(fingerprint)
        yield from items
        link = (page.get("_links") or {}).get("next")
        if not link or not items:
            return
        query["page"] = _ahead(link, query.get("page") or 1)


def _ahead(link: Link, current: int) -> int:
    """Return the number of the page that a link leads to."""
    href = link.get("href")
    try:
        named = parse_qs(urlsplit(href or "").query).get("page", [""])[0]
    except ValueError:  # an address such as `http://[`
        named = ""
    if not re.fullmatch("[0-9]{1,10}", named) or not current < int(named) <= LAST_PAGE:
        message = f"page {current} links {href!r} as the next one"
        raise PagingError(message)
    return int(named)


def _fingerprint(items: list[Any]) -> bytes:
    try:
        text = json.dumps(items, default=str)
    except RecursionError:
        message = "a page is nested too deeply to be compared with others"
        raise PagingError(message) from None
    return hashlib.sha256(text.encode()).digest()


def wait_for_push(
    pushes: PushOperations, company_id: str, push_operation_key: str, *, deadline: float = 120.0, interval: float = 1.0
) -> PushOperation:
    """Return the push once it is no longer Pending; Failed and TimedOut are returned too, for the caller to judge.

    Asks every `interval` seconds for up to `deadline` seconds, once at least; the repeats of a read that fails end then
    too, and the waits on its socket then or a second later. Raises PushPendingError after that, whatever `pushes.get`
    raises, and InvalidArgumentError for times that are negative or have no end.
    """
    if not (0 <= deadline < math.inf and 0 <= interval < math.inf):
        message = f"a wait of {deadline} s with looks every {interval} s has no end, or no beginning"
        raise InvalidArgumentError(message)
    until = time.monotonic() + deadline
    while True:
        operation = pushes.within(until - time.monotonic()).get(company_id, push_operation_key)
        if operation.get("status") != "Pending":
            return operation
        if time.monotonic() + interval > until:
            raise PushPendingError(operation, deadline)
        time.sleep(interval)
