"""The adapter protocol in every language: `hello`, invalid lines, cancelling, and how an adapter ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.adapters.adapter_process import DEADLINE, shown
from tests.adapters.stand_ins.catalogue import STAND_INS
from tests.adapters.stand_ins.python_protocol import UNUSUAL

from concordat.clients.protocol import PROTOCOL, Done, Failed, Hello

if TYPE_CHECKING:
    from tests.adapters.conftest import Start
    from tests.adapters.stand_ins.stand_in import StandIn

EVERY = (*STAND_INS, UNUSUAL)
INVALID_LINES = (b"not json", b"{", b"{}", b"[]", b"null", b'{"type":"dance","id":7}', b'{"type": "call", "id"')
WITHOUT_A_CLIENT = ("call before open", "RuntimeError: no client is open")
UNREADABLE = INVALID_LINES[:2] + INVALID_LINES[-1:]
CANCELLING = [stand_in for stand_in in EVERY if stand_in.slow is not None]
every_stand_in = pytest.mark.parametrize("stand_in", EVERY, ids=str)
every_cancelling_stand_in = pytest.mark.parametrize("stand_in", CANCELLING, ids=str)


@every_stand_in
def test_hello_names_the_installed_package_and_what_the_adapter_can_do(warm: Start, stand_in: StandIn) -> None:
    hello = warm(stand_in).first
    assert isinstance(hello, Hello)
    assert (hello.protocol, hello.style, hello.language) == (PROTOCOL, stand_in.style, stand_in.language)
    assert (hello.package, hello.version) == (stand_in.package, stand_in.version)
    assert hello.operations == list(stand_in.operations)
    assert hello.modes == list(stand_in.modes)
    assert sorted(hello.features) == sorted(stand_in.features)


@every_stand_in
def test_a_call_before_open_is_a_fault_of_the_harness(fresh: Start, stand_in: StandIn) -> None:
    failed = fresh(stand_in).call(stand_in.quick.operation, stand_in.quick.arguments)
    assert isinstance(failed, Failed)
    assert failed.message in WITHOUT_A_CLIENT


@every_stand_in
def test_a_call_after_close_is_a_fault_of_the_harness(fresh: Start, stand_in: StandIn) -> None:
    adapter = fresh(stand_in)
    assert isinstance(adapter.open(), Done)
    number = adapter.send("close")
    assert adapter.report() == Done(number)
    failed = adapter.call(stand_in.quick.operation, stand_in.quick.arguments)
    assert isinstance(failed, Failed)
    assert failed.message in WITHOUT_A_CLIENT


@pytest.mark.parametrize(
    ("stand_in", "line"),
    [pytest.param(stand_in, line, id=f"{stand_in}-{line.decode()}") for stand_in in EVERY for line in INVALID_LINES],
)
def test_an_invalid_line_is_answered_and_the_adapter_goes_on(warm: Start, stand_in: StandIn, line: bytes) -> None:
    adapter = warm(stand_in)
    adapter.write(line + b"\n")
    failed = adapter.report()
    assert isinstance(failed, Failed)
    assert failed.id is None or line not in UNREADABLE
    assert isinstance(adapter.open(), Done)


@every_cancelling_stand_in
def test_a_call_is_cancelled_while_another_runs(warm: Start, stand_in: StandIn) -> None:
    adapter, slow = warm(stand_in), stand_in.slow
    assert slow is not None
    adapter.open()
    number = adapter.send("call", operation=slow.operation, arguments=dict(slow.arguments))
    quick = shown(adapter.call(stand_in.quick.operation, stand_in.quick.arguments))
    adapter.cancel(number)
    cancelled = adapter.report()
    assert quick["ended"] == "returned"
    assert (msgspec.to_builtins(cancelled)["id"], shown(cancelled)["ended"]) == (number, "cancelled")


@every_stand_in
def test_the_end_of_the_input_ends_the_adapter(fresh: Start, stand_in: StandIn) -> None:
    adapter = fresh(stand_in)
    adapter.open()
    assert adapter.end() == 0


@every_cancelling_stand_in
def test_the_end_of_the_input_ends_the_adapter_while_a_call_runs(fresh: Start, stand_in: StandIn) -> None:
    adapter, slow = fresh(stand_in), stand_in.slow
    assert slow is not None
    adapter.open()
    adapter.send("call", operation=slow.operation, arguments=dict(slow.arguments))
    assert adapter.end() == 0


@every_stand_in
def test_a_shutdown_message_ends_the_adapter(fresh: Start, stand_in: StandIn) -> None:
    adapter = fresh(stand_in)
    adapter.write(b'{"type":"shutdown"}\n')
    assert adapter.process.wait(DEADLINE) == 0
