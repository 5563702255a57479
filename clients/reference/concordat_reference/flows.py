"""Functions that make several calls: reading all pages, and waiting for a push."""

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
"""The number of consecutive repeated pages that ends a list; moving records can repeat fewer."""
LAST_PAGE = 2**31 - 1
"""The largest page number: the contract's `page` has 32 bits."""


def iterate(list_page: Callable[..., Page[Item]], *args: str, **query: Any) -> Iterator[Item]:
    """Yield every item of a list, such as `iterate(client.customers.list, company_id, page_size=500)`.

    Continues while the response links a `next` page. Only the page number comes from the link, so that the arguments
    remain the caller's and a link cannot lead to another host. A page without results is the last; the totals are
    ignored. Raises PagingError for a link without a valid later page number, and after REPEATS consecutive pages that
    were read before, because such a list has no end.
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
    """Return the page number of a link. Raises PagingError unless it is after `current`."""
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
    """Return the push when it is no longer Pending; a Failed or TimedOut push is returned too.

    Reads the push every `interval` seconds for up to `deadline` seconds, at least once. The deadline also limits the
    repeats of a failing read, and with up to a second more its waits on the socket. Raises PushPendingError after the
    deadline, the errors of `pushes.get`, and InvalidArgumentError for times that are negative or infinite.
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
