"""Drives an adapter of any language as the engine does: a process and two pipes, every wait with an end."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import msgspec
from tests.timeouts import scaled

from concordat.clients.protocol import AdapterMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DEADLINE", "Adapter", "shown"]

DEADLINE = scaled(120)
DECODER: msgspec.json.Decoder[AdapterMessage] = msgspec.json.Decoder(AdapterMessage)


class Adapter:
    """A running adapter, and the protocol spelled out: a line for each order, a typed report for each line."""

    def __init__(self, command: Sequence[str]) -> None:
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        env = {"PATH": os.environ["PATH"], "CONCORDAT_FDS": f"{orders_in},{reports_out}"}
        self.process = subprocess.Popen(command, pass_fds=(orders_in, reports_out), env=env, stdin=subprocess.DEVNULL)
        os.close(orders_in)
        os.close(reports_out)
        self.orders = os.fdopen(orders_out, "wb", 0)
        self.reports = os.fdopen(reports_in, "rb")
        self.watchdog = threading.Timer(DEADLINE, self.process.kill)
        self.watchdog.start()
        self.last = 0

    def send(self, kind: str, **parts: Any) -> int:
        self.last += 1
        self.orders.write(json.dumps({"type": kind, "id": self.last, **parts}).encode() + b"\n")
        return self.last

    def report(self) -> AdapterMessage:
        return DECODER.decode(self.reports.readline())

    def open(self, **settings: Any) -> AdapterMessage:
        usual = {"serverUrl": "http://127.0.0.1:1", "auth": "Basic key", "retries": "none", "timeout": None}
        self.send("open", **(usual | settings), mode="sync")
        return self.report()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        number = self.send("call", operation=operation, arguments=arguments)
        report: Any = self.report()
        assert report.id == number, report
        return shown(report)

    def end(self) -> int:
        self.orders.close()
        code = self.process.wait(DEADLINE)
        self.watchdog.cancel()
        self.reports.close()
        return code


def shown(report: Any) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(report.outcome)
    return shown
