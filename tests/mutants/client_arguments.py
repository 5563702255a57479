"""Clients that mistreat one argument or one header, where others are sent as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import OutgoingRequest, change_headers, change_requests, mutant, wrap

from concordat_reference.errors import ClientError
from concordat_reference.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original


def _only(where: Callable[[OutgoingRequest], bool], change: Callable[[OutgoingRequest], object]) -> None:
    change_requests(lambda sent: change(sent) if where(sent) else None)


# The credential and other headers


def _without_credential(when: Callable[[Any], bool]) -> None:
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: Any, request: Any, **given: Any) -> Any:
        if when(request):
            request.headers.pop("Authorization", None)
        return own(session, request, **given)

    wrap(requests.Session, "send", send)


@mutant
def writes_without_the_credential() -> None:
    """Sends no credential with a write."""
    _without_credential(lambda request: request.method != "GET")


@mutant
def downloads_without_the_credential() -> None:
    """Sends no credential with a download."""
    _without_credential(lambda request: request.url.endswith("/download"))


@mutant
def credential_in_the_address_too() -> None:
    """Sends the credential as a query parameter, too."""
    change_requests(lambda sent: sent.query.update(key="concordat-sandbox-key"))


@mutant
def credential_lost_when_repeating() -> None:
    """Sends no credential with a read that it repeats."""

    def once(own: Original, self: Transport, *given: object) -> Any:
        try:
            return own(self, *given)
        except ClientError:
            if self._retries is not None:
                self._session.headers.pop("Authorization", None)
            raise

    wrap(Transport, "_once", once)


@mutant
def environment_for_an_empty_credential() -> None:
    """Takes the environment's credential when the caller's is empty."""
    import os  # noqa: PLC0415 - of this mutant alone

    names = ("CODAT_API_KEY", "AUTH_HEADER", "CODAT_AUTH_HEADER")

    def fill(headers: Any) -> None:
        if not headers.get("Authorization"):
            found = next((os.environ[name] for name in names if name in os.environ), None)
            if found is not None:
                headers["Authorization"] = found

    change_headers(fill)


@mutant
def key_of_the_tests_for_none() -> None:
    """Takes a key that was left in the code where the caller gave none."""

    def fill(headers: Any) -> None:
        if headers.get("Authorization") is None:
            headers["Authorization"] = "Basic Y29uY29yZGF0LXNhbmRib3gta2V5"

    change_headers(fill)


@mutant
def proxy_of_the_environment_taken() -> None:
    """Sends everything through the proxy of the environment."""
    import urllib.request  # noqa: PLC0415 - of this mutant alone

    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: object, request: object, **given: object) -> Any:
        return own(session, request, **{**given, "proxies": urllib.request.getproxies_environment()})

    wrap(requests.Session, "send", send)


@mutant
def host_of_the_live_api() -> None:
    """Names the live API in the Host header, whatever server it was given."""
    change_headers(lambda headers: headers.update({"Host": "api.codat.io"}))


@mutant
def reads_made_conditional() -> None:
    """Asks for a record only if it has changed."""
    change_headers(lambda headers: headers.update({"If-None-Match": '"1"'}))


@mutant
def writes_accept_html() -> None:
    """Asks for HTML in answer to a write."""
    _only(lambda sent: sent.method != "GET", lambda sent: setattr(sent, "accept", "text/html"))


@mutant
def downloads_accept_json() -> None:
    """Asks for JSON where it downloads a file."""
    _only(lambda sent: sent.template.endswith("/download"), lambda sent: setattr(sent, "accept", "application/json"))


# Query arguments


def _left_out(name: str, when: Callable[[Any], bool]) -> None:
    def leave(sent: OutgoingRequest) -> None:
        if name in sent.query and when(sent.query[name]):
            del sent.query[name]

    change_requests(leave)


@mutant
def tags_left_out() -> None:
    """Leaves the tags of companies out."""
    _left_out("tags", lambda _: True)


@mutant
def force_left_out() -> None:
    """Never forces an update."""
    _left_out("forceUpdate", lambda _: True)


@mutant
def updates_always_forced() -> None:
    """Forces every update."""
    _only(lambda sent: "forceUpdate" in sent.query, lambda sent: sent.query.update(forceUpdate=True))


@mutant
def sync_left_out_of_updates() -> None:
    """Leaves the sync on completion out of updates."""
    _only(lambda sent: sent.method == "PUT", lambda sent: sent.query.pop("allowSyncOnPushComplete", None))


@mutant
def timeout_left_out() -> None:
    """Leaves the timeout of a push out."""
    _left_out("timeoutInMinutes", bool)


@mutant
def zero_left_out() -> None:
    """Leaves out a number that is zero."""
    _left_out("timeoutInMinutes", lambda it: it == 0)


@mutant
def connection_of_a_refresh_left_out() -> None:
    """Refreshes through every connection, whichever was named."""
    _left_out("connectionId", lambda _: True)


@mutant
def page_size_always_sent() -> None:
    """Asks for pages of 25 when no size was given."""
    _only(lambda sent: "/data/customers" in sent.template or not sent.arguments, _sized)


def _sized(sent: OutgoingRequest) -> None:
    if sent.method == "GET" and sent.template.endswith(("/customers", "/companies")):
        sent.query.setdefault("pageSize", 25)


@mutant
def paging_of_customers_alone() -> None:
    """Pages through customers, and leaves page and size out of every other list."""

    def leave(sent: OutgoingRequest) -> None:
        for name in ("page", "pageSize"):
            sent.query.pop(name, None)

    _only(lambda sent: "customers" not in sent.template, leave)


@mutant
def order_left_out_of_the_history() -> None:
    """Leaves the order out of the history of pushes."""
    _only(lambda sent: sent.template.endswith("/push"), lambda sent: sent.query.pop("orderBy", None))


@mutant
def query_left_out_of_the_history() -> None:
    """Leaves the query out of the history of pushes."""
    _only(lambda sent: sent.template.endswith("/push"), lambda sent: sent.query.pop("query", None))


@mutant
def query_in_lower_case() -> None:
    """Sends the query's text in lower case."""
    _only(
        lambda sent: bool(sent.query.get("query")),
        lambda sent: sent.query.update(query=sent.query["query"].lower()),
    )


@mutant
def query_cut_at_an_ampersand() -> None:
    """Cuts the query's text at its first ampersand."""
    _only(
        lambda sent: bool(sent.query.get("query")),
        lambda sent: sent.query.update(query=sent.query["query"].partition("&")[0]),
    )


@mutant
def page_numbers_put_in_bounds() -> None:
    """Sends the nearest page and size that the contract allows instead of those that were given."""

    def bound(sent: OutgoingRequest) -> None:
        for name, most in (("page", 2**31 - 1), ("pageSize", 5000)):
            if isinstance(sent.query.get(name), int):
                sent.query[name] = min(max(sent.query[name], 1), most)

    change_requests(bound)


@mutant
def empty_query_as_undefined() -> None:
    """Sends `undefined` for an argument that is an empty text."""
    change_requests(lambda sent: sent.query.update({name: "undefined" for name, it in sent.query.items() if it == ""}))
