"""The adapter of Python SDKs of the requests generation: dataclasses as requests, an envelope as the result.

The adapter calls the SDK as its documents do: with objects of the SDK's classes, also for nested values, and with
members of its enums (unknown enum values as plain text). Names come from the metadata of the classes' fields; a key
without a field is unrepresentable. The outcome has the result's attributes by wire name. An attribute is absent if it
is None and None is its default; the SDK's mark for an absent field is reported unchanged.

The SDK has no timeout, no cancellation and no async methods, so that the features omit them and the adapter ignores
`timeout`. Settings: `module`, if it differs from the manifest's; an operation's method, if it has another name in these
versions, or false if it does not exist.
"""

from __future__ import annotations

import importlib
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from concordat_adapter import Adapter, Call, CannotCall, config, inside, serve
from concordat_sdk import method_of, retry_config, status_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from dataclasses import Field

__all__ = ["RequestsStyle", "build", "wire_name"]

ENVELOPE_ATTRIBUTES = ("content_type", "status_code", "raw_response")
ERROR_ATTRIBUTE = "error_message"
PARAMETERS = ("path_param", "query_param", "header")

hints_of = cache(get_type_hints)
"""Returns the types of a class's fields by attribute."""


class RequestsStyle(Adapter):
    """One SDK class, built with `security`, `server_url` and `retry_config`."""

    style = "python-requests"
    features = ("retries", "describe")

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.module = config["settings"].get("module", config["module"])
        self.sdk: Any = None

    def part(self, name: str) -> Any:
        """Return a module of the SDK, or the SDK's package for an empty name."""
        return importlib.import_module(self.module + "." * bool(name) + name)

    def prepare(self) -> None:
        """Import the modules that every call needs."""
        for name in ("", "utils", "models.shared", "models.operations", "models.errors"):
            self.part(name)

    def open(self, message: dict[str, Any]) -> None:
        """Build the SDK client; an absent credential is `security=None`."""
        auth, retries = message["auth"], message["retries"]
        with inside("build"):
            security = None if auth is None else self.part("models.shared").Security(auth_header=auth)
            given: dict[str, Any] = {"security": security, "server_url": message["serverUrl"]}
            if retries != "default":
                given["retry_config"] = retry_config(self.part("utils"), retries)
            self.sdk = getattr(self.part(""), self.config["class"])(**given)

    def close(self) -> None:
        """Remove the SDK client; it has no method to close it."""
        self.sdk = None

    def describe(self) -> dict[str, Any]:
        """Return the installed package's public API, from its signatures and classes."""
        from requests_public_api import describe  # noqa: PLC0415 - no call needs it

        made = getattr(self.part(""), self.config["class"])
        return describe(self.config["operations"], made, self.part("models.errors"))

    def call(self, call: Call) -> dict[str, Any]:
        """Call the method and return the parts of its envelope."""
        binding = self.config["operations"].get(call.operation)
        method = method_of(self.sdk, call.operation, binding)
        request = self.request(binding, method, call.arguments)
        with inside("call"):
            response = method(request)
        with inside("read"):
            return self.shown(response, binding["payload"])

    @staticmethod
    def request(binding: dict[str, Any], method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Return the request object as a caller builds it."""
        wanted = get_type_hints(method)["request"]
        if binding["body"] == "*":
            for name in arguments.keys() - {"body"}:
                raise CannotCall(name)
            return build(arguments.get("body"), wanted, "body")
        made = next(arm for arm in arms(wanted) if is_dataclass(arm))
        hints = hints_of(made)
        given = {}
        for name, value in arguments.items():
            field = binding["arguments"].get(name) or place_of(made, name)
            given[field] = build(value, hints[field], name)
        with inside("build"):
            return made(**given)

    @staticmethod
    def shown(response: Any, payload: str | None) -> dict[str, Any]:
        """Return the parts of the envelope; attributes that are None are omitted."""
        parts: dict[str, Any] = {"status": response.status_code}
        if response.content_type is not None:
            parts["content_type"] = response.content_type
        for field in fields(response):
            value = getattr(response, field.name)
            if field.name in ENVELOPE_ATTRIBUTES or value is None:
                continue
            if field.name == ERROR_ATTRIBUTE:
                parts["error"] = {"class": type(value).__name__, "status": response.status_code, "fields": value}
            elif payload is None or field.name == payload:
                parts["payload"] = value
        return parts

    def expand(self, value: Any) -> Any:
        """Return a model's attributes by wire name; one that is None by default is absent."""
        if not is_dataclass(value) or isinstance(value, type):
            return value
        with inside("read"):
            items = ((field, getattr(value, field.name)) for field in fields(value))
            return {wire_name(field): item for field, item in items if item is not None or field.default is not None}

    def show(self, error: BaseException) -> dict[str, Any]:
        """Return the HTTP status and body from the error or its response, and the error's fields."""
        parts: dict[str, Any] = {"body": getattr(error, "body", None), **status_field(error)}
        if is_dataclass(error):
            parts["fields"] = {name: item for name, item in self.expand(error).items() if name != "raw_response"}
        return parts


def wire_name(field: Field[Any]) -> str:
    """Return the wire name of a model's field, from its metadata."""
    override = field.metadata.get("dataclasses_json", {}).get("letter_case")
    return override(field.name) if override else field.name


def place_of(made: type, wire: str) -> str:
    """Return the request's field for an argument; the metadata marks the body's field with `request`."""
    for field in fields(made):
        if wire == "body" and "request" in field.metadata:
            return field.name
        if any(field.metadata.get(kind, {}).get("field_name") == wire for kind in PARAMETERS):
            return field.name
    raise CannotCall(wire)


def arms(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of a type."""
    if get_origin(annotation) is Union:
        for argument in get_args(annotation):
            yield from arms(argument)
    else:
        yield annotation


def build(value: Any, annotation: Any, argument: str) -> Any:
    """Return a JSON value as objects of its type. Raises CannotCall with `argument` for a key without a field."""
    for arm in arms(annotation):
        origin, inner = get_origin(arm), get_args(arm)
        if origin is list and isinstance(value, list):
            return [build(item, inner[0], argument) for item in value]
        if origin is dict and isinstance(value, dict):
            return {key: build(item, inner[1], argument) for key, item in value.items()}
        if is_dataclass(arm) and isinstance(value, dict):
            names = {wire_name(field): field.name for field in fields(arm)}
            if not names.keys() >= value.keys():
                raise CannotCall(argument)
            hints = hints_of(arm)
            given = {names[key]: build(item, hints[names[key]], argument) for key, item in value.items()}
            with inside("build"):
                return arm(**given)
        if isinstance(arm, type) and issubclass(arm, Enum):
            return next((member for member in arm if member.value == value), value)
    return value


if __name__ == "__main__":
    serve(RequestsStyle(config()))
