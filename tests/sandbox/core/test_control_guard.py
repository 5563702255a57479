"""The guard of the control endpoint; what it does on the wire is in `test_serve`."""

from __future__ import annotations

import secrets

import pytest

from concordat.http1.exchange import Request
from concordat.sandbox.core.control_guard import TOKEN_HEADER, ControlGuard, MalformedBody, json_of

HOST = ("Host", "127.0.0.1:1")


def refused(guard: ControlGuard, *headers: tuple[str, str]) -> int | None:
    answer = guard.refusal(Request("GET", "/state", headers))
    return None if answer is None else answer.status


def test_before_it_knows_its_own_address_it_lets_nobody_in() -> None:
    guard = ControlGuard()
    assert refused(guard, HOST, (TOKEN_HEADER, guard.token)) == 403


def test_each_endpoint_has_a_token_of_its_own() -> None:
    first, second = ControlGuard(), ControlGuard()
    first.hosts = second.hosts = frozenset({HOST[1]})
    assert refused(first, HOST, (TOKEN_HEADER, first.token)) is None
    assert refused(second, HOST, (TOKEN_HEADER, first.token)) == 401


def test_the_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, wanted: bytes) -> bool:
        compared.append((given, wanted))
        return False

    monkeypatch.setattr(secrets, "compare_digest", compare)
    guard = ControlGuard("right")
    guard.hosts = frozenset({HOST[1]})
    assert refused(guard, HOST, (TOKEN_HEADER, "right")) == 401
    assert refused(guard, HOST) == 401
    assert compared == [(b"right", b"right"), (b"", b"right")]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1, column 2"),
        (b'{"a": 1,\n "b": x}', "line 2, column 7"),
        ('{"ä": ä}'.encode(), "line 1, column 7"),
        (b'{"a": "\xff"}', "line 1, column 8: the text is not UTF-8"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b"NaN", "line 1, column 1"),
        (b"1" * 5000, "line 1, column 5001: Integer value out of range"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_the_error_of_broken_json_has_its_place(body: bytes, text: str) -> None:
    with pytest.raises(MalformedBody, match=text):
        json_of(body)
