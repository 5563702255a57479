"""Adapters that live in the test's own process: one that obeys, and some that do not."""

from __future__ import annotations

import asyncio
import http.client
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast
from urllib.parse import urlsplit

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.catalogue.model import Call, Case, ClientSettings
from concordat.clients import Installed, Manifest
from concordat.clients.manifest import OperationBinding, StyleRange
from concordat.clients.protocol import ErrorShown, Hello, Outcome
from concordat.contract import load_contracts
from concordat.contract.request import build_request
from concordat.errors import AdapterDied, AdapterError, AdapterSilent
from concordat.runner.client import Client, RunContext
from concordat.runner.client_worker import ClientWorker
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Step
    from concordat.clients import AdapterProcess
    from concordat.contract.request import BuiltRequest
    from concordat.targets.target import Target

DEADLINE = scaled(60)


class MakeCase(Protocol):
    """Makes a case that lists customers, with other steps and fields where they are given."""

    def __call__(self, *steps: Step, **changed: object) -> Case: ...


class MakeManifest(Protocol):
    """Makes a manifest from operations and contracts."""

    def __call__(self, operations: tuple[str, ...], apis: tuple[str, ...]) -> Manifest: ...


class Started:
    """A call under way."""

    def __init__(self, adapter: Obedient, operation: str, arguments: Mapping[str, Any]) -> None:
        self._adapter = adapter
        self._made = asyncio.create_task(adapter.made(operation, arguments))

    async def outcome(self, deadline: float) -> Outcome:
        """What the adapter makes of the call."""
        del deadline
        await asyncio.wait((self._made,))
        return Outcome(phase="call", ended="cancelled") if self._made.cancelled() else self._made.result()

    async def cancel(self) -> None:
        """Stop it where it is, and take note."""
        self._made.cancel()
        self._adapter.cancelled += 1


class Obedient:
    """Sends the request that the contract prescribes and shows the whole answer."""

    modes: tuple[str, ...] = ("sync",)

    def __init__(self) -> None:
        self.alive = False
        self.starts = 0
        self.opened: list[dict[str, Any]] = []
        self.closed = 0
        self.byes = 0
        self.kills = 0
        self.cancelled = 0
        self.hesitates = 0.0

    async def start(self, installed: Installed) -> Hello:
        """Say hello."""
        self.alive = True
        self.starts += 1
        return Hello(
            protocol=2,
            style="double",
            package="double",
            version=installed.version,
            language="python",
            runtime="python",
            operations=[],
            modes=list(self.modes),
        )

    async def restart(self) -> None:
        """Be as new."""
        self.alive = True
        self.starts += 1

    async def open(self, **order: object) -> Outcome | None:
        """Take note."""
        self.opened.append(order)
        return None

    async def begin(self, operation: str, arguments: Mapping[str, Any]) -> Started:
        """Begin a call."""
        return Started(self, operation, arguments)

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Make the call."""
        await asyncio.sleep(self.hesitates)
        opened = self.opened[-1]
        contract = load_contracts()["accounting"]
        built = build_request(contract.operation(operation), dict(arguments), auth=opened["auth"])
        base = urlsplit(opened["server_url"])
        return await asyncio.to_thread(_sent, base.hostname or "", base.port or 0, base.path, built)

    async def close(self) -> None:
        """Take note."""
        self.closed += 1

    async def shutdown(self) -> None:
        """Be gone."""
        self.byes += 1
        self.alive = False

    async def kill(self) -> None:
        """Be gone at once."""
        self.kills += 1
        self.alive = False


def _sent(host: str, port: int, base: str, built: BuiltRequest) -> Outcome:
    connection = http.client.HTTPConnection(host, port, timeout=DEADLINE)
    try:
        connection.request(built.method, base + built.target, built.body or None, dict(built.headers))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    return Outcome(
        phase="call", ended="returned", status=answer.status, payload=msgspec.json.decode(body) if body else None
    )


class Ambidextrous(Obedient):
    """Has two modes."""

    modes = ("sync", "async")


class Forgets(Obedient):
    """Shows its caller each answer without the key of a push."""

    shown: Mapping[str, Any] = {}
    """What it shows in the key's place."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Make the call, and leave the key out."""
        outcome = await super().made(operation, arguments)
        if not isinstance(outcome.payload, dict):
            return outcome
        kept = {name: value for name, value in outcome.payload.items() if name != "pushOperationKey"}
        return msgspec.structs.replace(outcome, payload={**kept, **self.shown})


class ShowsNullForTheKey(Forgets):
    """Shows null where the answer holds the key of a push."""

    shown: Mapping[str, Any] = {"pushOperationKey": None}


class ShowsUnsetForTheKey(Forgets):
    """Shows an object of its own, which stands for nothing, where the answer holds the key of a push."""

    shown: Mapping[str, Any] = {"pushOperationKey": {"$object": "UNSET"}}


class ShowsAnotherKey(Forgets):
    """Shows another key than the answer holds."""

    shown: Mapping[str, Any] = {"pushOperationKey": "another"}


class RaisesOnPushes(Obedient):
    """Raises an error where the answer is a push."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Make the call, and lose its answer."""
        outcome = await super().made(operation, arguments)
        if not isinstance(outcome.payload, dict) or "pushOperationKey" not in outcome.payload:
            return outcome
        return Outcome(phase="call", ended="raised", error=ErrorShown(cls="AttributeError"))


