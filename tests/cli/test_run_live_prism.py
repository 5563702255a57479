"""Live runs against Prism, a mock that nobody here wrote: no client is blamed for data that the mock made up."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.timeouts import scaled, until

from concordat.resources import cache_home

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Project

pytestmark = pytest.mark.registry

KEY = "k3y-of-nobody"
RUN = scaled(400)
CLIENTS = ("python-expenses", "typescript-expenses", "reference")
# The benchmarks own the locked version of Prism, its installation, and the contract with the sandbox's own examples.
PREPARE = """
import json, pathlib, sys
import prism
prism.install()
print(json.dumps([str(prism.entry()), str(prism.mock_contract(pathlib.Path(sys.argv[1]))[0])]))
"""


class Prism(NamedTuple):
    """Where Prism is installed, and the contracts that it may mock."""

    entry: str
    contracts: dict[str, str]


@pytest.fixture(scope="module")
def prism(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prism:
    """Install the locked Prism."""
    root: Path = request.config.rootpath
    folder = tmp_path_factory.mktemp("prism")
    command = [sys.executable, "-c", PREPARE, str(folder)]
    done = subprocess.run(
        command, cwd=root / "benchmarks", capture_output=True, text=True, timeout=scaled(300), check=True
    )
    entry, examples = json.loads(done.stdout.splitlines()[-1])
    return Prism(entry, {"plain": str(root / "contracts/sync-for-expenses.openapi.yaml"), "examples": examples})


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=scaled(1)):
            return True
    except OSError:
        return False


@contextmanager
def mocking(prism: Prism, contract: str, *options: str) -> Iterator[str]:
    """Start Prism, and yield its URL. It may end before its time: some requests of broken clients crash it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["node", prism.entry, "mock", prism.contracts[contract], *options, "--multiprocess=false"]
    running = subprocess.Popen(
        [*command, "--verboseLevel", "silent", "--host", "127.0.0.1", "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: running.poll() is not None or listens(port), "Prism listens")
        assert running.poll() is None, "Prism ended"
        yield f"http://127.0.0.1:{port}"
    finally:
        running.kill()
        running.wait(scaled(10))


@pytest.mark.parametrize(
    ("contract", "options", "permission"),
    [
        ("plain", (), ()),
        ("plain", ("--dynamic", "--seed", "7"), ()),
        ("examples", (), ()),
        ("plain", (), ("--disposable",)),
    ],
    ids=["made up", "made up at random", "examples", "disposable"],
)
def test_no_client_is_blamed_for_the_data_of_a_mock(
    contract: str, options: tuple[str, ...], permission: tuple[str, ...], project: Project, prism: Prism
) -> None:
    named = [part for client in CLIENTS for part in ("--client", client)]
    with mocking(prism, contract, *options) as url:
        done = subprocess.run(
            [sys.executable, "-m", "concordat", "run", *named, *permission, "--target", url, "--report", "report"],
            cwd=project.root,
            env=project.env(
                CONCORDAT_API_KEY=KEY,
                CONCORDAT_CACHE=str(cache_home()),
                # a list that is made up at random may have no company at all
                CONCORDAT_COMPANY_ID="8a210b68-6988-11ed-a1eb-0242ac120002" if options else "",
                HOME=os.environ["HOME"],
            ),
            capture_output=True,
            text=True,
            timeout=RUN,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    report = json.loads((project.report / "report.json").read_bytes())
    red = [
        (one["client"], one["case"], one.get("row"), [check for check in one["checks"] if check["verdict"] == "fail"])
        for one in report["results"]
        if one["verdict"] in ("fail", "unexpected-pass", "harness-error") and not one["case"].startswith("mine.")
    ]
    assert red == []
    assert report["totals"]["clients"] == len(CLIENTS)
    assert report["totals"]["pass"] > 100, done
    assert report["totals"]["target"] > 0
    text = " ".join(done.stdout.split())
    assert "requests that the cases expect it to refuse" in text
    assert f"{report['totals']['target']:,} results say nothing about a client" in text
    assert KEY not in done.stdout + done.stderr
