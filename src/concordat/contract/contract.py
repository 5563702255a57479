"""A contract: matches requests to operations, and validates requests and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.contract.parameters import ParameterPlan
from concordat.contract.paths import PathTree
from concordat.contract.schemas import Schemas
from concordat.errors import ContractError, Location, did_you_mean
from concordat.values import JsonObject, Pairs, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from concordat.contract.operation import Match, Operation, ResponseSpec, RetryRule

__all__ = ["Contract"]

_REFUSALS = 400
_JSON = "application/json"


class Contract:
    """One OpenAPI 3.1 document, compiled to validate requests and responses. Instances are never changed.

    `name` is the API's (`accounting`), `version` is `info.version`, `sha256` is that of the file, `operations` are by
    Concordat's operation names in document order, `document` is the parsed file.
    """

    def __init__(
        self,
        *,
        name: str,
        path: Path,
        sha256: str,
        document: JsonObject,
        operations: Mapping[str, Operation],
        retries: RetryRule | None,
    ) -> None:
        info: Any = document["info"]
        self.name = name
        self.path = path
        self.version = str(info["version"])
        self.sha256 = sha256
        self.document = document
        self.operations = operations
        self.retries = retries
        self._tree = PathTree(operations.values())
        self._schemas = Schemas(document, path)
        self._plans: dict[str, ParameterPlan] = {}
        self._statuses: dict[str, tuple[int, ...]] = {}

    def __repr__(self) -> str:
        return f"<Contract {self.name} {self.version}>"

    def operation(self, name: str) -> Operation:
        """Return one operation by Concordat's name. Raises ContractError for an unknown name."""
        found = self.operations.get(name)
        if found is None:
            message = f"the contract `{self.name}` has no operation `{name}`"
            raise ContractError(message, where=Location(self.path), hint=did_you_mean(name, self.operations))
        return found

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return the operation at a raw path (percent-encoded, no query) and its decoded path arguments."""
        return self._tree.match(method, raw_path)

    def path_known(self, raw_path: str) -> bool:
        """Whether the path is documented for some method: 405 rather than 404."""
        return bool(self._tree.methods(raw_path))

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """Return the documented methods of a path, for an `Allow` header."""
        return self._tree.methods(raw_path)

    def documented_statuses(self, operation: Operation | str) -> tuple[int, ...]:
        """Return the statuses that the operation lists, in rising order, without `default`."""
        known = self._known(operation)
        found = self._statuses.get(known.name)
        if found is None:
            found = tuple(sorted(int(status) for status in known.responses if status.isdigit()))
            self._statuses[known.name] = found
        return found

    def schema(self, name: str) -> JsonObject:
        """Return a component schema by its name. Raises ContractError for an unknown name."""
        try:
            return self._schemas.schema("/components/schemas/" + name)
        except LookupError:
            components: Any = self.document.get("components", {})
            message = f"the contract `{self.name}` has no schema `{name}`"
            hint = did_you_mean(name, components.get("schemas", {}))
            raise ContractError(message, where=Location(self.path), hint=hint) from None

    def check_schema(self, name: str, value: Any) -> tuple[Problem, ...]:
        """Return the problems of a decoded value by a component schema. Raises ContractError for an unknown name."""
        self.schema(name)
        return self._schemas.problems("/components/schemas/" + name, value)

    def check_request(
        self,
        operation: Operation | str,
        *,
        arguments: Mapping[str, str],
        query: Pairs = (),
        headers: Pairs = (),
        body: bytes = b"",
    ) -> tuple[Problem, ...]:
        """Return the problems of a request with a matched path; `arguments` and `query` are decoded.

        Rules in addition to the keywords of JSON Schema: `unknown` and `repeated` query parameters, `json` for a body
        that is not JSON, `media-type` for a wrong or missing Content-Type, `unexpected` for an undocumented body.
        """
        known = self._known(operation)
        plan = self._plans.get(known.name)
        if plan is None:
            components: Any = self.document.get("components", {})
            plan = self._plans[known.name] = ParameterPlan(known.parameters, components)
        problems = plan.check(arguments, query, headers)
        if body:
            problems += self._request_body(known, headers, body)
        elif known.body is not None and known.body.required:
            problems.append(Problem("body", "", "required", "the operation requires a body"))
        return tuple(problems)

    def check_response(
        self, operation: Operation | str, status: int, headers: Pairs, body: bytes
    ) -> tuple[Problem, ...]:
        """Return the problems of a response: of its status, its content type and its body.

        `default` applies to errors only (400 and up): a success or redirect that the operation does not list is a
        problem (`status`, rule `undocumented`). Only JSON bodies are validated by their schema.
        """
        known = self._known(operation)
        spec = _response(known, status)
        if spec is None:
            listed = ", ".join(known.responses)
            return (Problem("status", "", "undocumented", f"{status} is not documented; {known.name} has {listed}"),)
        if not spec.content:
            return (Problem("body", "", "unexpected", f"a {status} has no body here"),) if body else ()
        media = _media_type(headers)
        if media is None or media not in spec.content:
            listed = ", ".join(spec.content)
            actual = "there is no Content-Type" if media is None else f"the Content-Type is {media}"
            return (Problem("content-type", "", "media-type", f"{actual}; a {status} here is {listed}"),)
        pointer = spec.content[media]
        return () if pointer is None or not _is_json(media) else self._schemas.text_problems(pointer, body)

    def _request_body(self, operation: Operation, headers: Pairs, body: bytes) -> tuple[Problem, ...]:
        if operation.body is None:
            return (Problem("body", "", "unexpected", "the operation takes no body"),)
        media, expected = _media_type(headers), operation.body.content_type
        if media != expected:
            actual = "there is no Content-Type" if media is None else f"the Content-Type is {media}"
            return (Problem("content-type", "", "media-type", f"{actual}; the operation takes {expected}"),)
        return self._schemas.text_problems(operation.body.pointer, body) if _is_json(expected) else ()

    def _known(self, operation: Operation | str) -> Operation:
        return self.operation(operation) if isinstance(operation, str) else operation


def _response(operation: Operation, status: int) -> ResponseSpec | None:
    found = operation.responses.get(str(status)) or operation.responses.get(f"{status // 100}XX")
    if found is None and status >= _REFUSALS:
        found = operation.responses.get("default")
    return found


def _media_type(headers: Pairs) -> str | None:
    """Return the media type in lower case without parameters (RFC 9110, 8.3.1)."""
    for name, value in headers:
        if name.lower() == "content-type":
            return value.partition(";")[0].strip().lower()
    return None


def _is_json(media: str) -> bool:
    return media == _JSON or media.endswith("+json")
