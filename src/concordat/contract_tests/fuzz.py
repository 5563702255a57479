"""Fuzzing of one target with one contract, by the engine of schemathesis's command line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.hooks import unregister

from concordat.contract import load_contract
from concordat.contract_tests.generation_hooks import HOOKS
from concordat.errors import HarnessError
from concordat.resources import package_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemathesis import Case
    from schemathesis.core.failures import Failure
    from schemathesis.core.transport import Response
    from schemathesis.engine.recorder import ScenarioRecorder
    from schemathesis.schemas import BaseSchema

__all__ = ["FuzzFinding", "FuzzPlan", "GeneratedRequest", "WriteScope", "config_file", "findings_of", "operations_of"]

_OPERATION_PHASES = ("examples", "coverage", "fuzzing")
_LINK_PHASES = ("stateful",)


class WriteScope(Enum):
    """The operations that a run may call; the value has their methods, or None for all."""

    READS = frozenset({"GET", "HEAD"})
    CREATES = frozenset({"GET", "HEAD", "POST"})
    """Reads, and operations that add a record or start a task; none of them changes or removes a record."""
    ALL = None

    def permits(self, method: str) -> bool:
        """Return whether a run may call operations with this method."""
        return self.value is None or method in self.value


@dataclass(frozen=True, slots=True)
class FuzzPlan:
    """One run of schemathesis. `operation` is a name of the contract, None for the links between all operations.

    `examples` limits the examples of an operation or the linked sequences; None means the configuration's limit. With
    `seed` None, every run has the same examples. `rate` is in schemathesis's form: `5/s`, `100/m`. Unless `writes` is
    ALL, the run tries no method that an operation does not have.
    """

    contract: str
    url: str
    auth: str
    operation: str | None = None
    examples: int | None = None
    seed: int | None = None
    rate: str | None = None
    writes: WriteScope = WriteScope.ALL


@dataclass(frozen=True, slots=True)
class GeneratedRequest:
    """One generated request of a finding, and its answer."""

    case: Case[Any]
    response: Response | None


@dataclass(frozen=True, slots=True)
class FuzzFinding:
    """A failed check, with the smallest request that fails it as the last one of the requests that lead there."""

    check: str
    title: str
    message: str
    curl: str
    requests: tuple[GeneratedRequest, ...]


def config_file() -> Path:
    """Return the path of the committed configuration, which schemathesis's command line takes too."""
    return package_root() / "contracts" / "schemathesis.toml"


def operations_of(contract: str, *, writes: WriteScope) -> list[str]:
    """Return the names of the operations of a contract that a run may call."""
    known = load_contract(contract).operations
    return [name for name, operation in known.items() if writes.permits(operation.method)]


def findings_of(plan: FuzzPlan) -> list[FuzzFinding]:
    """Run the plan and return its findings, one for each kind of failure of an operation.

    Raises HarnessError when the engine itself fails, or sends nothing.
    """
    found: dict[tuple[str, Failure], FuzzFinding] = {}
    sent = 0
    for recorder in _scenarios(_schema_of(plan)):
        sent += len(recorder.interactions)
        for key, finding in _failures(recorder):
            known = found.get(key)
            # schemathesis shrinks a failure step by step, so the last one is the smallest unless its sequence is longer
            if known is None or len(finding.requests) <= len(known.requests):
                found[key] = finding
    if not sent:
        message = f"schemathesis sent nothing for {plan.operation or 'the links'} of {plan.contract}"
        raise HarnessError(message, hint="is the target there, and does the contract have such an operation?")
    return list(found.values())


def _scenarios(schema: BaseSchema) -> Iterator[ScenarioRecorder]:
    """Run the engine with the generation hooks and yield the recorder of each scenario."""
    with _hooked():
        for event in from_schema(schema).execute():
            if isinstance(event, events.FatalError):
                message = f"schemathesis ended: {event.exception}"
                raise HarnessError(message) from event.exception
            if isinstance(event, events.NonFatalError):
                message = f"schemathesis could not test {event.label}: {event.value}"
                raise HarnessError(message) from event.value
            if isinstance(event, events.ScenarioFinished):
                yield event.recorder


@contextmanager
def _hooked() -> Iterator[None]:
    """Register the generation hooks inside the block only, because a process may have other users of schemathesis."""
    for hook in HOOKS:
        schemathesis.hook(hook)
    try:
        yield
    finally:
        _unregister_hooks()


def _unregister_hooks() -> None:
    for hook in HOOKS:
        unregister(hook)


# the import has registered them for schemathesis's command line
_unregister_hooks()


def _failures(recorder: ScenarioRecorder) -> Iterator[tuple[tuple[str, Failure], FuzzFinding]]:
    for identity, checks in recorder.checks.items():
        for check in checks:
            info = check.failure_info
            if check.status is not Status.FAILURE or info is None:
                continue
            failure = info.failure
            at = failure.case_id if failure.case_id in recorder.cases else identity
            chain = recorder.iter_chain_cases(case_id=at, related_case_ids=failure.related_case_ids())
            requests = tuple(GeneratedRequest(case, recorder.find_response(case_id=case.id)) for case in chain)
            yield (
                (check.name, failure),
                FuzzFinding(check.name, failure.title, failure.message, info.code_sample, requests),
            )


def _schema_of(plan: FuzzPlan) -> BaseSchema:
    contract = load_contract(plan.contract)
    schema = _loaded(contract.path, plan.operation is None, plan.seed)
    schema.config.update(
        base_url=plan.url, headers={**(schema.config.headers or {}), "Authorization": plan.auth}, rate_limit=plan.rate
    )
    schema.config.generation.update(max_examples=plan.examples, deterministic=plan.seed is None)
    if plan.writes is not WriteScope.ALL:
        schema.config.phases.coverage.unexpected_methods = set()
    wanted = [plan.operation] if plan.operation else operations_of(plan.contract, writes=plan.writes)
    places = {(contract.operation(name).method, contract.operation(name).path) for name in wanted}
    # excludes in addition to the filters of the configuration
    return schema.exclude(lambda context: (context.operation.method.upper(), context.operation.path) not in places)


@lru_cache(maxsize=8)
def _loaded(path: Path, stateful: bool, seed: int | None) -> BaseSchema:  # noqa: FBT001 - a cache's key
    """Load a contract once for the single operations, and once for their links."""
    config = SchemathesisConfig.from_path(config_file())
    config.update(seed=seed, max_failures=None)
    schema = schemathesis.openapi.from_path(path, config=config)
    schema.config.phases.update(phases=list(_LINK_PHASES if stateful else _OPERATION_PHASES))
    return schema
