"""Drives a Python adapter as the engine does: a process and two pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

HELPER = Path(__file__).parents[2] / "clients" / "protocol" / "python"
OPEN = {"type": "open", "serverUrl": "http://127.0.0.1:1", "auth": "k", "retries": "none", "mode": "sync"}


class Driven:
    """An adapter under way."""

    def __init__(self, entry: Path, config: dict[str, Any], folder: Path, *paths: Path) -> None:
        given = folder / "config.json"
        given.write_text(json.dumps(config), encoding="utf-8")
        orders_in, orders_out = os.pipe()
        reports_in, reports_out = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, str(entry), str(given)],
            env={
                "CONCORDAT_FDS": f"{orders_in},{reports_out}",
                "PYTHONPATH": os.pathsep.join(map(str, (*paths, HELPER))),
            },
            pass_fds=(orders_in, reports_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(orders_in)
        os.close(reports_out)
        self.orders = os.fdopen(orders_out, "wb", buffering=0)
        self.reports = os.fdopen(reports_in, "rb")
        self.watchdog = threading.Timer(scaled(120), self.process.kill)
        self.watchdog.start()
        self.hello = self.report()

    def send(self, **order: Any) -> None:
        self.orders.write(json.dumps(order).encode() + b"\n")

    def report(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.reports.readline())
        return read

    def open(self, **changes: Any) -> dict[str, Any]:
        self.send(**{**OPEN, "id": 1, **changes})
        return self.report()

    def call(self, operation: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        self.send(type="call", id=2, operation=operation, arguments=arguments or {})
        report = self.report()
        assert report["id"] == 2
        return report.get("outcome", report)  # type: ignore[no-any-return]

    def end(self) -> int:
        self.orders.close()
        code = self.process.wait(scaled(60))
        self.watchdog.cancel()
        self.reports.close()
        return code


@pytest.fixture(scope="session")
def drive_python() -> Callable[..., Driven]:
    return Driven
