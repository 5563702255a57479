"""The adapter of the reference client."""

from __future__ import annotations

import inspect
from typing import Any

from concordat_adapter import Adapter, Call, CannotCall, config, fold, inside, serve

import concordat_reference

__all__ = ["ReferenceAdapter"]


class ReferenceAdapter(Adapter):
    """Spells wire names in snake_case by the methods' own signatures."""

    style = "reference"

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.client: concordat_reference.Client | None = None

    def package(self) -> tuple[str, str]:
        """Return the client's own name and version."""
        return concordat_reference.__name__, concordat_reference.__version__

    def prepare(self) -> None:
        """Import what the client imports with its first session."""
        concordat_reference.Client(None).close()

    def open(self, order: dict[str, Any]) -> None:
        """Build the client; the protocol's milliseconds become seconds."""
        auth, url, retries, timeout = order["auth"], order["serverUrl"], order["retries"], order.get("timeout")
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
        """Call the method that the operation's path leads to."""
        spelled = self.config["operations"].get(call.operation)
        found: Any = self.client
        for step in spelled["call"].split(".") if spelled else ():
            names = {fold(name): name for name in dir(found) if not name.startswith("_")}
            found = getattr(found, names.get(fold(step), step), None)
        if spelled is None or found is None:
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

    def show(self, error: BaseException) -> dict[str, Any]:
        """Return the status and body that the client's errors keep, and the decoded message."""
        parts = {name: getattr(error, name) for name in ("status", "body") if hasattr(error, name)}
        if isinstance(error, concordat_reference.ApiError):
            parts["fields"] = error.message
        return parts


def parameters_of(method: Any) -> dict[str, str]:
    """Return a method's parameters by their folded names, those of `**page` included."""
    names = list(inspect.signature(method).parameters)
    if "page" in names:
        names.remove("page")
        names += concordat_reference.resources.PageQuery.__annotations__
    return {fold(name): name for name in names}


if __name__ == "__main__":
    serve(ReferenceAdapter(config()))
