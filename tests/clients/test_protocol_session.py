"""The engine's side of the protocol against broken messages: each one breaks the conversation off, or is let pass.

Every message is made from a seed of its own, so a failure names what makes it again.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import scaled

from concordat.clients.adapter_handle import LineReader
from concordat.clients.process import AdapterProcess
from concordat.clients.protocol import MAX_DEPTH
from concordat.clients.protocol_session import ProtocolSession
from concordat.errors import AdapterDied, AdapterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.clients.installed import Installed

EACH = 450
"""Messages of each kind fed to a conversation directly; 25 kinds and more."""
IN_PROCESS = 8
"""Messages of each kind that a real process writes."""
AT_ONCE = 4
LIMIT = 4096
"""Bytes of a line in these tests."""
FORGOTTEN, CALL, CLOSE, ANSWERED, LAST = 1, 2, 3, 4, 4
HELLO = {
    "type": "hello",
    "protocol": 2,
    "style": "double",
    "package": "double",
    "version": "1",
    "language": "python",
    "runtime": "python",
    "operations": [],
}


def line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def outcome(number: object = CALL, **parts: object) -> dict[str, Any]:
    return {"type": "outcome", "id": number, "outcome": {"phase": "call", "ended": "returned", **parts}}


def with_payload(payload: bytes) -> bytes:
    return line(outcome(payload="@")).replace(b'"@"', payload)


def answer(rng: random.Random) -> dict[str, Any]:
    """Return a message that would be fine."""
    error = {"class": "Oops", "chain": [], "message": "m", "status": 500, "body": "b", "fields": {"a": 1}}
    failed = {"type": "failed", "id": CALL, "message": "m", "detail": "d"}
    return rng.choice([outcome(), outcome(payload={"a": [1, "b", None]}), outcome(error=error), failed])


def paths(value: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict) or at[-1:] in [("payload",), ("fields",)]:
        return [at]
    return [at, *(path for key, item in value.items() for path in paths(item, (*at, key)))]


def held(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def wrong_type(rng: random.Random) -> bytes:
    message = outcome(error={"class": "Oops", "chain": [], "message": "m", "status": 500, "body": "b"}, status=200)
    path = rng.choice(paths(message)[1:])
    kinds = {str: "x", int: 7, list: [{}], dict: {"x": 1}, float: 1.5, bool: True}
    kinds.pop(type(held(message, path)))
    held(message, path[:-1])[path[-1]] = rng.choice(list(kinds.values()))
    return line(message)


def missing_key(rng: random.Random) -> bytes:
    message = rng.choice([outcome(), {"type": "failed", "id": CALL, "message": "m"}, {"type": "done", "id": CLOSE}])
    message.pop(rng.choice(sorted(message)))
    return line(message)


def unknown_key(rng: random.Random) -> bytes:
    message = answer(rng)
    place = rng.choice([message, message.get("outcome", message)])
    place[rng.choice(["payLoad", "$x", "", "Status", "x" * 900, "\N{SNOWMAN}"])] = rng.choice([1, None, {}])
    return line(message)


def deep(rng: random.Random) -> bytes:
    levels = rng.choice([MAX_DEPTH + 1, 300, 500, 650])
    opening = [rng.choice([b"[", b'{"a":']) for _ in range(levels)]
    closing = [b"]" if one == b"[" else b"}" for one in reversed(opening)]
    return with_payload(b"".join(opening) + b"1" + b"".join(closing))


def truncated(rng: random.Random) -> bytes:
    whole = line(answer(rng))
    return whole[: rng.randrange(len(whole))]


def not_utf8(rng: random.Random) -> bytes:
    bad = rng.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"])
    return with_payload(b'{"key": "a' + bad + b'b"}')


def garbage(rng: random.Random) -> bytes:
    # a first byte that no JSON object begins with: the rest does not matter
    return b"\x01" + rng.randbytes(rng.randrange(200)).replace(b"\n", b"\r")


def wrong_tag(rng: random.Random) -> bytes:
    tag: Any = rng.choice(["", "Outcome", "open", "call", "shutdown", "x" * 3000, "\u0000", None, 3, ["outcome"], {}])
    return line({**outcome(), "type": tag})


def wrong_id(rng: random.Random) -> bytes:
    number = rng.choice([0, -1, LAST + 1, 999, 2**63, 2**64, 10**40, -(10**40)])
    return line(rng.choice([outcome(number), {"type": "done", "id": number}]))


BROKEN: dict[str, Callable[[random.Random], bytes]] = {
    "garbage": garbage,
    "empty": lambda rng: rng.choice([b"", b" ", b"\t  ", b"\x00", b"\r"]),
    "truncated": truncated,
    "no-object": lambda rng: line(rng.choice([None, True, 1, -1.5, "outcome", [], [outcome()], {}, [[]]])),
    "two-in-one": lambda rng: line(answer(rng)) + rng.choice([b"", b" ", b","]) + line(answer(rng)),
    "byte-order-mark": lambda rng: b"\xef\xbb\xbf" + line(answer(rng)),
    "other-encoding": lambda rng: line(answer(rng)).decode().encode(rng.choice(["utf-16", "utf-32"])),
    "not-utf8": not_utf8,
    "lone-surrogate": lambda rng: with_payload(
        rng.choice([b'"\\ud800"', b'"\\udfff"', b'"\\udc00\\ud800"', b'{"\\ud83d": 1}', b'["a\\ud83dx"]'])
    ),
    "not-finite": lambda rng: with_payload(rng.choice([b"NaN", b"Infinity", b"-Infinity", b"[nan]", b'{"a": inf}'])),
    "huge-number": lambda rng: with_payload(
        rng.choice([b"1e400", b"-1e999999", b"9" * 3900 + b"e999", b"1" + b"0" * 400 + b".5e300"])
    ),
    "not-json-number": lambda rng: with_payload(rng.choice([b"01", b"+1", b".5", b"1.", b"0x10", b"1_000", b"--1"])),
    "tag-of-something-else": lambda rng: with_payload(
        rng.choice(
            [
                b'{"$number": "1_000"}',
                b'[{"$number": 1}]',
                b'{"a": {"$bytes": "no base64"}}',
                b'{"$utf16": [70000]}',
                b'{"$undefined": false}',
                b'{"$date": "2026-01-01"}',
                b'{"\\u0024date": 1}',
                b'{"$number": "1", "b": 2}',
            ]
        )
    ),
    "control-letter": lambda rng: with_payload(b'"a' + bytes([rng.choice([0, 1, 9, 13, 27, 31])]) + b'"'),
    "deep": deep,
    "wrong-type": wrong_type,
    "missing-key": missing_key,
    "unknown-key": unknown_key,
    "wrong-tag": wrong_tag,
    "wrong-value": lambda rng: line(outcome(**{rng.choice(["phase", "ended"]): rng.choice(["", "x", "Call", None])})),
    "wrong-id": wrong_id,
    "id-of-another-type": lambda rng: line(outcome(rng.choice(["2", 2.0, 2.5, None, True, [2], {"id": 2}]))),
    "answered-twice": lambda rng: line(rng.choice([outcome(ANSWERED), {"type": "done", "id": ANSWERED}])),
    "wrong-kind": lambda rng: line(rng.choice([{"type": "done", "id": CALL}, outcome(CLOSE)])),
    "hello-twice": lambda rng: line({**HELLO, "version": str(rng.random())}),
    "hello-of-another-shape": lambda rng: line({**HELLO, rng.choice(["protocol", "operations"]): "1"}),
    "own-fault": lambda rng: line({"type": "failed", "id": rng.choice([None, 999, -1]), "message": "x" * 3000}),
    "oversize": lambda rng: line(outcome(payload="x" * rng.choice([LIMIT, LIMIT + 1, 3 * LIMIT]))),
}
PASSED: dict[str, Callable[[random.Random], bytes]] = {
    "late-answer": lambda rng: line(outcome(FORGOTTEN, payload=rng.random())),
    "late-answer-of-another-kind": lambda _rng: line({"type": "done", "id": FORGOTTEN}),
    "fine": lambda rng: b" " * rng.randrange(3) + line(outcome(CALL, payload=rng.choice([None, [], 10**30, "\x7f"]))),
    "failed-call": lambda rng: line({"type": "failed", "id": CALL, "message": "x" * rng.randrange(3000)}),
    "key-twice": lambda rng: with_payload(b'{"a": 1, "a": ' + line(rng.random()) + b"}"),
    "tags": lambda rng: with_payload(
        rng.choice([b'{"$number": "1.10"}', b'{"a": {"$object": "X"}}', b'{"$$date": 1}'])
    ),
    "as-deep-as-may-be": lambda _rng: with_payload(b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1)),
}


class Talk:
    """A conversation in its middle, behind a reader: one order forgotten, one answered, two still waited for."""

    def __init__(self, rng: random.Random, *, greeted: bool = True) -> None:
        self.rng = rng
        self.talk = ProtocolSession()
        self.reader = LineReader(self.talk.line, self.talk.end, LIMIT)
        self.said = self.talk.hello()
        numbers = [self.talk.next_id() for _ in range(LAST)]
        self.call = self.talk.expect_outcome(CALL)
        self.close = self.talk.expect_done(CLOSE, refusable=False)
        self.talk.expect_outcome(FORGOTTEN)
        self.talk.expect_outcome(ANSWERED)
        assert numbers[-1] == LAST
        self.talk.forget(FORGOTTEN)
        if greeted:
            self.write(line(HELLO) + b"\n" + line(outcome(ANSWERED)) + b"\n")
            assert self.talk.fault is None

    def write(self, data: bytes) -> None:
        """Write data in pieces, as a pipe does."""
        while data:
            size = self.rng.choice([1, 3, 50, len(data)])
            self.reader.data_received(data[:size])
            data = data[size:]

    def broken(self) -> bool:
        """Whether the conversation has ended."""
        return self.talk.fault is not None

    def check_broken(self) -> None:
        """Check that every waiting caller gets the error, as text that a report can contain."""
        fault = self.talk.fault
        assert type(fault) is AdapterError
        for future in (self.call, self.close):
            assert future.done()
            assert future.exception() is fault
        assert 0 < len(str(fault).encode("utf-8")) < 20_000


def seeds(kind: str, count: int) -> list[random.Random]:
    return [random.Random(f"{kind}-{number}") for number in range(count)]


async def feed_broken(kind: str) -> int:
    for rng in seeds(kind, EACH):
        talk = Talk(rng)
        talk.write(BROKEN[kind](rng) + b"\n")
        talk.check_broken()
        talk.write(b"more\n" + line(outcome()) + b"\n")
        talk.reader.connection_lost(None)
        talk.check_broken()
    return EACH


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_message_ends_the_session_and_every_waiting_caller_gets_the_error(kind: str) -> None:
    assert asyncio.run(feed_broken(kind)) == EACH


async def feed_passed(kind: str) -> int:
    for rng in seeds(kind, EACH):
        talk = Talk(rng)
        talk.write(PASSED[kind](rng) + b"\n")
        assert not talk.broken()
        assert not talk.close.done()
        talk.write(line({"type": "done", "id": CLOSE}) + b"\n")
        assert talk.close.done()
        talk.reader.connection_lost(None)
        assert isinstance(talk.talk.fault, AdapterDied)
        assert talk.call.done()
    return EACH


@pytest.mark.parametrize("kind", PASSED)
def test_what_is_no_breach_is_let_pass_and_the_next_answer_counts(kind: str) -> None:
    assert asyncio.run(feed_passed(kind)) == EACH


async def feed_before_hello(kind: str) -> None:
    for rng in seeds(kind, 20):
        talk = Talk(rng, greeted=False)
        talk.write({**BROKEN, **PASSED}[kind](rng) + b"\n")
        talk.check_broken()
        assert isinstance(talk.said.exception(), AdapterError)


@pytest.mark.parametrize("kind", sorted((BROKEN | PASSED).keys() - {"hello-twice"}))
def test_before_hello_nothing_else_may_be_said(kind: str) -> None:
    asyncio.run(feed_before_hello(kind))


async def feed_changed() -> int:
    for rng in seeds("changed", 4 * EACH):
        message = bytearray(line(answer(rng)))
        for _ in range(rng.choice([1, 1, 2, 5])):
            at = rng.randrange(len(message))
            message[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3)).replace(b"\n", b" ")
            message = message or bytearray(b"x")
        talk = Talk(rng)
        talk.write(bytes(message) + b"\n")
        fault = talk.talk.fault
        assert fault is None or type(fault) is AdapterError
        if fault is not None:
            talk.check_broken()
        talk.reader.connection_lost(None)
        assert talk.call.done()
        assert talk.close.done()
    return 4 * EACH


def test_a_message_with_a_few_bytes_changed_breaks_the_conversation_or_is_another_message() -> None:
    assert asyncio.run(feed_changed()) == 4 * EACH


async def feed_cut() -> None:
    for rng in seeds("cut", EACH):
        talk = Talk(rng)
        whole = line(answer(rng))
        talk.write(whole[: rng.randrange(1, len(whole))])
        assert talk.talk.fault is None
        talk.reader.connection_lost(None)
        talk.check_broken()
        assert "without its end" in str(talk.talk.fault)


def test_an_end_in_the_middle_of_a_message_is_a_breach() -> None:
    asyncio.run(feed_cut())


def test_there_are_ten_thousand_of_them() -> None:
    assert EACH * (len(BROKEN) + 4) > 10_000


REPEATS = """
import base64
hello()
for line in orders:
    order = json.loads(line)
    if order["type"] == "call":
        raw(base64.b64decode(order["arguments"]["raw"]))
"""
SMALL = sorted(BROKEN.keys() - {"oversize", "answered-twice", "wrong-kind"})
"""Those that are wrong for a first order too."""


def test_a_real_process_that_writes_them_costs_an_adapter_error_each(adapter: Callable[[str], Installed]) -> None:
    installed = adapter(REPEATS)

    async def one(turn: asyncio.Semaphore, kind: str, rng: random.Random) -> AdapterError:
        message = BROKEN[kind](rng).replace(b'"id": 2', b'"id": 1') + b"\n"
        async with turn, asyncio.timeout(scaled(180)):
            process = AdapterProcess()
            await process.start(installed)
            with pytest.raises(AdapterError) as info:
                await process.call("things.get", {"raw": base64.b64encode(message).decode()}, deadline=scaled(60))
            assert not process.alive
            return info.value

    async def run() -> list[AdapterError]:
        turn = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(one(turn, kind, rng) for kind in SMALL for rng in seeds(kind, IN_PROCESS)))

    errors = asyncio.run(run())
    assert len(errors) >= 150
    assert {type(error) for error in errors} == {AdapterError}
    assert all("double@1" in error.message for error in errors)
