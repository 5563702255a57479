"""A client, its target and a tap for one test of an integrator, with synchronous calls.

An error of a call is raised again without its traceback, and the frames of this module are hidden, so that pytest shows
the line of the test and one message.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import pytest

from concordat.catalogue.model import Fault, Reported
from concordat.checks.outcomes import reported_of
from concordat.clients import AdapterProcess, provision, select
from concordat.clients.protocol import Outcome
from concordat.contract import check_operation_names, load_contracts
from concordat.duration import parse_duration
from concordat.errors import ConcordatError, HarnessError, UsageError, did_you_mean
from concordat.printable import terminal_entry
from concordat.sandbox.core.model import read_model
from concordat.tap import CaseTap
from concordat.targets.live_environment import variable_for

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from concordat.clients.registry import ClientChoice
    from concordat.contract import Contract
    from concordat.http1.exchange import Exchange
    from concordat.pytest_plugin.fixture_target import FixtureTarget
    from concordat.sandbox import Sandbox
    from concordat.targets.target import CaseEnvironment

__all__ = ["Bindings", "FixtureClient", "FixtureOutcome", "FixtureSandbox", "SdkFixture"]

_T = TypeVar("_T")

DEADLINE = 60.0
"""Timeout of one step in seconds, except the installation."""
_READS = ("GET", "HEAD")


class FixtureOutcome(Outcome, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the client showed its caller."""

    @property
    def reported(self) -> Reported:
        """What the client reported, as in a case: `ok`, `failed` (with a status), `unknown` (without) or `silent`."""
        return reported_of(self)


class Bindings(dict[str, Any]):
    """The names of the world, or of the records that a live run discovered: `company`, `connection`, `customer`."""

    live = False

    def __missing__(self, name: str) -> Any:
        __tracebackhide__ = True
        hint = did_you_mean(name, self) + (f" Or set {variable_for(name)}" if self.live else "")
        message = f"nothing is bound to `{name}`; {hint}"
        raise KeyError(message)


class FixtureClient:
    """Calls operations by name, arguments by wire name (`body` for the request body)."""

    def __init__(self, fixture: SdkFixture) -> None:
        self._fixture = fixture

    def __repr__(self) -> str:
        return f"<client {self._fixture.label}>"

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The ids to call with: `company`, `connection`, `customer` and so on, of the sandbox or of a live target."""
        return self._fixture.bindings

    def call(self, operation: str, /, **arguments: Any) -> FixtureOutcome:
        """Call one operation and return its outcome. An error of the client is part of it.

        Raises UsageError for an operation or an argument that does not exist, and HarnessError if the adapter or the
        target does not answer. Skips the test if a live run without `--allow-writes` would write.
        """
        __tracebackhide__ = True
        failure: ConcordatError | None = None
        try:
            return self._fixture.call(operation, arguments)
        except ConcordatError as error:
            failure = error
        raise failure.with_traceback(None) from None


class FixtureSandbox:
    """The test's own sandbox."""

    def __init__(self, fixture: SdkFixture, sandbox: Sandbox) -> None:
        self._fixture = fixture
        self._sandbox = sandbox

    def __repr__(self) -> str:
        return f"<sandbox of {self._fixture.label}>"

    @property
    def bindings(self) -> Mapping[str, Any]:
        """The bindings of the world: `company`, `connection`, `customer` and so on."""
        return self._fixture.bindings

    def advance(self, duration: str) -> None:
        """Move the virtual clock by `250ms`, `90s`, `5m`, `2h` or `1d`."""
        __tracebackhide__ = True
        self._do(lambda: self._sandbox.advance(parse_duration(duration)))

    def change(self, change: Mapping[str, Any]) -> None:
        """Change the world, in the vocabulary of a case's `change` step."""
        __tracebackhide__ = True
        self._do(lambda: self._sandbox.change(change))

    def plan(self, *faults: Mapping[str, Any]) -> None:
        """Plan faults, in the vocabulary of a case's `faults`; they replace the present ones, and count from now."""
        __tracebackhide__ = True
        self._do(lambda: self._sandbox.plan([self._fault(fault) for fault in faults]))

    def unfired(self) -> tuple[str, ...]:
        """Return the ids of the planned faults that must fire and have not."""
        return self._fixture.run(self._sandbox.unfired)

    def state(self) -> Mapping[str, Any]:
        """Return the sandbox's records by collection."""
        return self._fixture.run(self._sandbox.state)

    def _fault(self, raw: Mapping[str, Any]) -> Fault:
        fault = read_model(raw, Fault, "fault")
        if fault.on is not None:
            check_operation_names([fault.on], self._fixture.contract.operations, "contract of the client has")
        return fault

    def _do(self, work: Callable[[], object]) -> None:
        __tracebackhide__ = True
        failure: ConcordatError | None = None
        try:
            self._fixture.run(work)
        except ConcordatError as error:
            failure = error
        if failure is not None:
            raise failure.with_traceback(None) from None


