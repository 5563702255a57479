"""The adapter of the reference client."""

from __future__ import annotations

import inspect
from typing import Any

import concordat_public_api
from concordat_adapter import Adapter, Call, CannotCall, config, fold, inside, serve

import concordat_reference

__all__ = ["ReferenceAdapter"]


class ReferenceAdapter(Adapter):
    """Calls the reference client; the methods' signatures have the snake_case forms of the wire names."""

    style = "reference"
    features = ("timeout", "retries", "describe")

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.client: concordat_reference.Client | None = None

    def package(self) -> tuple[str, str]:
        """Return the client's name and version."""
        return concordat_reference.__name__, concordat_reference.__version__

    def prepare(self) -> None:
        """Import the modules that the client imports for its first session."""
        concordat_reference.Client(None).close()

    def open(self, message: dict[str, Any]) -> None:
        """Build the client; the protocol's milliseconds become seconds."""
        auth, url, retries, timeout = message["auth"], message["serverUrl"], message["retries"], message.get("timeout")
        given: dict[str, Any] = {} if timeout is None else {"timeout": timeout / 1000}
        if retries == "none":
            given["retries"] = None
        elif retries != "default":
            given["retries"] = concordat_reference.Retries(
                initial=retries["initialInterval"] / 1000,
                maximum=retries["maxInterval"] / 1000,
                elapsed=retries["maxElapsedTime"] / 1000,
                exponent=retries["exponent"],
                connection_errors=retries["retryConnectionErrors"],
            )
        with inside("build"):
            self.client = concordat_reference.Client(auth, url, **given)

    def close(self) -> None:
        """Close the client's connections."""
        client, self.client = self.client, None
        if client is not None:
            with inside("call"):
                client.close()

    def call(self, call: Call) -> dict[str, Any]:
        """Call the method at the operation's path."""
        binding = self.config["operations"].get(call.operation)
        found = method_at(self.client, binding["call"]) if binding else None
        if binding is None or found is None:
            raise CannotCall(call.operation, "unsupported")
        parameters = parameters_of(found)
        given = {}
        for name, value in call.arguments.items():
            if fold(name) not in parameters:
                raise CannotCall(name)
            given[parameters[fold(name)]] = value
        with inside("call"):
            result = found(**given)
        returned = inspect.signature(found).return_annotation
        return {} if returned in (None, "None") else {"payload": result}

    def describe(self) -> dict[str, Any]:
        """Return the client's public API from its signatures; a wire name is the parameter's name in camelCase."""
        with concordat_reference.Client(None) as client:
            return concordat_public_api.describe(
                self.config["operations"],
                lambda path: method_at(client, path),
                lambda method, _binding: arguments_of(method),
                concordat_reference,
            )

    def show(self, error: BaseException) -> dict[str, Any]:
        """Return the status and body of the client's errors, and the decoded message of an ApiError."""
        parts = {name: getattr(error, name) for name in ("status", "body") if hasattr(error, name)}
        if isinstance(error, concordat_reference.ApiError) and error.message:
            parts["fields"] = error.message
        return parts


def method_at(client: Any, path: str) -> Any:
    """Return the method at a path of wire names, None without one."""
    found = client
    for step in path.split("."):
        names = {fold(name): name for name in dir(found) if not name.startswith("_")}
        found = getattr(found, names.get(fold(step), step), None)
    return found


def arguments_of(method: Any) -> list[dict[str, Any]]:
    """Return a method's parameters as arguments; those of `**page` are optional."""
    declared = inspect.signature(method).parameters
    found = []
    for name in parameters_of(method).values():
        head, *rest = name.split("_")
        required = name in declared and declared[name].default is inspect.Parameter.empty
        found.append(concordat_public_api.argument(head + "".join(map(str.title, rest)), name, required))
    return found


def parameters_of(method: Any) -> dict[str, str]:
    """Return a method's parameters by their folded names, including those of `**page`."""
    names = list(inspect.signature(method).parameters)
    if "page" in names:
        names.remove("page")
        names += concordat_reference.resources.PageQuery.__annotations__
    return {fold(name): name for name in names}


if __name__ == "__main__":
    serve(ReferenceAdapter(config()))
