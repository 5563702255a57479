"""Builds requests from the contract alone, for calls of the harness itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import msgspec

from concordat.errors import ContractError, did_you_mean
from concordat.values import Json, JsonObject, Pairs

if TYPE_CHECKING:
    from concordat.contract.operation import Operation, Parameter

__all__ = ["BuiltRequest", "build_request"]


class BuiltRequest(msgspec.Struct, frozen=True):
    """A request ready to send: `target` is in origin form, without the server's own path."""

    method: str
    target: str
    headers: Pairs
    body: bytes


def build_request(operation: Operation, arguments: JsonObject, *, auth: str | None = None) -> BuiltRequest:
    """Return the request that the contract prescribes for `arguments` (wire names, body as `body`).

    An absent key is an argument that is not passed. Every value is percent-encoded (RFC 3986), so that a path argument
    stays one segment. Raises ContractError for an unknown or missing argument, and for a value that its location cannot
    carry (null, a list, an empty path segment).
    """
    _check_names(operation, arguments)
    path, query, headers = operation.path, list[tuple[str, str]](), list[tuple[str, str]]()
    for parameter in operation.parameters:
        if parameter.name not in arguments:
            continue
        text = _text(operation, parameter, arguments[parameter.name])
        if parameter.location == "path":
            path = path.replace("{" + parameter.name + "}", _segment(operation, parameter, text))
        else:
            (query if parameter.location == "query" else headers).append((parameter.name, text))
    headers.append(("Accept", ", ".join(_accepted(operation)) or "*/*"))
    if auth is not None:
        headers.append(("Authorization", auth))
    body = b""
    if operation.body is not None and "body" in arguments:
        body = msgspec.json.encode(arguments["body"])
        headers.append(("Content-Type", operation.body.content_type))
    target = f"{path}?{urlencode(query, quote_via=quote, safe='')}" if query else path
    return BuiltRequest(operation.method, target, tuple(headers), body)


def _check_names(operation: Operation, arguments: JsonObject) -> None:
    known = operation.argument_names
    unknown = next((name for name in arguments if name not in known), None)
    if unknown is not None:
        message = f"`{operation.name}` has no argument `{unknown}`"
        raise ContractError(message, hint=did_you_mean(unknown, known))
    required = [parameter.name for parameter in operation.parameters if parameter.required]
    if operation.body is not None and operation.body.required:
        required.append("body")
    missing = [name for name in required if name not in arguments]
    if missing:
        message = f"`{operation.name}` lacks " + ", ".join(f"`{name}`" for name in missing)
        raise ContractError(message, hint="give every required argument")


def _text(operation: Operation, parameter: Parameter, value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        message = f"`{operation.name}` cannot carry {value!r} as the {parameter.location} argument `{parameter.name}`"
        raise ContractError(message, hint="leave the key out, or give a string, number or boolean")
    return str(value)


def _segment(operation: Operation, parameter: Parameter, text: str) -> str:
    if not text:
        message = f"`{operation.name}` cannot carry an empty `{parameter.name}`"
        raise ContractError(message, cause="a path segment cannot be empty", hint="give a value")
    # RFC 3986, 5.2.4: a bare dot segment would be removed.
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="")


def _accepted(operation: Operation) -> list[str]:
    ordered = dict.fromkeys(media for spec in operation.responses.values() for media in spec.content)
    return list(ordered)