class SdkFixture:
    """Owns the loop, the environment, the tap and the adapter; `close` ends them all. Raises ConcordatError."""

    def __init__(self, spec: str, target: FixtureTarget, world: Mapping[str, Any] | None, *, offline: bool) -> None:
        (choice, *_) = select([spec])
        installed = asyncio.run(provision(choice, offline=offline))
        self.label = choice.label
        self.contract: Contract = load_contracts()[choice.manifest.apis[0]]
        self._choice: ClientChoice = choice
        self._target = target
        target.check(self.contract)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="concordat-fixture", daemon=True)
        self._thread.start()
        self._adapter = AdapterProcess()
        self._environment: CaseEnvironment | None = None
        self._tap: CaseTap | None = None
        try:
            # A SQLite connection belongs to the thread that opens it: the loop's thread creates the sandbox.
            self._environment = self.wait(target.environment(self.contract, world))
            self._tap = self.wait(CaseTap.start(self._environment.upstream, self.contract))
            self._environment.serve_at(self._tap.url)
            self.wait(self._adapter.start(installed))
            self.wait(self._adapter.open(server_url=self._tap.url, auth=self._environment.auth, mode=choice.mode))
        except BaseException:
            self.close()
            raise
        self.bindings = Bindings(self._environment.bindings)
        self.bindings.live = target.live
        self.client = FixtureClient(self)

    @property
    def sandbox(self) -> FixtureSandbox:
        """The sandbox of this test. A live run has none: its tests that want one are skipped earlier."""
        assert self._environment is not None
        sandbox: Any = self._environment.upstream
        return FixtureSandbox(self, sandbox)

    def call(self, operation: str, arguments: Mapping[str, Any]) -> FixtureOutcome:
        """Call one operation and return its outcome without the credential. Raises as `FixtureClient.call` does."""
        __tracebackhide__ = True
        self._check(operation, arguments)
        if self._target.live and not self._target.writes and self._writes(operation):
            pytest.skip(f"{operation} writes; pass --allow-writes to permit that in a live run")
        outcome = self.wait(self._adapter.call(operation, arguments, deadline=DEADLINE / 2))
        assert self._tap is not None
        assert self._environment is not None
        if self._tap.failures:
            message = f"the tap failed: {self._tap.failures[0]!r}"
            raise HarnessError(self._target.clean(message))
        if self._environment.failures:
            message = f"the target did not answer {operation}: {self._environment.failures[0]}"
            raise HarnessError(terminal_entry(self._target.clean(message)))
        shown = msgspec.json.encode(outcome)
        return msgspec.json.decode(self._target.clean_bytes(shown), type=FixtureOutcome)

    def _check(self, operation: str, arguments: Mapping[str, Any]) -> None:
        """Raise UsageError for an operation that the contract or the client lacks, and for an unknown argument."""
        bound = self._choice.manifest.operations
        if operation not in self.contract.operations or operation not in bound:
            message = f"{self.label} has no operation `{operation}`"
            raise UsageError(message, hint=did_you_mean(operation, bound))
        known = self.contract.operation(operation).argument_names
        for name in arguments:
            if name not in known:
                message = f"{operation} has no argument `{name}`"
                raise UsageError(message, hint=did_you_mean(name, known))

    def _writes(self, operation: str) -> bool:
        return self.contract.operation(operation).method not in _READS

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return the exchanges so far, without the credential."""
        assert self._tap is not None
        return tuple(self._target.clean_exchange(exchange) for exchange in self._tap.exchanges)

    def wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the fixture's loop and return its result. Raises HarnessError after the deadline."""
        __tracebackhide__ = True
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout=DEADLINE)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            message = f"{self.label} did not finish within {DEADLINE:.0f} s"
            raise HarnessError(message) from error

    def run(self, work: Callable[[], _T]) -> _T:
        """Run a function on the fixture's loop and return its result."""

        async def run() -> _T:
            return work()

        return self.wait(run())

    def close(self) -> None:
        """End the adapter, the tap, the environment and the loop."""
        try:
            self.wait(self._adapter.shutdown())
            if self._tap is not None:
                self.wait(self._tap.close())
            if self._environment is not None:
                self.wait(self._environment.close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=DEADLINE)
            if not self._thread.is_alive():
                self._loop.close()