class DiesInTheCall(Obedient):
    """Its process is gone when the outcome is asked for."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Die."""
        del operation, arguments
        self.alive = False
        message = "it closed its pipe"
        raise AdapterDied(message)


class DiesOnce(DiesInTheCall):
    """Is well again after its first restart."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Die the first time."""
        if self.starts > 1:
            return await Obedient.made(self, operation, arguments)
        return await super().made(operation, arguments)


class FallsSilent(Obedient):
    """Outlives the deadline of its call."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Say nothing, until it is killed."""
        del operation, arguments
        self.alive = False
        message = "it did not answer"
        raise AdapterSilent(message)


class SilentAtClose(Obedient):
    """Answers its calls, and not the end of the case."""

    async def close(self) -> None:
        """Say nothing."""
        self.alive = False
        message = "it did not answer close"
        raise AdapterSilent(message)


class Garbles(Obedient):
    """Breaks the protocol."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Write what is no report."""
        del operation, arguments
        self.alive = False
        message = "it wrote `garbage`"
        raise AdapterError(message)


class Hangs(Obedient):
    """Never comes back by itself."""

    async def made(self, operation: str, arguments: Mapping[str, Any]) -> Outcome:
        """Wait for ever."""
        del operation, arguments
        await asyncio.Event().wait()
        raise AssertionError


class HasADefectOfOurs(Obedient):
    """Fails in a way that no part of the engine foresees."""

    async def open(self, **order: object) -> Outcome | None:
        """Divide by zero."""
        raise ZeroDivisionError(len(order))


class RefusesToBeBuilt(Obedient):
    """Its SDK rejects what it is built with."""

    async def open(self, **order: object) -> Outcome | None:
        """Refuse."""
        del order
        return Outcome(phase="build", ended="raised")


class CannotStartAgain(DiesInTheCall):
    """Starts once and never again."""

    async def restart(self) -> None:
        """Fail."""
        message = "it did not say hello"
        raise AdapterDied(message)


def _case(*steps: Step, **changed: object) -> Case:
    """Return a case that lists customers, whatever else it does."""
    given: dict[str, Any] = {
        "id": "things.case",
        "title": "a case",
        "why": "because",
        "source": ["rfc:9110#1"],
        "world": {"customers": 2},
        "steps": list(steps) or [Call(call="customers.list", with_={"companyId": "$company"})],
        "path": "cases/things.yaml",
        "line": 7,
    }
    return Case(**(given | changed))


Doubles: TypeAlias = "dict[str, type[Obedient]]"
"""Every double by the name of its class."""


@dataclass
class Workshop:
    """Builds client workers around doubles; `processes` are those that the client worker made, in order."""

    processes: list[Obedient] = field(default_factory=list)

    def worker(
        self,
        adapter: type[Obedient] = Obedient,
        *,
        target: Target | None = None,
        operations: tuple[str, ...] = ("customers.list", "customers.get", "customers.create"),
        apis: tuple[str, ...] = ("accounting",),
        mode: str = "sync",
    ) -> ClientWorker:
        """Return a client worker that is not started."""

        def new_process(_env: Mapping[str, str | None]) -> AdapterProcess:
            self.processes.append(adapter())
            return cast("AdapterProcess", self.processes[-1])

        client = Client("double", INSTALLED, _manifest(operations, apis), mode=mode)
        context = RunContext(target or SandboxTarget(), load_contracts(), new_process=new_process)
        return ClientWorker(client, context)


INSTALLED = Installed(
    name="double",
    version="1",
    style="double",
    package="double",
    module="double",
    language="python",
    key="0",
    command=(),
    env={},
    cwd=Path(),
)


def _manifest(operations: tuple[str, ...], apis: tuple[str, ...]) -> Manifest:
    return Manifest(
        name="double",
        language="python",
        package="double",
        class_="Double",
        apis=list(apis),
        styles=[StyleRange(versions="*", style="double")],
        operations={name: OperationBinding(call=name) for name in operations},
        registry="builtin",
        module="double",
        path=Path("double.yaml"),
    )


@pytest.fixture
def workshop() -> Workshop:
    """Builds client workers around doubles."""
    return Workshop()


@pytest.fixture
def client() -> Client:
    """A client that a double stands for, with all operations of one contract."""
    return Client("double", INSTALLED, _manifest(tuple(load_contracts()["accounting"].operations), ("accounting",)))


@pytest.fixture
def case() -> MakeCase:
    """Make a case: `case(Call(...), id="x")`."""
    return _case


@pytest.fixture
def manifest() -> MakeManifest:
    """Make a manifest from operations and contracts."""
    return _manifest


@pytest.fixture
def settings() -> type[ClientSettings]:
    """How a case builds its client."""
    return ClientSettings


@pytest.fixture
def doubles() -> Doubles:
    """Every double by its name."""
    kinds = (
        Obedient,
        Ambidextrous,
        Forgets,
        ShowsNullForTheKey,
        ShowsUnsetForTheKey,
        ShowsAnotherKey,
        RaisesOnPushes,
        DiesInTheCall,
        DiesOnce,
        FallsSilent,
        SilentAtClose,
        Garbles,
        Hangs,
        HasADefectOfOurs,
        RefusesToBeBuilt,
        CannotStartAgain,
    )
    return {kind.__name__: kind for kind in kinds}
