"""A finding as a case: what `concordat run` plays, and what a person promotes into the catalogue.

The request need not be written out: it follows from the contract and the arguments. Of the payload only what differs is
expected, so that the case is red for one reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from concordat.catalogue import load_catalogue
from concordat.clients.codec import encode
from concordat.compare.matchers import matcher_word
from concordat.explore.dictionary import sentence, trigger_words
from concordat.explore.value_corpus import EVOLVED
from concordat.explore.yaml_text import yaml_text
from concordat.sandbox.core.fault_answers import scripted_answer

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.catalogue.model import Case, ScriptedAnswer
    from concordat.contract import Contract
    from concordat.explore.deviations import Deviation
    from concordat.explore.findings import Finding

__all__ = ["case_text", "name_case", "read_case", "write_case"]

_WORD: Final = re.compile(r"[a-z0-9]+")


def case_text(finding: Finding, contract: Contract) -> str:
    """Return the finding as the text of a case file."""
    scenario, symptom = finding.scenario, finding.symptom
    operation = contract.operations[scenario.operation]
    what = sentence(symptom)
    why = (
        f"{', '.join(finding.clients)}: {what}{trigger_words(finding.triggers)}. Found by exploration, not yet judged."
    )
    # what the contract does not say is what a client should bear all the same
    evolved = any(
        feature.rpartition(": ")[2] in EVOLVED for feature in finding.triggers if feature.startswith("answer ")
    )
    case: dict[str, Any] = {
        "id": finding.case_id,
        "title": f"{scenario.operation}: {what}",
        "why": why,
        "source": f"contract:{contract.name}#{operation.operation_id}",
        "level": "must" if scenario.allowed and not evolved else "should",
        "apis": [contract.name],
        "world": {},
    }
    allow = _allow(finding, contract)
    if allow:
        case["allow"] = allow
    case["faults"] = [{"times": "always", "must-fire": False, "respond": _respond(scenario.answer)}]
    call: dict[str, Any] = {"call": scenario.operation}
    if scenario.arguments:
        call["with"] = {name: encode(value) for name, value in scenario.arguments.items()}
    call["expect"] = _expect(finding)
    if not call["expect"]:
        del call["expect"]
    case["steps"] = [call]
    return yaml_text([case])


def read_case(path: Path) -> Case:
    """Return the case of a file that holds one, as the catalogue reads it."""
    return load_catalogue([path]).cases[0]


def write_case(finding: Finding, contract: Contract, folder: Path) -> Path:
    """Write the case into a folder, which is made; a file of the same finding is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.case_id}.yaml"
    path.write_text(case_text(finding, contract), "utf-8")
    return path


def name_case(finding: Finding) -> str:
    """Return the id of a finding's case: the same for the same finding in any run."""
    text = msgspec.json.encode((finding.mark, sorted(finding.triggers), finding.clients, finding.scenario.key))
    check, kind, pointer, _ = finding.mark
    words = "-".join(_WORD.findall(f"{check} {kind} {pointer}".lower()))
    operation = ".".join("-".join(_WORD.findall(part)) for part in _kebab(finding.scenario.operation).split("."))
    return f"quarantine.{operation}.{words}-{hashlib.sha256(text).hexdigest()[:6]}"


def _kebab(text: str) -> str:
    return re.sub("([A-Z])", r"-\1", text).lower()


def _allow(finding: Finding, contract: Contract) -> list[str]:
    """Return what the case holds that is invalid by the contract: lint asks for it, and for no more."""
    scenario = finding.scenario
    answer = scripted_answer(scenario.answer)
    problems = contract.check_response(scenario.operation, answer.status, answer.headers, answer.body)
    return [*(() if scenario.allowed else ("contract",)), *(("answers",) if problems else ())]


def _respond(answer: ScriptedAnswer) -> dict[str, Any]:
    made: dict[str, Any] = {"status": answer.status}
    if answer.content_type is not msgspec.UNSET:
        made["content-type"] = msgspec.to_builtins(answer.content_type)
    if answer.json is not msgspec.UNSET:
        made["json"] = answer.json
    elif answer.text is not None:
        made["text"] = answer.text
    elif answer.base64 is not None:
        made["base64"] = answer.base64
    return made


def _expect(finding: Finding) -> dict[str, Any]:
    """Return what the call is expected to come to, as far as it is not what every case expects by itself."""
    symptom, status = finding.symptom, finding.scenario.answer.status
    expect: dict[str, Any] = {}
    if not finding.scenario.allowed:
        expect["attempts"] = {"at-most": 1}
    if symptom.check == "outcome.payload":
        payload = _member(symptom, finding.scenario.answer.json)
        expect["outcome"] = {"reported": "ok", "payload": payload}
    elif symptom.check == "outcome.error.status":
        expect["outcome"] = {"reported": "failed", "error": {"status": status}}
    elif symptom.check == "outcome.reported":
        reported = symptom.expected
        expect["outcome"] = {"reported": reported[0] if len(reported) == 1 else reported}
    elif not finding.scenario.allowed:
        expect["outcome"] = {"reported": ["ok", "failed", "unknown"]}
    return expect


def _member(symptom: Deviation, body: Any) -> Any:
    """Return an expectation of the one place of the payload that differs, everything beside it being anything."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in symptom.pointer.split("/")[1:]]
    return _around(tokens, symptom, body)


def _around(tokens: list[str], symptom: Deviation, body: Any) -> Any:
    if not tokens:
        if symptom.kind == "extra":
            return {"absent": True}
        if symptom.kind == "count":
            return {"length": symptom.expected}
        # what is inside is another matter: the case is to be red for one reason
        return {"any": "object" if isinstance(body, Mapping) else "array"} if isinstance(body, Mapping | list) else body
    head, rest = tokens[0], tokens[1:]
    if isinstance(body, list):
        index = int(head)
        return [_around(rest, symptom, item) if at == index else {"any": True} for at, item in enumerate(body)]
    inner = _around(rest, symptom, body.get(head) if isinstance(body, Mapping) else None)
    if matcher_word({head: inner}) is None:
        return {head: inner}
    # a member that is called like a matcher: an object under it makes it plain, or else all of its object is expected
    wrapped = {head: {"$literal": inner}}
    return {"$literal": body} if matcher_word(wrapped) is not None or symptom.kind == "extra" else wrapped
