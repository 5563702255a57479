"""Reads a target's lists and records, and records each request. Answers of any form become pages or exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests

from concordat.compare.canonical import WrittenNumber, read_json
from concordat.compare.decimals import as_number
from concordat.compare.diff import as_json
from concordat.compare.values import shown
from concordat.contract.request import build_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.contract import Contract, Operation
    from concordat.contract_tests.semantic.list_operation import ListOperation

__all__ = ["Contradicted", "Contradiction", "ListReader", "Page", "Refused", "Served", "brief", "page_of"]

_TIMEOUT = 60.0
_MOST_BYTES = 32 * 1024 * 1024
_PIECE = 64 * 1024
_MOST_TEXT = 300
_MOST_DIGITS = 15
_SUCCESS = range(200, 300)
_FIRST_REFUSAL = 400


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two statements of a target's answers that cannot both be true. `check` names the rule; `where` the place."""

    check: str
    where: str
    expected: str
    observed: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.check}: {self.where}: expected {self.expected}, observed {self.observed}"


class Contradicted(Exception):  # noqa: N818 - a verdict, not an error of the code
    """An answer is not a page or a record, so that nothing else can be judged."""

    def __init__(self, contradiction: Contradiction) -> None:
        super().__init__(str(contradiction))
        self.contradiction = contradiction


