"""Runs schemathesis's own engine, the one of its command line, over one contract and one target."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.hooks import unregister

from concordat.contract import load_contract
from concordat.contract_tests import dictionary as words
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

__all__ = ["Finding", "Plan", "Sent", "config_file", "findings_of", "operations_of"]

UNIT = ("examples", "coverage", "fuzzing")
STATEFUL = ("stateful",)
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run: `operation` by its name in the contract, None for the links between all of them.

    `examples` is the most for an operation, or of linked sequences; None leaves the configuration's. `seed` None: the
    same examples in every run. `rate` is as schemathesis writes it: `5/s`, `100/m`. Without `writes` only operations
    that read are asked, and nothing tries methods that an operation does not have.
    """

    contract: str
    url: str
    auth: str
    operation: str | None = None
    examples: int | None = None
    seed: int | None = None
    rate: str | None = None
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a finding, as it was generated, and its answer."""

    case: Case[Any]
    response: Response | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed, with the smallest request that fails it, and before that one what led to it."""

    check: str
    title: str
    message: str
    curl: str
    sent: tuple[Sent, ...]


def config_file() -> Path:
    """Return the committed configuration, which schemathesis's own command line takes too."""
    return package_root() / "contracts" / "schemathesis.toml"


def operations_of(contract: str, *, writes: bool) -> list[str]:
    """Return the operations of a contract that may be asked, by name."""
    known = load_contract(contract).operations
    return [name for name, operation in known.items() if writes or operation.method in READS]


def findings_of(plan: Plan) -> list[Finding]:
    """Run the plan and return what was found, the same kind of failure of one operation once.

    Raises HarnessError when the engine itself fails, or when it sent nothing.
    """
    found: dict[tuple[str, Failure], Finding] = {}
    asked = 0
    for recorder in _scenarios(_schema_of(plan)):
        asked += len(recorder.interactions)
        for key, finding in _failures(recorder):
            known = found.get(key)
            # what fails is shrunk step by step: the last is the smallest, unless a shorter sequence was found sooner
            if known is None or len(finding.sent) <= len(known.sent):
                found[key] = finding
    if not asked:
        message = f"schemathesis sent nothing for {plan.operation or 'the links'} of {plan.contract}"
        raise HarnessError(message, hint="is the target there, and does the contract have such an operation?")
    return list(found.values())


def _scenarios(schema: BaseSchema) -> Iterator[ScenarioRecorder]:
    """Yield what the engine recorded, scenario by scenario; the hooks are schemathesis's only as long as it runs."""
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
    """Register the hooks for a while: other users of schemathesis in this process have none of them."""
    for hook in words.HOOKS:
        schemathesis.hook(hook)
    try:
        yield
    finally:
        for hook in words.HOOKS:
            unregister(hook)


def _failures(recorder: ScenarioRecorder) -> Iterator[tuple[tuple[str, Failure], Finding]]:
    for identity, checks in recorder.checks.items():
        for check in checks:
            info = check.failure_info
            if check.status is not Status.FAILURE or info is None:
                continue
            failure = info.failure
            at = failure.case_id if failure.case_id in recorder.cases else identity
            chain = recorder.iter_chain_cases(case_id=at, related_case_ids=failure.related_case_ids())
            sent = tuple(Sent(case, recorder.find_response(case_id=case.id)) for case in chain)
            yield (
                (check.name, failure),
                Finding(check.name, failure.title, failure.message, info.code_sample, sent),
            )


def _schema_of(plan: Plan) -> BaseSchema:
    contract = load_contract(plan.contract)
    schema = _loaded(contract.path, plan.operation is None, plan.seed)
    schema.config.update(
        base_url=plan.url, headers={**(schema.config.headers or {}), "Authorization": plan.auth}, rate_limit=plan.rate
    )
    schema.config.generation.update(max_examples=plan.examples, deterministic=plan.seed is None)
    if not plan.writes:
        schema.config.phases.coverage.unexpected_methods = set()
    wanted = [plan.operation] if plan.operation else operations_of(plan.contract, writes=plan.writes)
    places = {(contract.operation(name).method, contract.operation(name).path) for name in wanted}
    # Whatever else the configuration filters, what is excluded stays out.
    return schema.exclude(lambda context: (context.operation.method.upper(), context.operation.path) not in places)


@lru_cache(maxsize=8)
def _loaded(path: Path, stateful: bool, seed: int | None) -> BaseSchema:  # noqa: FBT001 - a cache's key
    """Load a contract once for the operations by themselves, and once for their links."""
    config = SchemathesisConfig.from_path(config_file())
    config.update(seed=seed, max_failures=None)
    schema = schemathesis.openapi.from_path(path, config=config)
    schema.config.phases.update(phases=list(STATEFUL if stateful else UNIT))
    return schema
