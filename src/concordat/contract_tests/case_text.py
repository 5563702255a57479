"""A finding as a case that can be pasted into the catalogue, or the reason why the format cannot say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import yaml
from schemathesis.core import NotSet

from concordat.catalogue.call_rules import CallLint
from concordat.catalogue.model import Call, Case
from concordat.contract import load_contract
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from concordat.contract import Operation
    from concordat.contract_tests.fuzz import Finding, Sent

__all__ = ["Given", "Unspeakable", "case_of", "yaml_of"]

_WRONG_KEY = "Basic d3Jvbmc="
_WIDTH = 120
_LEAST = 8
"""Characters of an id that is taken for one when it comes again."""
_ANSWERS = {
    "ignored_auth": {"reported": "failed", "error": {"status": HTTPStatus.UNAUTHORIZED.value}},
    "use_after_free": {"reported": "failed", "error": {"status": HTTPStatus.NOT_FOUND.value}},
    "ensure_resource_availability": {"reported": "ok"},
    "positive_data_acceptance": {"reported": "ok"},
    "negative_data_rejection": {"reported": "failed", "error": {"status": {"at-least": 400, "at-most": 499}}},
}
"""What the last answer has to be, by the check that failed. Of any other check `response.contract` speaks by itself."""
_NOT_A_CALL = {
    "unsupported_method": "no operation has this method",
    "missing_required_header": "no call leaves a header out",
}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


class Unspeakable(Exception):  # noqa: N818 - not an error, but the answer
    """No call of the case format sends this request; the text says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """Where the case is to play: its `world` or its `needs`, and which ids have names there."""

    place: Mapping[str, Any]
    names: Mapping[str, str]


def case_of(finding: Finding, contract: str, given: Given) -> dict[str, Any]:
    """Return the case, in the words of the catalogue, that fails as the finding did. Raises Unspeakable."""
    if finding.check in _NOT_A_CALL:
        raise Unspeakable(_NOT_A_CALL[finding.check])
    writer = _Writer(contract, given)
    # what led to a request that had no key leads nowhere without one
    needed = finding.sent[-1:] if finding.check == "ignored_auth" else finding.sent
    steps = [writer.step(sent) for sent in needed]
    answer = _ANSWERS.get(finding.check)
    if finding.check == "not_a_server_error":
        answer = _ANSWERS["negative_data_rejection" if writer.invalid else "positive_data_acceptance"]
    if answer is not None:
        steps[-1]["expect"] = {"outcome": answer}
    operation = steps[-1]["call"]
    case: dict[str, Any] = {
        "id": f"found.{contract}.{operation}.{finding.check.replace('_', '-')}",
        "title": f"{finding.title} ({operation})",
        "why": f"Found by schemathesis ({finding.check} of {operation}); say here what a caller loses by it.",
        "source": f"contract:{contract}#{operation}",
        "apis": [contract],
        **given.place,
    }
    if finding.check == "ignored_auth":
        case["client"] = {"auth": _WRONG_KEY}
    if _breaks(case, steps):
        case["allow"] = ["contract"]
    return {**case, "steps": steps}


def yaml_of(case: Mapping[str, Any]) -> str:
    """Return a case as an item of a case file."""
    return yaml.dump(
        [dict(case)], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )


def _breaks(case: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a request of the case is invalid by the contract, as the catalogue's lint sees it."""
    contract = load_contract(case["apis"][0])
    calls: list[Any] = [Call(call=step["call"], with_=step.get("with", {})) for step in steps]
    texts = {name: case[name] for name in ("id", "title", "why", "apis")}
    return CallLint({contract.name: contract}).invalid(Case(**texts, source=[case["source"]], steps=calls))


class _Writer:
    """Turns requests into steps, and remembers what the answers showed."""

    def __init__(self, contract: str, given: Given) -> None:
        self._contract = load_contract(contract)
        self._names = dict(given.names)
        self._steps: list[tuple[dict[str, Any], Any]] = []
        self.invalid = False

    def step(self, sent: Sent) -> dict[str, Any]:
        case = sent.case
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
            raise Unspeakable(message)
        negative = case.meta is not None and case.meta.generation.mode.is_negative
        arguments: dict[str, Any] = {name: unquote(str(value)) for name, value in case.path_parameters.items()}
        arguments |= dict(self._query(case.query or {}, operation, strict=not negative))
        if not isinstance(case.body, NotSet):
            if case.media_type is not None and "json" not in case.media_type:
                message = f"a call does not send {case.media_type}"
                raise Unspeakable(message)
            arguments["body"] = case.body
        self.invalid |= negative
        step: dict[str, Any] = {"call": operation.name}
        if arguments:
            step["with"] = {name: self._written(value) for name, value in arguments.items()}
        self._steps.append((step, _json(sent)))
        return step

    @staticmethod
    def _query(query: Mapping[str, Any], operation: Operation, *, strict: bool) -> Iterator[tuple[str, Any]]:
        schemas = {one.name: one.schema for one in operation.parameters if one.location == "query"}
        for name, value in query.items():
            if name not in schemas:
                message = f"{operation.name} has no argument {name!r}"
                raise Unspeakable(message)
            yield name, _typed(value, schemas[name]) if strict else value

    def _written(self, value: Any) -> Any:
        """Return a value with dollars doubled, and with names for the ids that have one or that an answer showed."""
        if isinstance(value, str):
            return self._name_of(value) or value.replace("$", "$$")
        if isinstance(value, list):
            return [self._written(item) for item in value]
        if isinstance(value, Mapping):
            if any(str(key).startswith("$") for key in value):
                message = "a key begins with a dollar"
                raise Unspeakable(message)
            return {str(key).replace("$", "$$"): self._written(item) for key, item in value.items()}
        if isinstance(value, bytes):
            message = "the body is not JSON"
            raise Unspeakable(message)
        return value

    def _name_of(self, text: str) -> str | None:
        named = next((name for name, known in self._names.items() if known == text), None)
        if named is None and len(text) >= _LEAST:
            for step, answer in self._steps:
                pointer = next(_places(answer, text), None)
                if pointer is not None:
                    named = f"shown{len(self._names)}"
                    step.setdefault("save", {})[named] = pointer
                    self._names[named] = text
                    break
        return None if named is None else f"${named}"


def _json(sent: Sent) -> Any:
    try:
        return None if sent.response is None else sent.response.json()
    except ValueError:
        return None


def _places(value: Any, text: str, pointer: str = "") -> Iterator[str]:
    """Yield the JSON pointers under which `text` stands."""
    if value == text:
        yield pointer
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(item, text, pointer + join_pointer(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, text, pointer + join_pointer(index))


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a query value as the type that its schema has; generated ones may be text already."""
    wanted = schema.get("type")
    if not isinstance(value, str):
        return value
    if wanted == "boolean" and value in {"true", "false"}:
        return value == "true"
    if wanted in {"integer", "number"} and _NUMBER.fullmatch(value):
        return int(value) if wanted == "integer" else float(value)
    return value


class _Dumper(yaml.SafeDumper):
    """Writes everything out where it stands: no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - a base class's signature
        return True
