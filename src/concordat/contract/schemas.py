"""Compiled JSON Schemas (draft 2020-12, as in OpenAPI 3.1), each compiled once, on first use."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec

from concordat.contract.fast_validator import fast_validator
from concordat.errors import ContractError, Location
from concordat.values import JsonObject, Problem, join_pointer, resolve_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MOST_PROBLEMS", "Schemas"]

MOST_PROBLEMS = 50
"""Most problems of one body, so that a broken page of thousands of records does not fill the report."""

_MOST_LETTERS = 200
_MOST_REFERENCES = 100


class Schemas:
    """The schemas of one contract document, by JSON pointer."""

    def __init__(self, document: JsonObject, path: Path) -> None:
        self._document = document
        self._path = path
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._fast_validators: dict[str, msgspec.json.Decoder[Any] | None] = {}

    def schema(self, pointer: str) -> JsonObject:
        """Return the schema at `pointer`, following references at its top.

        Raises LookupError without one.
        """
        found: Any = resolve_pointer(self._document, pointer)
        for _ in range(_MOST_REFERENCES):
            if "$ref" not in found:
                break
            found = resolve_pointer(self._document, str(found["$ref"]).removeprefix("#"))
        schema: JsonObject = found
        return schema

    def validator(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled validator of the schema at `pointer`; formats are annotations.

        Raises LookupError without a schema there, ContractError for an invalid one.
        """
        found = self._compiled.get(pointer)
        if found is None:
            found = self._compiled[pointer] = self._compile(pointer)
        return found

    def _compile(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        node: Any = resolve_pointer(self._document, pointer)
        whole: dict[str, Any] = {**node, "components": self._document.get("components", {})}
        try:
            return jsonschema_rs.Draft202012Validator(whole, validate_formats=False, offline=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            message = f"`#{pointer}` is not a JSON Schema"
            hint = "a validator of OpenAPI documents shows the place"
            raise ContractError(message, where=Location(self._path), cause=str(error)[:200], hint=hint) from error

    def text_problems(self, pointer: str, body: bytes, where: str = "body") -> tuple[Problem, ...]:
        """Return the problems of a JSON text by the schema at `pointer`; rule `json` when it is not JSON (RFC 8259)."""
        if self._accepts(pointer, body):
            return ()
        try:
            value = msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            cause = "it is empty" if not body else str(error)
            if "out of range" in cause:
                return (Problem(where, "", "json", "the body holds a number that is out of range"),)
            return (Problem(where, "", "json", f"the body is not JSON: {cause}"),)
        except RecursionError:
            return (Problem(where, "", "json", "the body is nested too deeply to be read"),)
        return self.problems(pointer, value, where)

    def _accepts(self, pointer: str, body: bytes) -> bool:
        """Whether the fast validator accepts the body. A body that it refuses may still be valid."""
        try:
            decoder = self._fast_validators[pointer]
        except KeyError:
            decoder = self._fast_validators[pointer] = fast_validator(self._document, pointer)
        if decoder is None:
            return False
        try:
            decoder.decode(body)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        return True

    def problems(self, pointer: str, value: Any, where: str = "body") -> tuple[Problem, ...]:
        """Return the problems of a decoded value by the schema at `pointer`."""
        validator = self.validator(pointer)
        try:
            if validator.is_valid(value):
                return ()
            found = (problem for error in validator.iter_errors(value) for problem in _problems(error, where))
            # Several branches of an `allOf` may report the same problem.
            first: dict[tuple[str, str], Problem] = {}
            for problem in islice(found, MOST_PROBLEMS):
                first.setdefault((problem.pointer, problem.rule), problem)
            return tuple(first.values())
        except ValueError as error:
            return (Problem(where, "", "json", f"the value cannot be judged: {str(error)[:_MOST_LETTERS]}"),)


def _problems(error: jsonschema_rs.ValidationError, where: str) -> Iterator[Problem]:
    """Yield the problems of one error. A missing or unexpected member has its own pointer."""
    rule = error.kind.name
    here = join_pointer(*error.instance_path)
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        yield Problem(where, here + join_pointer(kind.property), rule, f"`{kind.property}` is required")
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in kind.unexpected:
            yield Problem(where, here + join_pointer(name), rule, f"`{name}` is not allowed here")
    else:
        message = error.message
        yield Problem(where, here, rule, message if len(message) <= _MOST_LETTERS else message[:_MOST_LETTERS] + "...")
