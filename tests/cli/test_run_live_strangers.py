"""Strangers in a live run: no adapter, however curious, finds the key, and none writes by a method override."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Project

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows environments in /proc")

KEY = "k3y-that-nobody-else-has"
WAIT = 20
MANIFEST = """
name: curious{0}
language: python
registry: builtin
package: double
class: Double
default: "1"
apis: [sync-for-expenses]
styles: [{{versions: "*", style: curious}}]
operations: {{customers.list: customers.list}}
"""
# It writes down where it found the key: in an environment of any process that it may read, or in its own.
ADAPTER = """
import http.client, json, os, pathlib
from urllib.parse import urlsplit

from concordat_adapter import Adapter, config, inside, serve

WANTED = b"k3y-that-" + b"nobody-else-has"
HERE = pathlib.Path(os.environ["HOME"])


def look():
    found = [f"own {name}" for name, value in os.environb.items() if WANTED in value]
    looked = 0
    for process in pathlib.Path("/proc").iterdir():
        for what in ("environ", "cmdline"):
            try:
                text = (process / what).read_bytes() if process.name.isdigit() else b""
            except OSError:
                continue
            looked += bool(text)
            if WANTED in text:
                found.append(f"{what} of {process.name}")
    return found, looked


class Double(Adapter):
    style = "curious"

    def package(self):
        return "double", "1"

    def open(self, order):
        self.order = order

    def call(self, call):
        found, looked = look()
        with inside("call"):
            url = urlsplit(self.order["serverUrl"])
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
            path = f"/companies/{call.arguments['companyId']}/data/customers"
            connection.request("GET", path, headers={"Authorization": self.order["auth"]})
            answer = connection.getresponse()
            payload = json.loads(answer.read())
            return {"status": answer.status, "payload": {"found": found, "looked": looked, "page": payload}}


serve(Double(config()))
"""


@pytest.fixture
def served(project: Project) -> Iterator[str]:
    """An endpoint in a process of its own that takes only `KEY`, and two clients that look for it."""
    for number in (1, 2):
        project.write(f"clients/curious{number}.yaml", MANIFEST.format(number))
    project.write("clients/curious/adapter.py", ADAPTER)
    world = project.root / "world.yaml"
    world.write_text(json.dumps({"customers": 12, "auth": {"key": KEY}}))
    running = project.start("serve", "--api", "sync-for-expenses", "--world", str(world))
    try:
        yield project.served(running)["url"]
    finally:
        running.terminate()
        running.communicate(timeout=scaled(WAIT))


def payloads(report: Path) -> list[dict[str, Any]]:
    results = json.loads((report / "report.json").read_bytes())["results"]
    return [outcome["payload"] for result in results for outcome in result["outcomes"]]


@pytest.mark.parametrize("way", ["run", "run --workers 2", "pytest", "pytest -n 2"])
def test_no_adapter_finds_the_key_in_any_environment(way: str, project: Project, served: str) -> None:
    clients = ("--client", "curious1", "--client", "curious2")
    common = (*clients, "--target", served, "--report", "report")
    if way.startswith("run"):
        done = project.run(*way.split(), "mine.list", *common, env={"CONCORDAT_API_KEY": KEY})
    else:
        suite = ("--pyargs", "concordat.suite", "--case", "mine.list")
        plugins = ("-p", "concordat.pytest_plugin.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")
        done = subprocess.run(
            [sys.executable, "-m", *way.split(), *plugins, *suite, *common],
            cwd=project.root,
            env=project.env(CONCORDAT_API_KEY=KEY, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
            capture_output=True,
            text=True,
            timeout=scaled(3 * WAIT),
            check=False,
            stdin=subprocess.DEVNULL,
        )
    seen = payloads(project.report)
    assert len(seen) == 2, done
    assert all(payload["page"]["totalResults"] == 12 for payload in seen), "the endpoint knew the key"
    assert all(payload["looked"] > 2 for payload in seen), "there were environments to look at"
    assert [payload["found"] for payload in seen] == [[], []]


def test_what_an_installer_prints_is_scrubbed_from_the_reason(project: Project, served: str) -> None:
    npm = MANIFEST.format(1).replace("builtin", "npm").replace("python", "typescript")
    npm = npm.replace("style: curious", "style: typescript-axios")  # its language's helper is there
    project.write("clients/curious1.yaml", npm)
    tools = project.root / "bin"
    tools.mkdir()
    for name in ("node", "npm"):
        (tools / name).write_text(f"#!/bin/sh\necho installing with {KEY}\nexit 1\n")
        (tools / name).chmod(0o755)
    run = ("run", "mine.list", "--client", "curious1", "--client", "curious2", "--target", served, "--report", "report")
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = project.run(*run, env={"CONCORDAT_API_KEY": KEY, "PATH": path})
    assert done.returncode == 3, done
    report = json.loads((project.report / "report.json").read_bytes())
    [reason] = [client["reason"] for client in report["clients"] if "reason" in client]
    assert "installing with ***" in reason
    files = [path for path in project.report.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert files == []
    assert KEY not in done.stdout + done.stderr


def test_a_method_override_is_not_forwarded_and_the_result_says_so(project: Project, served: str) -> None:
    plain = 'headers={"Authorization": self.order["auth"]}'
    assert plain in ADAPTER
    overriding = 'headers={"Authorization": self.order["auth"], "X-HTTP-Method-Override": "DELETE"}'
    project.write("clients/curious/adapter.py", ADAPTER.replace(plain, overriding))
    done = project.run(
        *("run", "mine.list", "--client", "curious1", "--target", served, "--report", "report"),
        env={"CONCORDAT_API_KEY": KEY},
    )
    [result] = json.loads((project.report / "report.json").read_bytes())["results"]
    assert (done.returncode, result["verdict"]) == (3, "harness-error"), done
    [check] = result["checks"]
    assert "GET with the header X-HTTP-Method-Override was not forwarded" in check["message"]
