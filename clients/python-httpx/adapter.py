"""The adapter of Python SDKs of the httpx generation: keyword-only `request=` objects, models that pydantic parses.

The adapter calls the SDK as its documents do: with a dict in the SDK's spelling, also for nested values, and with enum
values as wire strings. Names come from the request class's fields and aliases; keys of a body that the models do not
know are passed on unchanged. The mode `async` calls the `*_async` methods, all on one event loop.

Settings: the method of an operation, if it has another name in these versions (the method's signature then has the
request's class), or false if it does not exist.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any, get_type_hints

from concordat_adapter import Adapter, Call, CannotCall, config, inside, serve
from concordat_sdk import method_of, retry_config, status_field
from httpx_spelling import field_of, model_of, spell

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

__all__ = ["HttpxStyle"]


class HttpxStyle(Adapter):
    """One SDK class, built with `security`, `server_url`, `retry_config` and `timeout_ms`."""

    style = "python-httpx"
    modes = ("sync", "async")
    features = ("timeout", "retries", "cancel", "describe")

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.sdk: Any = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.unset: type | None = None

    def part(self, name: str) -> Any:
        """Return the SDK's module `name`."""
        return importlib.import_module(self.config["module"] + "." + name)

    def prepare(self) -> None:
        """Import the modules that every call needs."""
        importlib.import_module(self.config["module"])
        for name in ("utils", "types", "models.shared", "models.operations", "models.errors"):
            self.part(name)

    def open(self, message: dict[str, Any]) -> None:
        """Build the SDK client; an absent credential is `security=None`."""
        auth, url, retries, timeout = message["auth"], message["serverUrl"], message["retries"], message.get("timeout")
        with inside("build"):
            self.unset = type(self.part("types").UNSET)
            security = None if auth is None else self.part("models.shared").Security(auth_header=auth)
            given: dict[str, Any] = {"security": security, "server_url": url}
            if retries != "default":
                given["retry_config"] = retry_config(self.part("utils"), retries)
            if timeout is not None:
                given["timeout_ms"] = timeout
            self.sdk = getattr(importlib.import_module(self.config["module"]), self.config["class"])(**given)
        if message.get("mode") == "async":
            import asyncio  # noqa: PLC0415 - the sync mode does not need it

            self.loop = asyncio.new_event_loop()
            threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def close(self) -> None:
        """Leave the SDK client's context, as the documents do with `with`."""
        sdk, loop, self.sdk, self.loop = self.sdk, self.loop, None, None
        with inside("call"):
            if loop is not None and hasattr(sdk, "__aexit__"):
                self.wait(sdk.__aexit__(None, None, None), loop)
            elif hasattr(sdk, "__exit__"):
                sdk.__exit__(None, None, None)
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def describe(self) -> dict[str, Any]:
        """Return the installed package's public API, from its signatures and models."""
        from httpx_public_api import describe  # noqa: PLC0415 - no call needs it

        made = getattr(importlib.import_module(self.config["module"]), self.config["class"])
        return describe(self.config["operations"], made, self.request_model, self.part("models.errors"))

    def call(self, call: Call) -> dict[str, Any]:
        """Call the method in the open mode, and return the parts of its result."""
        binding = self.config["operations"].get(call.operation)
        method = method_of(self.sdk, call.operation, binding, "" if self.loop is None else "_async")
        request = self.request(binding, method, call.arguments)
        with inside("call"):
            result = (
                method(request=request) if self.loop is None else self.wait(method(request=request), self.loop, call)
            )
        with inside("read"):
            return self.shown(result, method, call)

    @staticmethod
    def wait(work: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop, call: Call | None = None) -> Any:
        """Run `work` on the loop and return its result; the cancellation of the call cancels its task."""
        import asyncio  # noqa: PLC0415 - the sync mode does not need it

        future = asyncio.run_coroutine_threadsafe(work, loop)
        if call is not None:
            call.cancel = future.cancel
            if call.cancelled:
                future.cancel()
        return future.result()

    def request(self, binding: dict[str, Any], method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Return the request as a caller writes it: a dict in the SDK's spelling."""
        model = self.request_model(binding["request"], method)
        body = binding["body"]
        if body == "*":
            for name in arguments:
                if name != "body":
                    raise CannotCall(name)
            return spell(arguments.get("body"), model)
        request = {}
        for name, value in arguments.items():
            if name == "body":
                if body is None:
                    raise CannotCall(name)
                request[body] = spell(value, model.model_fields[body].annotation)
            else:
                request[field_of(model, name, binding["arguments"])] = value
        return request

    def request_model(self, name: str | None, method: Callable[..., Any]) -> Any:
        """Return the request's class by name, in `operations` without a namespace, or from the signature."""
        if name is None:
            return model_of(get_type_hints(method)["request"])
        space, _, short = name.rpartition(".")
        return getattr(self.part("models." + (space or "operations")), short)

    def shown(self, result: Any, method: Callable[..., Any], call: Call) -> dict[str, Any]:
        """Return the parts of a result: a model, the content of a streamed response, or none."""
        if hasattr(result, "iter_bytes"):
            payload = result.read() if self.loop is None else self.wait(result.aread(), self.loop, call)
            headers = result.headers
            return {"status": result.status_code, "content_type": headers.get("content-type"), "payload": payload}
        if result is None and method.__annotations__.get("return", result) is None:
            return {}
        return {"payload": result}

    def expand(self, value: Any) -> Any:
        """Return the attributes of a model's set fields by wire name; unset fields are absent."""
        fields = getattr(type(value), "model_fields", None)
        if fields is None or self.is_unset(value):
            return value
        with inside("read"):
            given = {
                field.alias or name: getattr(value, name)
                for name, field in fields.items()
                if name in value.model_fields_set and not self.is_unset(getattr(value, name))
            }
            return {**given, **(value.model_extra or {})}

    def is_unset(self, value: Any) -> bool:
        """Return whether `value` is the SDK's mark for an absent field."""
        return self.unset is not None and isinstance(value, self.unset)

    def show(self, error: BaseException) -> dict[str, Any]:
        """Return the HTTP status and body from the error or its raw response, and the error's parsed data."""
        raw, data = getattr(error, "raw_response", None), getattr(error, "data", None)
        parts = status_field(error)
        body = getattr(error, "body", None)
        if body is None and raw is not None:
            try:
                body = raw.text
            except Exception:  # noqa: BLE001 - the text of an unread stream is unavailable to callers too
                body = None
        parts["body"] = body
        if hasattr(type(data), "model_fields"):
            parts["fields"] = data
        return parts


if __name__ == "__main__":
    serve(HttpxStyle(config()))
