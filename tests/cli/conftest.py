"""A user's project of its own, and the command line run in it as users run it: as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest
from tests.launcher import interruptible, uninterruptible
from tests.timeouts import scaled

from concordat.runner.result import Report

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = scaled(180)
CASES = """
- id: mine.list
  title: A page is listed
  why: The measure for the others.
  source: rfc:9110#9
  needs: {customers: 1}
  steps: [{call: customers.list, with: {companyId: $company}}]
- id: mine.wrong
  title: What no client does
  why: A case that fails on purpose.
  source: rfc:9110#9
  needs: {customers: 1}
  steps:
    - call: customers.list
      with: {companyId: $company, page: 1, pageSize: 10}
      expect: {requests: [{query: {page: 9}}]}
- id: mine.world
  title: A world of its own
  why: No live target has it.
  source: rfc:9110#9
  world: {customers: 2, exact: true}
  steps: [{call: customers.list, with: {companyId: $company}}]
- id: mine.write
  title: A write
  why: A live run reads only, unless it is allowed to write.
  source: rfc:9110#9
  needs: {connections: 1}
  steps:
    - call: customers.create
      with: {companyId: $company, connectionId: $connection, body: {customerName: $mark, status: Active}}
"""
MANIFEST = """
name: broken
language: python
registry: builtin
package: double
class: Double
default: "1"
apis: [accounting]
styles: [{versions: "*", style: broken}]
operations: {customers.list: customers.list}
"""
# What it does is in the page that it is asked for: a number that no other adapter would take for an order.
ADAPTER = """
import http.client, json, os, pathlib, signal, subprocess, sys, time
from urllib.parse import urlsplit

from concordat_adapter import Adapter, config, inside, serve

OUT = int(os.environ["CONCORDAT_FDS"].split(",")[1])
HERE = pathlib.Path(__file__).resolve().parent


class Double(Adapter):
    style = "broken"

    def package(self):
        return "double", "1"

    def open(self, order):
        self.order = order

    def call(self, call):
        page = call.arguments.get("page")
        if page == 901:
            os.kill(os.getpid(), signal.SIGKILL)
        if page == 902:
            os.write(OUT, b"garbage\\n")
            time.sleep(600)
        if page == 903:
            raise RuntimeError("the adapter's own")
        if page == 905:
            (HERE / "stalled").touch()
            while not (HERE / "go-on").exists():
                time.sleep(0.01)
        if page == 904:
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", str(HERE)])
            (HERE / "stalled").touch()
            time.sleep(600)
        with inside("call"):
            url = urlsplit(self.order["serverUrl"])
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
            path = f"/companies/{call.arguments['companyId']}/data/customers?page={page}"
            connection.request("GET", path, headers={"Authorization": self.order["auth"]})
            answer = connection.getresponse()
            return {"status": answer.status, "payload": json.loads(answer.read())}


serve(Double(config()))
"""


@dataclass
class Project:
    """A folder with an overlay; `run` is the command line in it."""

    root: Path
    cache: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> Path:
        """Where its runs report to."""
        return self.root / "report"

    def env(self, **more: str) -> dict[str, str]:
        """A clean environment: nothing of whoever runs these tests."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return kept | {"HOME": str(self.root), "CONCORDAT_CACHE": str(self.cache), "COLUMNS": "100"} | more

    def run(self, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `concordat ARGS` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "concordat", *args],
            cwd=self.root,
            env=self.env(**(env or {})),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def served(self, running: subprocess.Popen[str]) -> dict[str, str]:
        """Return the first line of a server's output, which is a JSON object."""
        assert running.stdout is not None
        first: dict[str, str] = json.loads(running.stdout.readline())
        return first

    def start(self, *args: str, **options: Any) -> subprocess.Popen[str]:
        """Start `concordat ARGS` in a session of its own; `ignoring`: with SIGINT ignored, as a script's `&` does."""
        started = uninterruptible if options.pop("ignoring", False) else interruptible
        return subprocess.Popen(
            started(sys.executable, "-m", "concordat", *args),
            cwd=self.root,
            env=self.env(**options.pop("env", {})),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **options,
        )

    def write(self, path: str, text: str) -> Path:
        """Write a file of the overlay."""
        file = self.root / "concordat" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def read_report(self) -> Report:
        """The report as it stands, complete or not."""
        return msgspec.json.decode((self.report / "report.json").read_bytes(), type=Report)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of clients for all of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """A project with cases of its own, in the area `mine`."""
    made = Project(tmp_path, cache)
    made.write("cases/mine/cases.yaml", CASES)
    return made


class MakeBroken(Protocol):
    """Gives the project a client whose adapter behaves as each page asks, and a case for each page."""

    def __call__(self, *pages: int) -> Project: ...


@pytest.fixture
def broken(project: Project) -> MakeBroken:
    """The project with a client whose adapter does what the page says, and a case for each given page."""

    def make(*pages: int) -> Project:
        project.write("clients/broken.yaml", MANIFEST)
        project.write("clients/broken/adapter.py", ADAPTER)
        project.write(
            "cases/broken/cases.yaml",
            "".join(
                f"- {{id: broken.c{number}, title: T, why: W, source: 'rfc:9110#9', world: {{}}, steps: "
                f"[{{call: customers.list, with: {{companyId: $company, page: {page}}}}}]}}\n"
                for number, page in enumerate(pages)
            ),
        )
        return project

    return make
