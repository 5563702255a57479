"""The case file of a finding, which `concordat run` runs and a person promotes into the catalogue.

The case does not write out the request, because it follows from the contract and the arguments. It expects only the
differing place of the payload, so that it fails for one reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.catalogue import load_catalogue
from concordat.catalogue.references import escape
from concordat.compare.matchers import matcher_word
from concordat.compare.tagged import write_tags
from concordat.documents.yaml_writer import write_yaml
from concordat.explore.deviations import sentence
from concordat.explore.findings import is_evolution, trigger_text
from concordat.sandbox.core.fault_answers import scripted_answer
from concordat.values import split_pointer

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.catalogue.model import Case, ScriptedAnswer
    from concordat.contract import Contract
    from concordat.explore.deviations import Deviation
    from concordat.explore.findings import ExplorationFinding

__all__ = ["case_text", "read_case", "write_case"]


def case_text(finding: ExplorationFinding, contract: Contract) -> str:
    """Return the finding as the text of a case file."""
    scenario, deviation = finding.scenario, finding.deviation
    operation = contract.operations[scenario.operation]
    what = sentence(deviation)
    triggers = trigger_text(finding.triggers)
    # a client should tolerate an answer that goes beyond the contract
    evolved = any(is_evolution(feature) for feature in finding.triggers if feature.startswith("answer "))
    case: dict[str, Any] = {
        "id": finding.case_id,
        "title": f"{scenario.operation}: {what}",
        "why": f"{', '.join(finding.clients)}: {what}{triggers}. Found by exploration, not yet judged.",
        "source": f"contract:{contract.name}#{operation.operation_id}",
        "level": "must" if scenario.allowed and not evolved else "should",
        "apis": [contract.name],
        "needs": {},
    }
    allow = _allow(finding, contract)
    if allow:
        case["allow"] = allow
    case["faults"] = [{"times": "always", "must-fire": False, "respond": _respond(scenario.answer)}]
    call: dict[str, Any] = {"call": scenario.operation}
    if scenario.arguments:
        call["with"] = {name: write_tags(value) for name, value in scenario.arguments.items()}
    expect = _expect(finding)
    if expect:
        call["expect"] = expect
    case["steps"] = [call]
    return write_yaml([escape(case)], block=2)


def read_case(path: Path) -> Case:
    """Return the case of a file with one case, as the catalogue reads it."""
    return load_catalogue([path]).cases[0]


def write_case(finding: ExplorationFinding, contract: Contract, folder: Path) -> Path:
    """Write the case into a folder and return its path. Creates the folder and replaces a file of the same finding."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.case_id}.yaml"
    path.write_text(case_text(finding, contract), "utf-8")
    return path


def _allow(finding: ExplorationFinding, contract: Contract) -> list[str]:
    """Return the `allow` of the case: its parts that violate the contract, as lint requires them."""
    scenario = finding.scenario
    answer = scripted_answer(scenario.answer)
    problems = contract.check_response(scenario.operation, answer.status, answer.headers, answer.body)
    return [*(() if scenario.allowed else ("contract",)), *(("answers",) if problems else ())]


def _respond(answer: ScriptedAnswer) -> dict[str, Any]:
    respond: dict[str, Any] = {"status": answer.status}
    if answer.content_type is not msgspec.UNSET:
        respond["content-type"] = msgspec.to_builtins(answer.content_type)
    if answer.json is not msgspec.UNSET:
        respond["json"] = answer.json
    elif answer.text is not None:
        respond["text"] = answer.text
    elif answer.base64 is not None:
        respond["base64"] = answer.base64
    return respond


def _expect(finding: ExplorationFinding) -> dict[str, Any]:
    """Return the `expect` of the call, without the expectations that every case has."""
    deviation, status = finding.deviation, finding.scenario.answer.status
    expect: dict[str, Any] = {}
    if not finding.scenario.allowed:
        expect["attempts"] = {"at-most": 1}
    if deviation.check == "outcome.payload":
        payload = _member(deviation, finding.scenario.answer.json)
        expect["outcome"] = {"reported": "ok", "payload": payload}
    elif deviation.check == "outcome.error.status":
        expect["outcome"] = {"reported": "failed", "error": {"status": status}}
    elif deviation.check == "outcome.reported":
        reported = deviation.expected
        expect["outcome"] = {"reported": reported[0] if len(reported) == 1 else reported}
    elif not finding.scenario.allowed:
        expect["outcome"] = {"reported": ["ok", "failed", "unknown"]}
    return expect


def _member(deviation: Deviation, body: Any) -> Any:
    """Return an expectation of the one differing place of the payload, which allows anything in other places."""
    return _around(split_pointer(deviation.pointer), deviation, body)


def _around(tokens: list[str], deviation: Deviation, body: Any) -> Any:
    if not tokens:
        if deviation.kind == "extra":
            return {"absent": True}
        if deviation.kind == "count":
            return {"length": deviation.expected}
        # the members inside are not expected, so that the case fails for one reason
        return {"any": "object" if isinstance(body, Mapping) else "array"} if isinstance(body, Mapping | list) else body
    head, rest = tokens[0], tokens[1:]
    if isinstance(body, list):
        index = int(head)
        return [_around(rest, deviation, item) if at == index else {"any": True} for at, item in enumerate(body)]
    inner = _around(rest, deviation, body.get(head) if isinstance(body, Mapping) else None)
    if matcher_word({head: inner}) is None:
        return {head: inner}
    # a member named like a matcher needs a literal: below it where that is enough, else for the whole object
    wrapped = {head: {"$literal": inner}}
    return {"$literal": body} if matcher_word(wrapped) is not None or deviation.kind == "extra" else wrapped
