"""The client under test, and the context of the run: the values that workers and case runners share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from concordat.clients import AdapterProcess

if TYPE_CHECKING:
    from concordat.clients import Hello, Installed, Manifest
    from concordat.contract import Contract
    from concordat.contract.variant import Variant
    from concordat.ledger.matcher import LedgerMatcher
    from concordat.targets.target import Target

__all__ = ["Client", "ProcessFactory", "RunContext"]

ProcessFactory = Callable[[Mapping[str, str | None]], AdapterProcess]
"""Returns an adapter process that is not started, with additions to its environment."""


def _new_process(env: Mapping[str, str | None]) -> AdapterProcess:
    return AdapterProcess(env=env)


@dataclass(frozen=True, slots=True)
class Client:
    """One installed client with its documents' variant and its ledger; `hello` is set once its adapter has started."""

    name: str
    installed: Installed
    manifest: Manifest
    variant: Variant | None = None
    ledger: LedgerMatcher | None = None
    spec: str = ""
    """The `--client` value that selects this client; empty for the label of the installation."""
    mode: str = "sync"
    """The mode of every case that does not choose one."""
    hello: Hello | None = None

    def started(self, hello: Hello) -> Client:
        """Return the client with the hello message of its adapter."""
        return replace(self, hello=hello)

    @property
    def version(self) -> str:
        """The package's own version, or the installation's until the adapter has started."""
        return self.hello.version if self.hello else self.installed.version

    @property
    def label(self) -> str:
        """`NAME@VERSION`, with the package's own version."""
        return f"{self.name}@{self.version}"

    def mode_of(self, chosen: str | None) -> str:
        """Return the mode that a case has `chosen`, or the client's without one."""
        return chosen or self.mode


@dataclass(frozen=True, slots=True)
class RunContext:
    """The parts of a run that do not depend on a client."""

    target: Target
    contracts: Mapping[str, Contract]
    rerun_failures: bool = False
    new_process: ProcessFactory = _new_process
