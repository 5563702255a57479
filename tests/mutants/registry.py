"""How a client mutant is made: a function that breaks one thing in `concordat_reference`, under its name in MUTANTS.

The helpers wrap the few places through which everything goes, so that each mutant is one line of what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concordat_reference import codec
from concordat_reference.errors import DecodeError
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

__all__ = [
    "MUTANTS",
    "Asked",
    "answering",
    "arriving",
    "leaving",
    "mutant",
    "reading",
    "refuse",
    "sending",
    "showing",
    "wrap",
]

MUTANTS: dict[str, Callable[[], None]] = {}
"""Client mutants by name (`page-off-by-one`)."""


def mutant(breaks: Callable[[], None]) -> Callable[[], None]:
    """Register a mutant under its function's name, with dashes."""
    name = breaks.__name__.replace("_", "-")
    assert name not in MUTANTS, name
    MUTANTS[name] = breaks
    return breaks


@dataclass
class Asked:
    """One request as a resource asks the transport for it, to be changed in place."""

    method: str
    template: str
    arguments: dict[str, Any]
    query: dict[str, Any]
    body: Any
    accept: str


def wrap(owner: Any, name: str, wrong: Callable[..., Any]) -> None:
    """Replace an attribute by `wrong`, which is called with the attribute itself before its arguments."""
    own = getattr(owner, name)

    def wrapped(*given: Any, **named: Any) -> Any:
        return wrong(own, *given, **named)

    setattr(owner, name, wrapped)


def sending(change: Callable[[Asked], object]) -> None:
    """Change every request before it is encoded."""

    def request(
        own: Any,
        self: Transport,
        method: str,
        template: str,
        arguments: Any,
        *,
        query: Any = None,
        body: object = None,
        accept: str = "application/json",
    ) -> Any:
        asked = Asked(method, template, dict(arguments), dict(query or {}), body, accept)
        change(asked)
        encoded = {"query": asked.query, "body": asked.body, "accept": asked.accept}
        return own(self, asked.method, asked.template, asked.arguments, **encoded)

    wrap(Transport, "request", request)


def leaving(change: Callable[[Any], object]) -> None:
    """Change the headers of every request as it leaves."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Any, session: Any, request: Any, **given: Any) -> Any:
        change(request.headers)
        return own(session, request, **given)

    wrap(requests.Session, "send", send)


def arriving(change: Callable[[Answer], Answer]) -> None:
    """Change every whole 2xx answer."""
    wrap(Transport, "request", lambda own, *given, **named: change(own(*given, **named)))


def answering(change: Callable[[str, str, Answer], Answer]) -> None:
    """Change every whole 2xx answer, knowing the method and the path template that it answers."""

    def request(own: Any, self: Transport, method: str, template: str, *given: Any, **named: Any) -> Any:
        return change(method, template, own(self, method, template, *given, **named))

    wrap(Transport, "request", request)


def showing(part: str, change: Callable[[Any], Any]) -> None:
    """Change the JSON of every read whose path template ends with `part`."""

    def changed(method: str, template: str, answer: Answer) -> Answer:
        if method != "GET" or not template.endswith(part):
            return answer
        return answer._replace(body=codec.dumps(change(answer.json(dict))))

    answering(changed)


def refuse(answer: Answer, reason: str) -> NoReturn:
    """Raise the error of a client that cannot make sense of a success."""
    raise DecodeError(reason, answer.status, answer.body)


def reading(change: Callable[[Any], Any]) -> None:
    """Change every JSON value once it is decoded and its types are checked, error bodies included."""
    wrap(codec, "loads", lambda own, *given: change(own(*given)))
