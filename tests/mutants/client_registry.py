"""The registry of client mutants, and helpers that change requests, answers and JSON values.

A client mutant is a function that breaks one thing in `concordat_reference`. The helpers wrap the few functions through
which every call goes, so that most mutants are one line long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from concordat_reference import codec
from concordat_reference.errors import DecodeError
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = [
    "MUTANTS",
    "Object",
    "Original",
    "OutgoingRequest",
    "change_answers",
    "change_headers",
    "change_json",
    "change_objects",
    "change_payloads",
    "change_requests",
    "change_routed_answers",
    "change_texts",
    "drop_field",
    "mutant",
    "refuse",
    "require",
    "wrap",
]

Object: TypeAlias = dict[str, Any]
Original: TypeAlias = Callable[..., Any]
"""The function that a mutant replaces, whichever it is."""
MUTANTS: dict[str, Callable[[], None]] = {}
"""Client mutants by name (`page-off-by-one`)."""


def mutant(breaks: Callable[[], None]) -> Callable[[], None]:
    """Register a mutant under its function's name, with dashes."""
    name = breaks.__name__.replace("_", "-")
    assert name not in MUTANTS, name
    MUTANTS[name] = breaks
    return breaks


@dataclass
class OutgoingRequest:
    """The arguments of `Transport.request`, which a mutant changes in place."""

    method: str
    template: str
    arguments: dict[str, Any]
    query: dict[str, Any]
    body: Any
    accept: str


def wrap(owner: object, name: str, wrong: Callable[..., Any]) -> None:
    """Replace an attribute by `wrong`, which is called with the attribute itself before its arguments."""
    own = getattr(owner, name)

    def wrapped(*given: object, **named: object) -> Any:
        return wrong(own, *given, **named)

    setattr(owner, name, wrapped)


def change_requests(change: Callable[[OutgoingRequest], object]) -> None:
    """Change every request before it is encoded."""

    def request(
        own: Original,
        self: Transport,
        method: str,
        template: str,
        arguments: Any,
        *,
        query: Any = None,
        body: object = None,
        accept: str = "application/json",
    ) -> Any:
        sent = OutgoingRequest(method, template, dict(arguments), dict(query or {}), body, accept)
        change(sent)
        encoded = {"query": sent.query, "body": sent.body, "accept": sent.accept}
        return own(self, sent.method, sent.template, sent.arguments, **encoded)

    wrap(Transport, "request", request)


def change_headers(change: Callable[[Any], object]) -> None:
    """Change the headers of every request as it leaves."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: Any, request: Any, **given: Any) -> Any:
        change(request.headers)
        return own(session, request, **given)

    wrap(requests.Session, "send", send)


def change_answers(change: Callable[[Answer], Answer]) -> None:
    """Change every whole 2xx answer."""
    wrap(Transport, "request", lambda own, *given, **named: change(own(*given, **named)))


def change_routed_answers(change: Callable[[str, str, Answer], Answer]) -> None:
    """Change every whole 2xx answer, knowing the method and the path template that it answers."""

    def request(own: Original, self: Transport, method: str, template: str, *given: object, **named: object) -> Any:
        return change(method, template, own(self, method, template, *given, **named))

    wrap(Transport, "request", request)


def change_payloads(part: str, change: Callable[[Any], Any]) -> None:
    """Change the JSON of every read whose path template ends with `part`."""

    def changed(method: str, template: str, answer: Answer) -> Answer:
        if method != "GET" or not template.endswith(part):
            return answer
        return answer._replace(body=codec.dumps(change(answer.json(dict))))

    change_routed_answers(changed)


def refuse(answer: Answer, reason: str) -> NoReturn:
    """Raise the error of a client that cannot make sense of a success."""
    raise DecodeError(reason, answer.status, answer.body)


def change_json(change: Callable[[Any], Any]) -> None:
    """Change every JSON value once it is decoded and its types are checked, error bodies included."""
    wrap(codec, "loads", lambda own, *given: change(own(*given)))


def change_objects(change: Callable[[Object], Any]) -> None:
    """Change every JSON object, inner ones first."""

    def walk(value: object) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return change({name: walk(item) for name, item in value.items()})
        return value

    change_json(walk)


def require(holds: Callable[[Object], bool], reason: str) -> None:
    """Refuse an answer that holds an object which does not pass."""

    def check(it: Object) -> Object:
        if not holds(it):
            raise ValueError(reason)
        return it

    change_objects(check)


def drop_field(name: str, where: Callable[[Object], bool] = lambda _: True) -> None:
    """Drop a field of every object that `where` holds for."""
    change_objects(lambda it: {key: x for key, x in it.items() if key != name} if where(it) else it)


def change_texts(change: Callable[[str], str]) -> None:
    """Change every text, names of fields aside."""

    def walk(value: object) -> Any:
        if isinstance(value, dict):
            return {name: walk(it) for name, it in value.items()}
        if isinstance(value, list):
            return [walk(it) for it in value]
        return change(value) if isinstance(value, str) else value

    change_json(walk)
