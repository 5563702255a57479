"""Clients whose query or path is not what their caller asked for."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from tests.mutants.client_registry import OutgoingRequest, change_requests, mutant, wrap

from concordat_reference import codec
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.mutants.client_registry import Original


def _set(part: dict[str, Any], name: str, change: Callable[[Any], Any]) -> None:
    if part.get(name) is not None:
        part[name] = change(part[name])


# The query


@mutant
def page_off_by_one() -> None:
    """Asks for the page after the one that was meant."""
    change_requests(lambda sent: _set(sent.query, "page", lambda page: page + 1))


@mutant
def page_ignored() -> None:
    """Leaves the page out."""
    change_requests(lambda sent: sent.query.pop("page", None))


@mutant
def page_size_dropped() -> None:
    """Leaves the page size out."""
    change_requests(lambda sent: sent.query.pop("pageSize", None))


@mutant
def page_size_capped() -> None:
    """Asks for pages of a hundred at most."""
    change_requests(lambda sent: _set(sent.query, "pageSize", lambda size: min(size, 100)))


@mutant
def order_by_dropped() -> None:
    """Leaves the order out."""
    change_requests(lambda sent: sent.query.pop("orderBy", None))


@mutant
def query_names_in_snake_case() -> None:
    """Sends query parameters under names in snake_case."""

    def rename(sent: OutgoingRequest) -> None:
        sent.query = {re.sub("[A-Z]", lambda at: "_" + at[0].lower(), name): it for name, it in sent.query.items()}

    change_requests(rename)


@mutant
def query_encoded_twice() -> None:
    """Encodes the query's text twice."""
    change_requests(lambda sent: _set(sent.query, "query", lambda text: quote(text, safe="")))


@mutant
def query_not_encoded() -> None:
    """Sends query parameters without encoding."""

    def query(passed: Mapping[str, object]) -> str:
        pairs = [f"{name}={value}" for name, value in passed.items() if value is not None]
        return "?" + "&".join(pairs) if pairs else ""

    codec.query = query


@mutant
def query_plus_left_alone() -> None:
    """Sends a plus sign as it is, which is read as a space."""
    wrap(codec, "query", lambda own, passed: own(passed).replace("%2B", "+"))


@mutant
def query_stripped() -> None:
    """Strips the blanks around the query's text."""
    change_requests(lambda sent: _set(sent.query, "query", str.strip))


@mutant
def null_query_as_text() -> None:
    """Sends `None` for an argument that is null."""
    change_requests(lambda sent: sent.query.update({name: "None" for name, it in sent.query.items() if it is None}))


@mutant
def booleans_in_title_case() -> None:
    """Sends `True` and `False`."""
    change_requests(
        lambda sent: sent.query.update({k: str(it) for k, it in sent.query.items() if isinstance(it, bool)})
    )


@mutant
def false_left_out() -> None:
    """Leaves out an argument that is false."""

    def drop(sent: OutgoingRequest) -> None:
        sent.query = {name: it for name, it in sent.query.items() if it is not False}

    change_requests(drop)


@mutant
def timeout_always_sent() -> None:
    """Sends a timeout for writes that nobody gave."""

    def add(sent: OutgoingRequest) -> None:
        if "timeoutInMinutes" in sent.query and sent.query["timeoutInMinutes"] is None:
            sent.query["timeoutInMinutes"] = 60

    change_requests(add)


@mutant
def arguments_of_the_call_before() -> None:
    """Sends the query of the calls before along with each call."""
    before: dict[str, Any] = {}

    def made(own: Original, self: Transport, *given: object) -> None:
        before.clear()
        own(self, *given)

    def keep(sent: OutgoingRequest) -> None:
        before.update({name: it for name, it in sent.query.items() if it is not None})
        sent.query = dict(before)

    wrap(Transport, "__init__", made)
    change_requests(keep)


# The path


def _path(change: Callable[[str], str]) -> None:
    wrap(codec, "path", lambda own, template, arguments: change(own(template, arguments)))


@mutant
def slash_not_escaped() -> None:
    """Leaves a slash in an id as it is."""
    _path(lambda path: path.replace("%2F", "/"))


@mutant
def dots_normalised() -> None:
    """Takes dots in a path for steps up."""
    _path(lambda path: posixpath.normpath(path.replace("%2E", ".")))


@mutant
def path_not_encoded() -> None:
    """Sends paths without encoding."""
    _path(unquote)


@mutant
def path_encoded_twice() -> None:
    """Encodes ids in a path twice."""
    change_requests(
        lambda sent: sent.arguments.update({name: quote(it, safe="") for name, it in sent.arguments.items()})
    )


@mutant
def spaces_as_plus_in_the_path() -> None:
    """Sends a space in a path as a plus."""
    _path(lambda path: path.replace("%20", "+"))


@mutant
def empty_ids_let_through() -> None:
    """Sends `undefined` for an empty id."""
    change_requests(
        lambda sent: sent.arguments.update({name: it or "undefined" for name, it in sent.arguments.items()})
    )


@mutant
def ids_in_lower_case() -> None:
    """Sends ids in lower case."""
    change_requests(lambda sent: sent.arguments.update({name: it.lower() for name, it in sent.arguments.items()}))


@mutant
def company_and_connection_swapped() -> None:
    """Confuses the company's id with the connection's."""

    def swap(sent: OutgoingRequest) -> None:
        if "connectionId" in sent.arguments:
            company, connection = sent.arguments["companyId"], sent.arguments["connectionId"]
            sent.arguments.update(companyId=connection, connectionId=company)

    change_requests(swap)


@mutant
def base_path_dropped() -> None:
    """Drops the path of the server's URL."""

    def made(own: Original, self: Transport, base_url: str, *given: object) -> None:
        parts = urlsplit(base_url)
        own(self, f"{parts.scheme}://{parts.netloc}", *given)

    wrap(Transport, "__init__", made)


@mutant
def base_path_encoded_twice() -> None:
    """Encodes the path of the server's URL once more."""

    def made(own: Original, self: Transport, base_url: str, *given: object) -> None:
        own(self, base_url.replace("%", "%25"), *given)

    wrap(Transport, "__init__", made)


@mutant
def base_path_decoded() -> None:
    """Decodes a slash in the path of the server's URL."""

    def made(own: Original, self: Transport, base_url: str, *given: object) -> None:
        own(self, base_url.replace("%2F", "/"), *given)

    wrap(Transport, "__init__", made)


@mutant
def base_slash_doubled() -> None:
    """Doubles the slash at the end of the server's URL."""

    def made(own: Original, self: Transport, base_url: str, *given: object) -> None:
        own(self, base_url, *given)
        self._base = base_url

    wrap(Transport, "__init__", made)
