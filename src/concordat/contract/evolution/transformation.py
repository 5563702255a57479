"""Applies one evolution rule to the JSON of a response."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from concordat.contract.evolution.places import ANY_KEY, answer_schema, places_of
from concordat.contract.evolution.rules import ABSENT, EVERY_FIELD, REORDERED, RULES, Scope
from concordat.contract.evolution.shapes import Shape, shape_of
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.contract.contract import Contract
    from concordat.contract.operation import Operation
    from concordat.values import JsonObject

__all__ = ["completed_answer", "evolved_answer", "resolve"]

_MADE_KEY = "made"
_FORMATS = {
    "uuid": "2f1f8b4e-0d4c-4bb4-b0d5-52c3c0f0c9a1",
    "uri": "https://example.com/a",
    "uri-reference": "/a",
}
_DATE = "2022-10-23T00:00:00Z"


def evolved_answer(contract: Contract, operation: Operation, rule: str, at: str, answer: Any) -> Any:
    """Return the answer under a rule, with its keys in the order of the output.

    Missing parents of the place are first added from the schema (see `completed_answer`). Two rules of the whole body
    change the JSON. Raises LookupError for a place that the answer cannot have.
    """
    known = RULES[rule]
    if rule == EVERY_FIELD:
        for place in places_of(contract, operation):
            answer = completed_answer(contract, operation, place.pointer, answer)
        return answer
    answer = completed_answer(contract, operation, at, answer)
    if known.scope is Scope.BODY:
        return _reordered(answer) if rule == REORDERED else answer
    tokens = _tokens(resolve(at, answer))
    if not tokens:
        return known.change(answer)
    parent = answer
    for token in tokens[:-1]:
        parent = parent[_key(parent, token)]
    last = _key(parent, tokens[-1])
    made = known.change(parent[last])
    if made is ABSENT:
        del parent[last]
    else:
        parent[last] = made
    return answer


def completed_answer(contract: Contract, operation: Operation, at: str, answer: Any) -> Any:
    """Return a copy of the answer with the place. Its missing parents are added with all of their members.

    Raises LookupError for a place that is not in the contract.
    """
    schema = answer_schema(contract, operation)
    if schema is None:
        raise LookupError(at)
    made = copy.deepcopy(answer)
    node, shape = made, shape_of(contract.document, schema)
    for token in _tokens(at):
        below = _below(shape, token)
        shape = shape_of(contract.document, below)
        if isinstance(node, list):
            if not node:
                node.append(_sample(contract.document, shape, ()))
            node = node[0]
            continue
        key = next(iter(node), _MADE_KEY) if token == ANY_KEY else token
        if node.get(key) is None:
            node[key] = _sample(contract.document, shape, ())
        node = node[key]
    return made


def resolve(at: str, answer: Any) -> str:
    """Return the pointer with each `*` replaced by the first member of the answer's map."""
    node, found = answer, []
    for token in _tokens(at):
        key: str | int = token
        if token == ANY_KEY and isinstance(node, dict):
            key = next(iter(node), token)
        found.append(str(key))
        try:
            node = node[_key(node, str(key))]
        except (LookupError, TypeError, ValueError):
            node = None
    return join_pointer(*found)


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _key(node: Any, token: str) -> Any:
    return int(token) if isinstance(node, list) else token


def _below(shape: Shape, token: str) -> JsonObject:
    if token in shape.properties:
        return shape.properties[token]
    found = shape.values if token == ANY_KEY else shape.items if token == "0" else None  # noqa: S105 - a pointer's token
    if found is None:
        raise LookupError(token)
    return found


def _sample(document: JsonObject, shape: Shape, above: tuple[str, ...]) -> Any:
    """Return a value of a shape with every member, except optional members that repeat an enclosing component."""
    if shape.enum:
        return shape.enum[0]
    if shape.component is not None:
        above = (*above, shape.component)
    if shape.properties or shape.has("object"):
        members = {name: shape_of(document, schema) for name, schema in shape.properties.items()}
        return {
            name: _sample(document, member, above)
            for name, member in members.items()
            if member.component not in above or name in shape.required
        }
    if shape.has("array"):
        item = None if shape.items is None else shape_of(document, shape.items)
        return [] if item is None or item.component in above else [_sample(document, item, above)]
    if shape.has("integer") or shape.has("number"):
        return 1
    if shape.has("boolean"):
        return True
    return _DATE if shape.date else _FORMATS.get(shape.format or "", "text")


def _reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reordered(item) for key, item in reversed(value.items())}
    return [_reordered(item) for item in value] if isinstance(value, list) else value
