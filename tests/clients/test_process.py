from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
import uvloop
from tests.timeouts import elapses, scaled, until

from concordat.clients.process import AdapterProcess
from concordat.errors import AdapterDied, AdapterError, AdapterSilent, ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from concordat.clients.installed import Installed
    from concordat.clients.protocol import Outcome

DEADLINE = scaled(60)
ANSWERS = "hello()\nfor order in each(): outcome(order['id'], payload=order['arguments'])\n"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - a kernel file
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until_gone(pid: int) -> None:
    until(lambda: not alive(pid), f"the end of process {pid}")


def with_adapter(installed: Installed, use: Callable[[AdapterProcess], Awaitable[None]]) -> None:
    async def run() -> None:
        process = AdapterProcess(hello_deadline=scaled(60))
        try:
            await process.start(installed)
            async with asyncio.timeout(scaled(120)):
                await use(process)
        finally:
            await process.shutdown()

    asyncio.run(run())


async def call(process: AdapterProcess, deadline: float = DEADLINE) -> Outcome:
    return await process.call("things.get", {}, deadline=deadline)


def failing_call(installed: Installed, error: type[AdapterError], deadline: float = DEADLINE) -> AdapterError:
    caught: list[AdapterError] = []

    async def use(process: AdapterProcess) -> None:
        with pytest.raises(error) as info:
            await call(process, deadline)
        caught.append(info.value)
        assert not process.alive

    with_adapter(installed, use)
    return caught[0]


