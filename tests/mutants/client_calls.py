"""Clients in which calls, or a client's requests, get in each other's way."""

from __future__ import annotations

import threading
import time
from typing import Any

from tests.mutants.client_registry import Original, mutant, wrap

from concordat_reference.errors import ApiError, ClientError, TransportError
from concordat_reference.transport import Transport

SIDE_BY_SIDE = 0.1
"""Seconds in which calls that were started together have all begun."""


@mutant
def reads_at_once_share_an_answer() -> None:
    """Gives reads that run at once the answer of the one that began first."""
    under_way: dict[int, list[Any]] = {}
    lock = threading.Lock()

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        if method != "GET":
            return own(self, method, *given, **named)
        with lock:
            first = id(self) not in under_way
            shared = under_way.setdefault(id(self), [])
        if first:
            time.sleep(SIDE_BY_SIDE)
            with lock:
                del under_way[id(self)]
            try:
                shared.append(own(self, method, *given, **named))
            except ClientError as error:
                shared.append(error)
        while not shared:
            time.sleep(0.001)
        if isinstance(shared[0], ClientError):
            raise shared[0]
        return shared[0]

    wrap(Transport, "request", request)


@mutant
def writes_at_once_share_a_body() -> None:
    """Sends writes that run at once with the body of the one that began last."""
    last: dict[int, Any] = {}

    def request(
        own: Original, self: Transport, method: str, *given: object, body: object = None, **named: object
    ) -> Any:
        if body is None:
            return own(self, method, *given, **named)
        last[id(self)] = body
        time.sleep(SIDE_BY_SIDE)
        return own(self, method, *given, body=last[id(self)], **named)

    wrap(Transport, "request", request)


@mutant
def failure_reported_to_every_later_call() -> None:
    """Raises its first failure again at every later call."""
    seen: dict[str, ClientError] = {}

    def request(own: Original, self: Transport, *given: object, **named: object) -> Any:
        if self._base in seen:
            raise seen[self._base]
        try:
            return own(self, *given, **named)
        except ClientError as error:
            seen[self._base] = error
            raise

    wrap(Transport, "request", request)


@mutant
def lost_for_good_after_a_lost_connection() -> None:
    """Sends nothing any more once a connection was lost."""
    lost: set[str] = set()

    def request(own: Original, self: Transport, *given: object, **named: object) -> Any:
        if self._base in lost:
            reason = "it is closed"
            raise TransportError(reason)
        try:
            return own(self, *given, **named)
        except TransportError:
            lost.add(self._base)
            raise

    wrap(Transport, "request", request)


@mutant
def credential_forgotten_after_a_refusal() -> None:
    """Sends no credential any more once a request was refused."""

    def once(own: Original, self: Transport, *given: object) -> Any:
        try:
            return own(self, *given)
        except ApiError:
            self._session.headers.pop("Authorization", None)
            raise

    wrap(Transport, "_once", once)


@mutant
def same_body_written_once() -> None:
    """Answers a write from memory when its body was sent before."""
    known: dict[str, Any] = {}

    def made(own: Original, self: Transport, *given: object) -> None:
        known.clear()
        own(self, *given)

    def request(
        own: Original, self: Transport, method: str, template: str, *given: object, body: object = None, **named: object
    ) -> Any:
        if body is None:
            return own(self, method, template, *given, **named)
        key = f"{method} {template} {body}"
        if key not in known:
            known[key] = own(self, method, template, *given, body=body, **named)
        return known[key]

    wrap(Transport, "__init__", made)
    wrap(Transport, "request", request)


@mutant
def downloads_handed_out_once() -> None:
    """Hands out nothing when a file is downloaded for the second time."""
    seen: set[str] = set()

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        answer = own(self, method, target, *given)
        if not target.endswith("/download"):
            return answer
        again = self._base + target in seen
        seen.add(self._base + target)
        return answer._replace(body=b"") if again else answer

    wrap(Transport, "_once", once)


@mutant
def pieces_of_a_cut_download_kept() -> None:
    """Puts the bytes of the next try behind those of a try that broke off."""
    from http.client import HTTPResponse, IncompleteRead  # noqa: PLC0415 - of this mutant alone

    held: list[bytes] = []

    def made(own: Original, self: Transport, *given: object) -> None:
        held.clear()
        own(self, *given)

    def read(own: Original, *given: object) -> Any:
        try:
            whole = own(*given)
        except IncompleteRead as cut:
            held.append(cut.partial)
            raise
        kept = b"".join(held)
        held.clear()
        return kept + whole if whole else whole

    wrap(Transport, "__init__", made)
    wrap(HTTPResponse, "read", read)


@mutant
def records_read_before_they_are_updated() -> None:
    """Reads a record before it updates it, and gives up when it is not there."""

    def request(own: Original, self: Transport, method: str, template: str, arguments: Any, **named: Any) -> Any:
        if method == "PUT" and "/push/customers/" in template:
            at = {name: arguments[name] for name in ("companyId", "customerId")}
            own(self, "GET", "/companies/{companyId}/data/customers/{customerId}", at)
        return own(self, method, template, arguments, **named)

    wrap(Transport, "request", request)


@mutant
def all_pages_fetched_at_once() -> None:
    """Follows a list to its end, and returns the results of all pages as one."""
    import json  # noqa: PLC0415 - of this mutant alone

    def request(own: Original, self: Transport, method: str, *given: Any, **named: Any) -> Any:
        answer = own(self, method, *given, **named)
        if method != "GET" or b'"next"' not in answer.body:
            return answer
        page = json.loads(answer.body)
        query = named.get("query") or {}
        number = int(query.get("page") or 1)
        while page.get("_links", {}).pop("next", None):
            number += 1
            further = json.loads(own(self, method, *given, **{**named, "query": {**query, "page": number}}).body)
            page["results"] += further["results"]
            page["_links"] = further["_links"]
        return answer._replace(body=json.dumps(page).encode())

    wrap(Transport, "request", request)


@mutant
def answers_of_reads_at_once_mixed_up() -> None:
    """Hands the answers of reads that run at once to one another."""
    groups: dict[int, list[Any]] = {}
    lock = threading.Lock()

    def request(own: Original, self: Transport, method: str, *given: object, **named: object) -> Any:
        if method != "GET":
            return own(self, method, *given, **named)
        with lock:
            group = groups.setdefault(id(self), [])
            place = len(group)
            group.append(None)
        time.sleep(SIDE_BY_SIDE)
        with lock:
            if groups.get(id(self)) is group:
                del groups[id(self)]
        try:
            group[place] = own(self, method, *given, **named)
        except ClientError as error:
            group[place] = error
        while None in group:
            time.sleep(0.001)
        found = group[place - 1]
        if isinstance(found, ClientError):
            raise found
        return found

    wrap(Transport, "request", request)
