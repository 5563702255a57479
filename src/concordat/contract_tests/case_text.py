"""The text of a finding's case for the catalogue, or the reason why the case format cannot express it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from schemathesis.core import NotSet

from concordat.catalogue.call_rules import CallLint
from concordat.catalogue.model import Call, Case
from concordat.contract import load_contract
from concordat.documents.yaml_writer import write_yaml
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.contract import Operation
    from concordat.contract_tests.fuzz import FuzzFinding, GeneratedRequest

__all__ = ["CasePremise", "NotExpressible", "case_of", "yaml_of"]

_WRONG_KEY = "Basic d3Jvbmc="
_MIN_ID_LENGTH = 8
"""Characters of an answered text from which on its repetition counts as the use of an id."""
_EXPECTED_OUTCOMES = {
    "ignored_auth": {"reported": "failed", "error": {"status": HTTPStatus.UNAUTHORIZED.value}},
    "use_after_free": {"reported": "failed", "error": {"status": HTTPStatus.NOT_FOUND.value}},
    "ensure_resource_availability": {"reported": "ok"},
    "positive_data_acceptance": {"reported": "ok"},
    "negative_data_rejection": {"reported": "failed", "error": {"status": {"at-least": 400, "at-most": 499}}},
}
"""The outcome that the case expects of its last call, by failed check. For others `response.contract` fails anyway."""
_NOT_EXPRESSIBLE = {
    "unsupported_method": "no operation has this method",
    "missing_required_header": "no call leaves a header out",
}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


class NotExpressible(Exception):  # noqa: N818 - an answer, not an error
    """No call of the case format sends this request; the message has the reason."""


@dataclass(frozen=True, slots=True)
class CasePremise:
    """The premise of a case: `setting` is its `world` or `needs`, `names` the names of ids in it."""

    setting: Mapping[str, Any]
    names: Mapping[str, str]


def case_of(finding: FuzzFinding, contract: str, premise: CasePremise) -> dict[str, Any]:
    """Return a case that fails as the finding did, in the catalogue's format. Raises NotExpressible."""
    if finding.check in _NOT_EXPRESSIBLE:
        raise NotExpressible(_NOT_EXPRESSIBLE[finding.check])
    writer = _StepWriter(contract, premise)
    # the case has a wrong key, with which the earlier requests would fail
    requests = finding.requests[-1:] if finding.check == "ignored_auth" else finding.requests
    steps = [writer.step(request) for request in requests]
    answer = _EXPECTED_OUTCOMES.get(finding.check)
    if finding.check == "not_a_server_error":
        answer = _EXPECTED_OUTCOMES["negative_data_rejection" if writer.invalid else "positive_data_acceptance"]
    if answer is not None:
        steps[-1]["expect"] = {"outcome": answer}
    operation = steps[-1]["call"]
    case: dict[str, Any] = {
        "id": f"found.{contract}.{operation}.{finding.check.replace('_', '-')}",
        "title": f"{finding.title} ({operation})",
        "why": f"Found by schemathesis ({finding.check} of {operation}); say here what a caller loses by it.",
        "source": f"contract:{contract}#{operation}",
        "apis": [contract],
        **premise.setting,
    }
    if finding.check == "ignored_auth":
        case["client"] = {"auth": _WRONG_KEY}
    if _breaks(case, steps):
        case["allow"] = ["contract"]
    return {**case, "steps": steps}


def yaml_of(case: Mapping[str, Any]) -> str:
    """Return a case as an item of a case file."""
    return write_yaml([dict(case)], block=2)


def _breaks(case: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the catalogue's lint finds a request of the case invalid by the contract."""
    contract = load_contract(case["apis"][0])
    calls: list[Any] = [Call(call=step["call"], with_=step.get("with", {})) for step in steps]
    texts = {name: case[name] for name in ("id", "title", "why", "apis")}
    return CallLint({contract.name: contract}).invalid(Case(**texts, source=[case["source"]], steps=calls))


class _StepWriter:
    """Writes requests as steps, and saves ids of the answers that later steps use."""

    def __init__(self, contract: str, premise: CasePremise) -> None:
        self._contract = load_contract(contract)
        self._names = dict(premise.names)
        self._steps: list[tuple[dict[str, Any], Any]] = []
        self.invalid = False

    def step(self, request: GeneratedRequest) -> dict[str, Any]:
        case = request.case
        operation = next(
            (
                one
                for one in self._contract.operations.values()
                if (one.method, one.path) == (case.method.upper(), case.path)
            ),
            None,
        )
        if operation is None:
            message = f"no operation of the contract is {case.method} {case.path}"
            raise NotExpressible(message)
        negative = case.meta is not None and case.meta.generation.mode.is_negative
        arguments: dict[str, Any] = {name: unquote(str(value)) for name, value in case.path_parameters.items()}
        arguments |= dict(self._query(case.query or {}, operation, strict=not negative))
        if not isinstance(case.body, NotSet):
            if case.media_type is not None and "json" not in case.media_type:
                message = f"a call does not send {case.media_type}"
                raise NotExpressible(message)
            arguments["body"] = case.body
        self.invalid |= negative
        step: dict[str, Any] = {"call": operation.name}
        if arguments:
            step["with"] = {name: self._value(value) for name, value in arguments.items()}
        self._steps.append((step, _json(request)))
        return step

    @staticmethod
    def _query(query: Mapping[str, Any], operation: Operation, *, strict: bool) -> Iterator[tuple[str, Any]]:
        schemas = {one.name: one.schema for one in operation.parameters if one.location == "query"}
        for name, value in query.items():
            if name not in schemas:
                message = f"{operation.name} has no argument {name!r}"
                raise NotExpressible(message)
            yield name, _typed(value, schemas[name]) if strict else value

    def _value(self, value: Any) -> Any:
        """Return a value with dollars doubled, and with the names of the ids that have one or that an answer had."""
        if isinstance(value, str):
            return self._name_of(value) or value.replace("$", "$$")
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, Mapping):
            if any(str(key).startswith("$") for key in value):
                message = "a key begins with a dollar"
                raise NotExpressible(message)
            return {str(key).replace("$", "$$"): self._value(item) for key, item in value.items()}
        if isinstance(value, bytes):
            message = "the body is not JSON"
            raise NotExpressible(message)
        return value

    def _name_of(self, text: str) -> str | None:
        named = next((name for name, known in self._names.items() if known == text), None)
        if named is None and len(text) >= _MIN_ID_LENGTH:
            for step, answer in self._steps:
                pointer = next(_pointers(answer, text), None)
                if pointer is not None:
                    named = f"shown{len(self._names)}"
                    step.setdefault("save", {})[named] = pointer
                    self._names[named] = text
                    break
        return None if named is None else f"${named}"


def _json(request: GeneratedRequest) -> Any:
    try:
        return None if request.response is None else request.response.json()
    except ValueError:
        return None


def _pointers(value: Any, text: str, pointer: str = "") -> Iterator[str]:
    """Yield the JSON pointers at which a value is `text`."""
    if value == text:
        yield pointer
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _pointers(item, text, pointer + join_pointer(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pointers(item, text, pointer + join_pointer(index))


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a query value in the type of its schema. A generated value may be text already."""
    wanted = schema.get("type")
    if not isinstance(value, str):
        return value
    if wanted == "boolean" and value in {"true", "false"}:
        return value == "true"
    if wanted in {"integer", "number"} and _NUMBER.fullmatch(value):
        return int(value) if wanted == "integer" else float(value)
    return value