def test_an_adapter_says_hello_opens_answers_and_closes(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        assert process.hello is not None
        assert process.hello.operations == ["things.get"]
        assert await process.open(server_url="http://127.0.0.1:9", auth=None) is None
        outcome = await process.call("things.get", {"id": "a", "page": None}, deadline=DEADLINE)
        assert outcome.payload == {"id": "a", "page": None}
        await process.close()
        assert process.alive

    with_adapter(adapter(ANSWERS), use)


def test_it_works_the_same_on_uvloop(adapter: Callable[[str], Installed]) -> None:
    installed = adapter(ANSWERS)

    async def run() -> object:
        process = AdapterProcess(hello_deadline=scaled(60))
        await process.start(installed)
        outcome = await call(process)
        await process.shutdown()
        return outcome.payload

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(run()) == {}


def test_what_an_adapter_prints_does_not_garble_the_protocol(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        assert (await call(process)).ended == "returned"
        while not process.output.endswith("the end"):  # noqa: ASYNC110 - nothing tells of what is printed
            await asyncio.sleep(0.02)
        assert len(process.output) <= 16 * 1024

    flood = (
        "hello()\nfor order in each():\n    print('x' * 3_000_000 + 'the end', flush=True)\n    outcome(order['id'])\n"
    )
    with_adapter(adapter(flood), use)


def test_answers_in_another_order_reach_their_own_calls(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        calls = [process.call("things.get", {"n": n}, deadline=DEADLINE) for n in range(3)]
        outcomes = await asyncio.gather(*calls)
        assert [outcome.payload for outcome in outcomes] == [{"n": 0}, {"n": 1}, {"n": 2}]

    backwards = (
        "hello()\nheld = []\nfor order in each():\n    held.append(order)\n    if len(held) == 3:\n"
        "        for one in reversed(held): outcome(one['id'], payload=one['arguments'])\n"
    )
    with_adapter(adapter(backwards), use)


def test_a_cancelled_call_still_has_an_outcome(adapter: Callable[[str], Installed]) -> None:
    cancels = (
        "hello()\nfor line in orders:\n    order = json.loads(line)\n"
        "    if order['type'] == 'cancel': outcome(order['id'], ended='cancelled')\n"
    )

    async def use(process: AdapterProcess) -> None:
        started = await process.begin("things.get", {})
        await started.cancel()
        assert (await started.outcome(DEADLINE)).ended == "cancelled"

    with_adapter(adapter(cancels), use)


def test_a_line_of_many_megabytes_is_read_whole(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        outcome = await process.call("things.get", {"text": "y" * 5_000_000}, deadline=DEADLINE)
        assert len(outcome.payload["text"]) == 5_000_000

    large = "hello()\nfor order in each():\n    raw(json.dumps({'type': 'outcome', 'id': order['id'], 'outcome': "
    large += "{'phase': 'call', 'ended': 'returned', 'payload': order['arguments']}}).encode() + b'\\n')\n"
    with_adapter(adapter(large), use)


BROKEN = {
    "garbage": ("raw(b'Traceback: oh no\\n')", "it wrote `Traceback: oh no`"),
    "not-utf8": ("raw(b'\"\\xff\"\\n')", "it wrote"),
    "too-deep": (
        (
            'raw(b\'{"type":"outcome","id":1,"outcome":{"phase":"call","ended":"returned","payload":\''
            " + b'[' * 200000 + b']' * 200000 + b'}}\\n')"
        ),
        "recursion",
    ),
    "unknown-key": ("outcome(order['id'], contentType='text/plain')", "contentType"),
    "unknown-ending": ("outcome(order['id'], ended='maybe')", "ended"),
    "wrong-id": ("outcome(999)", "answered message 999, which was not sent"),
    "wrong-kind": ("say(type='done', id=order['id'])", "with `done`, which does not answer it"),
    "second-hello": ("hello()", "it sent hello twice"),
    "oversize": ("raw(b'x' * (32 * 1024 * 1024 + 1))", "a line of more than 33554432 bytes"),
    "no-newline": ("os.write(OUT, b'{\"type\":'); sys.exit(0)", "a line without its end"),
    "own-fault": ("say(type='failed', id=None, message='bad config')", "its own code failed: bad config"),
}


@pytest.mark.parametrize(("answer", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_breach_of_the_protocol_is_an_adapter_error_that_says_what(
    adapter: Callable[[str], Installed], answer: str, said: str
) -> None:
    error = failing_call(adapter(f"hello()\nfor order in each(): {answer}\n"), AdapterError)
    assert type(error) is AdapterError
    assert said in str(error)
    assert "double@1" in error.message


def test_a_fault_in_one_call_leaves_the_adapter_usable(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        with pytest.raises(AdapterError, match="cannot render"):
            await call(process)
        assert (await call(process)).ended == "returned"

    fails_once = (
        "hello()\nfor order in each():\n    if order['id'] == 1: say(type='failed', id=1, message='cannot render')\n"
        "    else: outcome(order['id'])\n"
    )
    with_adapter(adapter(fails_once), use)


def test_an_answer_given_twice_is_a_breach(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        await call(process)
        with pytest.raises(AdapterError, match="answered message 1 twice"):
            await call(process)

    twice = "hello()\nfor order in each():\n    outcome(1)\n    outcome(1)\n"
    with_adapter(adapter(twice), use)


def test_a_late_answer_to_a_call_nobody_waits_for_is_let_pass(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        abandoned = asyncio.create_task((await process.begin("things.get", {})).outcome(DEADLINE))
        await asyncio.sleep(0)
        abandoned.cancel()
        await asyncio.gather(abandoned, return_exceptions=True)
        assert (await call(process)).payload == 2

    late = (
        "hello()\nheld = []\nfor order in each():\n    held.append(order['id'])\n"
        "    if len(held) == 2:\n        for one in held: outcome(one, payload=one)\n"
    )
    with_adapter(adapter(late), use)


def test_a_call_that_outlives_its_deadline_costs_the_process(adapter: Callable[[str], Installed]) -> None:
    hangs = "print('still thinking', flush=True)\nhello()\nfor order in each(): time.sleep(600)\n"
    error = failing_call(adapter(hangs), AdapterSilent, deadline=elapses(0.3))
    assert "did not answer things.get (message 1) within 0.3 s" in error.message
    assert error.cause == "it printed: still thinking"


@pytest.mark.parametrize(
    ("last_words", "said"),
    [("sys.exit(7)", "it exited with 7"), ("os.kill(os.getpid(), 9)", "it was ended by SIGKILL")],
)
def test_a_death_in_mid_conversation_says_how_and_what_was_printed(
    adapter: Callable[[str], Installed], last_words: str, said: str
) -> None:
    program = f"hello()\nfor order in each():\n    print('boom', file=sys.stderr, flush=True)\n    {last_words}\n"
    error = failing_call(adapter(program), AdapterDied)
    assert said in error.message
    assert error.cause == "it printed: boom"


def test_an_adapter_that_died_is_started_again(adapter: Callable[[str], Installed]) -> None:
    async def use(process: AdapterProcess) -> None:
        with pytest.raises(AdapterDied):
            await call(process)
        with pytest.raises(AdapterError):
            await call(process)
        hello = await process.restart()
        assert hello.style == "double"
        assert await process.open(server_url="http://127.0.0.1:9", auth="x") is None

    with_adapter(adapter("hello()\nfor order in each(): sys.exit(1)\n"), use)


BAD_STARTS = {
    "silent": ("time.sleep(600)", elapses(0.5), AdapterSilent, "did not answer hello"),
    "dead": ("print('no module named x'); sys.exit(1)", DEADLINE, AdapterDied, "no module named x"),
    "other-protocol": ("hello(protocol=3)\ntime.sleep(600)", DEADLINE, AdapterError, "speaks protocol 3"),
    "speaks-first": ("outcome(1)\ntime.sleep(600)", DEADLINE, AdapterError, "before its hello"),
    "fails": ("say(type='failed', id=None, message='no SDK')\ntime.sleep(600)", DEADLINE, AdapterError, "no SDK"),
}


@pytest.mark.parametrize(("program", "deadline", "error", "said"), BAD_STARTS.values(), ids=BAD_STARTS.keys())
def test_a_bad_start_raises_and_leaves_no_process(
    adapter: Callable[[str], Installed], program: str, deadline: float, error: type[AdapterError], said: str
) -> None:
    async def run() -> None:
        process = AdapterProcess(hello_deadline=deadline)
        with pytest.raises(error, match=said):
            await process.start(adapter(program))
        assert not process.alive
        with pytest.raises(AdapterError):
            await call(process)

    asyncio.run(run())


def test_a_program_that_cannot_be_started_is_an_unavailable_client(adapter: Callable[[str], Installed]) -> None:
    import msgspec  # noqa: PLC0415 - for one test

    broken = msgspec.structs.replace(adapter(""), command=("/no/such/runtime",))

    async def run() -> None:
        with pytest.raises(ClientUnavailable, match="cannot be started"):
            await AdapterProcess().start(broken)

    asyncio.run(run())


def test_the_adapters_environment_holds_nothing_of_the_callers_but_what_the_case_sets(
    adapter: Callable[[str], Installed], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "https_proxy", "ALL_PROXY", "no_proxy", "CONCORDAT_API_KEY"):
        monkeypatch.setenv(name, "leaked")
    monkeypatch.setenv("NETRC", "/home/me/.netrc")
    installed = adapter("hello()\nfor order in each(): outcome(order['id'], payload=dict(os.environ))\n")

    async def run() -> None:
        process = AdapterProcess(env={"HTTP_PROXY": "http://127.0.0.1:1", "LANG": None})
        await process.start(installed)
        seen = (await call(process)).payload
        await process.shutdown()
        assert "leaked" not in seen.values()
        assert seen["HTTP_PROXY"] == "http://127.0.0.1:1"
        assert seen["NETRC"] == "/dev/null"
        assert seen["HOME"] == str(installed.cwd / "home")
        assert "LANG" not in seen

    asyncio.run(run())


def test_an_adapter_holds_no_end_of_a_siblings_pipes(adapter: Callable[[str], Installed]) -> None:
    program = (
        "hello()\nfor order in each(): outcome(order['id'], payload=sorted(int(n) for n in os.listdir('/dev/fd')))"
    )

    async def run() -> None:
        installed = adapter(program)
        first, second = AdapterProcess(), AdapterProcess()
        await first.start(installed)
        await second.start(installed)
        # 0 to 2, both ends of its own, and the descriptor that lists the folder
        assert len((await call(second)).payload) == 6
        await first.shutdown()
        await second.shutdown()

    asyncio.run(run())


LEAVES_A_GRANDCHILD = """
import subprocess
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
hello()
for order in each(): outcome(order['id'], payload=child.pid)
os._exit(0)
"""


def test_what_an_adapter_started_ends_with_it(adapter: Callable[[str], Installed]) -> None:
    pids: list[int] = []

    async def use(process: AdapterProcess) -> None:
        pids.append((await call(process)).payload)
        assert alive(pids[0])

    with_adapter(adapter(LEAVES_A_GRANDCHILD), use)
    wait_until_gone(pids[0])


@pytest.mark.parametrize("leaving", ["", ", start_new_session=True"], ids=["group", "session"])
def test_no_orphan_is_left_when_the_engine_is_killed_outright(
    adapter: Callable[[str], Installed], tmp_path: Path, leaving: str
) -> None:
    deaf = LEAVES_A_GRANDCHILD.replace('time.sleep(600)"]', 'time.sleep(600)"]' + leaving).replace(
        "for order in each(): outcome(order['id'], payload=child.pid)",
        "for order in each():\n    outcome(order['id'], payload=[os.getpid(), child.pid])\n    time.sleep(600)",
    )
    installed = adapter(deaf)
    engine = tmp_path / "engine.py"
    engine.write_text(
        textwrap.dedent(f"""
        import asyncio, pathlib
        from concordat.clients import AdapterProcess, Installed
        installed = Installed(name="double", version="1", style="double", package="double", module="double",
            language="python", key="0", command={installed.command!r}, env={{}}, cwd=pathlib.Path({str(tmp_path)!r}))
        async def main():
            process = AdapterProcess()
            await process.start(installed)
            print(*(await process.call("things.get", {{}}, deadline=20)).payload, flush=True)
            await asyncio.sleep(600)
        asyncio.run(main())
        """),
        "utf-8",
    )
    with subprocess.Popen([sys.executable, str(engine)], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        pids = [int(word) for word in running.stdout.readline().split()]
        assert [alive(pid) for pid in pids] == [True, True]
        running.send_signal(signal.SIGKILL)
    for pid in pids:
        wait_until_gone(pid)


STRAGGLERS = {"in a session of its own": "", "in a session of its own, without the mark": ", env={}"}
LEAVES_A_STRAGGLER = """
import subprocess
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"], start_new_session=True MORE)
hello()
for order in each(): outcome(order['id'], payload=[os.getsid(0), os.getsid(child.pid), child.pid])
time.sleep(600)
"""


@pytest.mark.parametrize("more", STRAGGLERS.values(), ids=STRAGGLERS.keys())
def test_what_left_the_adapters_session_ends_with_it_too(adapter: Callable[[str], Installed], more: str) -> None:
    pids: list[int] = []

    async def run() -> None:
        process = AdapterProcess()
        await process.start(adapter(LEAVES_A_STRAGGLER.replace(" MORE", more)))
        own, stragglers, pid = (await call(process)).payload
        assert own != stragglers
        assert alive(pid)
        pids.append(pid)
        await process.kill()

    asyncio.run(run())
    wait_until_gone(pids[0])


def test_a_straggler_that_outlived_its_adapter_is_found_by_its_mark(adapter: Callable[[str], Installed]) -> None:
    pids: list[int] = []

    async def use(process: AdapterProcess) -> None:
        pids.append((await call(process)).payload[2])
        with pytest.raises(AdapterDied):
            await call(process)

    dies = LEAVES_A_STRAGGLER.replace(" MORE", "").replace(
        "for order in each(): ", "for order in each():\n    if order['id'] > 1: os._exit(0)\n    "
    )
    with_adapter(adapter(dies), use)
    wait_until_gone(pids[0])
