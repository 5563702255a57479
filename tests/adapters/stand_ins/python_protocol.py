"""A Python adapter without an SDK, on the protocol helper: each of its operations does one unusual thing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tests.adapters.adapter_process import AdapterCommand
from tests.adapters.stand_ins.stand_in import CLIENTS, Call, StandIn

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["UNUSUAL"]

PROGRAM = """
import threading
from concordat_adapter import Adapter, CannotCall, Raised, config, inside, serve

class Holder:
    pass

class Unusual(Adapter):
    style = "unusual"
    features = ("cancel",)

    def package(self):
        return "unusual-sdk", "1.2"

    def open(self, message):
        with inside("build"):
            if message["auth"] == "refused":
                raise ValueError("no such key")

    def call(self, call):
        if call.operation == "echo":
            return {"payload": {name: repr(value) for name, value in call.arguments.items()}}
        if call.operation == "same":
            return {"status": 200, "payload": call.arguments["value"]}
        if call.operation == "object":
            return {"payload": [Holder()]}
        if call.operation == "deep":
            deep = []
            for _ in range(100_000):
                deep = [deep]
            return {"payload": deep}
        if call.operation == "huge":
            return {"payload": "x" * (32 * 1024 * 1024)}
        if call.operation == "own-fault":
            return {}["nothing"]
        if call.operation == "hang":
            released = threading.Event()
            call.cancel = released.set
            if call.cancelled:
                released.set()
            released.wait(600)
            with inside("call"):
                raise RuntimeError("asked to stop")
        if call.operation == "exit":
            with inside("call"):
                raise SystemExit(3)
        if call.operation == "raise":
            with inside("read"):
                try:
                    raise KeyError("low \\ud800")
                except KeyError as error:
                    raise OSError("high \\ud800") from error
        return super().call(call)

    def show(self, error):
        return {"status": 418, "body": "tea \\ud800", "fields": {"$a": "\\ud800"}}

print("an SDK may print")
serve(Unusual(config()))
"""


def lay_out(folder: Path) -> AdapterCommand:
    """Write the program and its configuration."""
    (folder / "adapter.py").write_text(PROGRAM, "utf-8")
    (folder / "config.json").write_text(json.dumps({"operations": {"echo": {}}}), "utf-8")
    argv = (sys.executable, str(folder / "adapter.py"), str(folder / "config.json"))
    return AdapterCommand(argv, {"PYTHONPATH": str(CLIENTS / "protocol" / "python")})


UNUSUAL = StandIn(
    name="python-protocol",
    style="unusual",
    language="python",
    package="unusual-sdk",
    version="1.2",
    lay_out=lay_out,
    operations=("echo",),
    features=("cancel",),
    quick=Call("echo"),
    slow=Call("hang"),
)
