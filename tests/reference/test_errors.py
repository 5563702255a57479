"""Errors cross processes (pytest-xdist, multiprocessing) and copies with all that they say."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from requests.structures import CaseInsensitiveDict

from concordat_reference import ApiError, Client, ClientError, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.reference.conftest import Double

HEADERS = CaseInsensitiveDict({"Retry-After": "1"})
VALUES: dict[str, Any] = {
    "str": "a reason",
    "int": 503,
    "int | None": 503,
    "float": 1.5,
    "bool": False,
    "bytes": b"\xff",
    "str | None": "/results/0",
    "Mapping[str, Any]": {"error": "down", "correlationId": "abc", "new": [None]},
    "Mapping[str, str]": HEADERS,
    "Mapping[str, str] | None": HEADERS,
    "PushOperation": {"status": "Pending", "pushOperationKey": "p"},
}
"""A value for each annotation of a constructor; a new one is to be added here."""


def tree(root: type[ClientError]) -> Iterator[type[ClientError]]:
    """Yield every class of the tree that the package defines."""
    if root.__module__.startswith("concordat_reference"):
        yield root
    for kind in root.__subclasses__():
        yield from tree(kind)


def made(kind: type[ClientError]) -> ClientError:
    """Return an error with a value for every parameter of its constructor."""
    if not inspect.isfunction(kind.__init__):  # Exception's own, which takes anything
        return kind("a reason", 7)
    given, named = [], {}
    for parameter in list(inspect.signature(kind.__init__).parameters.values())[1:]:
        value = VALUES[str(parameter.annotation)]
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            given.append(value)
    return kind(*given, **named)


def pickled(protocol: int) -> Callable[[ClientError], Any]:
    return lambda error: pickle.loads(pickle.dumps(error, protocol))


WAYS: dict[str, Callable[[ClientError], Any]] = {
    **{f"pickle-{protocol}": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", list(tree(ClientError)), ids=lambda kind: kind.__name__)
def test_an_error_survives_with_all_of_its_fields(kind: type[ClientError], way: str) -> None:
    error = made(kind)
    error.add_note("seen by a worker")
    other = WAYS[way](error)
    assert other is not error
    assert type(other) is kind
    assert (str(other), other.args, vars(other)) == (str(error), error.args, vars(error))
    assert other.__notes__ == ["seen by a worker"]


def test_the_tree_is_found_whole() -> None:
    assert {kind.__name__ for kind in tree(ClientError)} == set(errors.__all__)


class TeapotError(ApiError):
    """A class of a user's own, whose constructor takes other arguments than its base."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(418, reason, {}, {})


def test_a_subclass_with_another_constructor_survives_too() -> None:
    other = pickle.loads(pickle.dumps(TeapotError(reason="a teapot")))
    assert (type(other), other.status, str(other)) == (TeapotError, 418, "HTTP 418: a teapot")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 503 Some\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}"])
def test_an_error_of_a_call_survives(double: Double, answer: bytes) -> None:
    double.script = [answer]
    with Client("k", double.url, retries=None) as api, pytest.raises(ClientError) as caught:
        api.customers.get("c", "1")
    other = pickle.loads(pickle.dumps(caught.value))
    assert (type(other), vars(other)) == (type(caught.value), vars(caught.value))
    assert not isinstance(other, ApiError) or other.headers["x-a"] == "b"


def test_a_correlation_id_that_is_no_text_is_none() -> None:
    error = ApiError(500, "", {"correlationId": 5, "error": {"a": 1}}, {})
    assert error.correlation_id is None
    assert str(error) == "HTTP 500: {'a': 1}"
