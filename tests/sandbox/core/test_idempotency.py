from __future__ import annotations

import pytest

from concordat.http1.answer import Answer
from concordat.http1.exchange import Request
from concordat.sandbox.core.clock import VirtualClock
from concordat.sandbox.core.idempotency import Idempotency, Ruling

KEY = "1f2e3d4c-0000-4000-8000-000000000001"


def request(
    method: str = "POST",
    target: str = "/companies",
    body: bytes = b"{}",
    key: str | None = KEY,
    header: str = "Idempotency-Key",
) -> Request:
    return Request(method, target, () if key is None else ((header, key),), body)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_key_means_nothing_for_other_methods(method: str) -> None:
    kept = Idempotency(VirtualClock())
    assert [kept.begin(request(method)).ruling for _ in range(2)] == [Ruling.IGNORE] * 2


@pytest.mark.parametrize("key", [None, ""])
def test_a_request_without_a_key_is_never_remembered(key: str | None) -> None:
    kept = Idempotency(VirtualClock())
    assert [kept.begin(request(key=key)).ruling for _ in range(2)] == [Ruling.IGNORE] * 2


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 422, 500, 503])
def test_the_first_answer_is_given_again_whatever_its_status(method: str, status: int) -> None:
    kept, answer = Idempotency(VirtualClock()), Answer(status, (("X", "1"),), b"first")
    first = kept.begin(request(method))
    kept.finish(first.key, answer)
    again = kept.begin(request(method, header="idempotency-key"))
    assert (first.ruling, again.ruling, again.answer) == (Ruling.PROCESS, Ruling.REPLAY, answer)


def test_a_429_frees_the_key() -> None:
    kept = Idempotency(VirtualClock())
    kept.finish(kept.begin(request()).key, Answer(429))
    assert kept.begin(request(body=b"another")).ruling is Ruling.PROCESS


def test_an_abandoned_request_frees_the_key() -> None:
    kept = Idempotency(VirtualClock())
    kept.abandon(kept.begin(request()).key)
    assert kept.begin(request()).ruling is Ruling.PROCESS


@pytest.mark.parametrize(
    "other", [request(body=b"{} "), request(target="/companies/1"), request("PATCH"), request(target="/companies?x=1")]
)
@pytest.mark.parametrize("answered", [True, False])
def test_the_same_key_for_another_request_is_refused(other: Request, answered: bool) -> None:  # noqa: FBT001
    kept = Idempotency(VirtualClock())
    first = kept.begin(request())
    if answered:
        kept.finish(first.key, Answer())
    assert kept.begin(other).ruling is Ruling.DIFFERENT


def test_the_same_request_while_the_first_is_in_progress_is_refused() -> None:
    kept = Idempotency(VirtualClock())
    kept.begin(request())
    assert kept.begin(request()).ruling is Ruling.IN_PROGRESS


@pytest.mark.parametrize(("seconds", "ruling"), [(90 * 60 - 1, Ruling.REPLAY), (90 * 60, Ruling.PROCESS)])
def test_an_answer_is_kept_for_ninety_minutes_of_virtual_time(seconds: float, ruling: Ruling) -> None:
    clock = VirtualClock()
    kept = Idempotency(clock)
    kept.finish(kept.begin(request()).key, Answer())
    clock.advance(seconds)
    assert kept.begin(request()).ruling is ruling


def test_different_keys_are_different_requests() -> None:
    kept = Idempotency(VirtualClock())
    kept.finish(kept.begin(request()).key, Answer())
    assert kept.begin(request(key="another")).ruling is Ruling.PROCESS


def test_finishing_what_never_began_remembers_nothing() -> None:
    kept = Idempotency(VirtualClock())
    kept.finish("", Answer())
    kept.finish(KEY, Answer())
    assert kept.begin(request()).ruling is Ruling.PROCESS