class Refused(Exception):  # noqa: N818 - an answer, not an error of the code
    """The target refused a request with a documented status, or did not answer. `status` is 0 without an answer."""

    def __init__(self, operation: str, status: int) -> None:
        super().__init__(f"{operation} was {f'answered with {status}' if status else 'not answered'}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `total`, `number` and `size` are None when the page has no whole number there.

    `links` has the target of each link; a link without a target has None.
    """

    request: str
    records: tuple[Mapping[str, Any], ...]
    ids: tuple[str | None, ...]
    total: int | None
    number: int | None
    size: int | None
    links: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Served:
    """A served target: a session with its credential, its URL, and the path that its links may begin with."""

    session: requests.Session
    url: str
    base_path: str = ""


class ListReader:
    """Reads one list at a served target. `arguments` are the values of its path parameters.

    `trace` has a line for each request since the last `clear_trace`; `sent` counts all requests.
    """

    def __init__(self, target: Served, contract: Contract, lists: ListOperation, arguments: Mapping[str, str]) -> None:
        self.lists = lists
        self.trace: list[str] = []
        self.sent = 0
        self._session = target.session
        self._url = target.url.rstrip("/")
        self._base_path = target.base_path
        self._contract = contract
        self.arguments = dict(arguments)

    def clear_trace(self) -> None:
        """Forget the requests so far."""
        self.trace = []

    def page(self, number: int | None = None, size: int | None = None, **words: str | None) -> Page:
        """Return a page. `words` are a `query` and an `order`; None leaves a parameter out.

        Raises Refused, and Contradicted for an answer that is not a page.
        """
        rules = self.lists.rules
        query = {
            rules.page_parameter: number,
            rules.size_parameter: size,
            rules.query_parameter: words.get("query"),
            rules.order_parameter: words.get("order"),
        }
        passed = {name: value for name, value in query.items() if value is not None}
        return self._page(build_request(self.lists.operation, {**self.arguments, **passed}).target)

    def record(self, identifier: str) -> Any:
        """Return one record by its own operation. Raises Refused, and Contradicted for an answer that is not JSON."""
        assert self.lists.reads is not None
        return self.body(self.lists.reads, {**self.arguments, self.lists.id_parameter: identifier})

    def body(self, operation: Operation, arguments: Mapping[str, str]) -> Any:
        """Return the JSON of any reading operation, with numbers as written. Raises as `record` does."""
        return self._json(operation, build_request(operation, arguments).target)

    def follow(self, page: Page, relation: str, link: str) -> Page:
        """Return the page to which a link leads; only its path and query count, because no other host gets a request.

        Raises Refused, and Contradicted for a link that leads to no page of this list.
        """
        _, _, here = page.request.partition(" ")
        try:
            link.encode()
            parts = urlsplit(urljoin(f"http://target{here}", link))
        except ValueError:
            _contradict(f"link.{relation}", page.request, "a URL", brief(link))
        path = parts.path
        match = next(
            (
                found
                for one in (path, path.removeprefix(self._base_path))
                if (found := self._contract.match("GET", one)) is not None and found.operation is self.lists.operation
            ),
            None,
        )
        if match is None or not _same_arguments(match.arguments, self.arguments):
            _contradict(f"link.{relation}", page.request, "a link to a page of this list", brief(link))
        own = build_request(self.lists.operation, self.arguments).target
        return self._page(f"{own}?{parts.query}" if parts.query else own)

    def _page(self, target: str) -> Page:
        return page_of(self.lists, f"GET {target}", self._json(self.lists.operation, target))

    def _json(self, operation: Operation, target: str) -> Any:
        """Return the JSON of a success, with numbers as written."""
        self.sent += 1
        self.trace.append(f"GET {target}")
        status, body = self._send(operation, target)
        if status >= _FIRST_REFUSAL or status == 0:
            raise Refused(operation.name, status)
        if status not in _SUCCESS:
            _contradict("answer.status", f"GET {target}", "a success or a refusal", str(status))
        value: Any = None
        try:
            value = read_json(body)
        except ValueError:
            _contradict("answer.shape", f"GET {target}", "JSON", brief(body[:_MOST_TEXT].decode("latin-1")))
        return value

    def _send(self, operation: Operation, target: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer; the status is 0 without a complete answer."""
        body = bytearray()
        headers = {"Accept": "application/json"}
        try:
            with self._session.get(
                self._url + target, headers=headers, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as answer:
                for piece in answer.iter_content(_PIECE):
                    body += piece
                    if len(body) > _MOST_BYTES:
                        where = f"GET {target} ({operation.name})"
                        _contradict("answer.shape", where, f"at most {_MOST_BYTES} bytes", "more")
                return answer.status_code, bytes(body)
        except requests.RequestException:
            return 0, b""


def _contradict(check: str, where: str, expected: str, observed: str) -> NoReturn:
    """Raise Contradicted."""
    raise Contradicted(Contradiction(check, where, expected, observed))


def page_of(lists: ListOperation, request: str, body: Any) -> Page:
    """Return the JSON of an answer as a page. Raises Contradicted for any other value."""
    rules = lists.rules
    if not isinstance(body, dict):
        _contradict("answer.shape", request, "an object", brief(body))
    listed = body.get(rules.results, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        _contradict("answer.shape", f"{request} at /{rules.results}", "a list of objects", brief(listed))
    links = body.get(rules.links)
    return Page(
        request,
        tuple(listed),
        tuple(_id(one.get(lists.id_member)) for one in listed),
        total=_whole(body.get(rules.total)),
        number=_whole(body.get(rules.number)),
        size=_whole(body.get(rules.size)),
        links={
            name: href if isinstance(href := link.get(rules.target), str) else None
            for name, link in (links.items() if isinstance(links, dict) else ())
            if isinstance(link, dict)
        },
    )


def brief(value: object) -> str:
    """Return a value of an answer as short text."""
    text = as_json(shown(value))
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}... ({len(text)} characters)"


def _same_arguments(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return {name: value.casefold() for name, value in one.items()} == {
        name: value.casefold() for name, value in other.items()
    }


def _id(value: object) -> str | None:
    """Return an id that a path can contain, None for any other value."""
    if not isinstance(value, str) or not value or not value.isprintable():
        return None
    return str(value)


def _whole(value: object) -> int | None:
    """Return a whole number of at most 15 digits, None for any other value."""
    number = as_number(value) if isinstance(value, WrittenNumber) else None
    if number is None or not number.integral or len(number.digits) + number.exponent > _MOST_DIGITS:
        return None
    return int(str(number))
