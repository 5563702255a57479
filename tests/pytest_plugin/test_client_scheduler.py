"""A run spread over processes: each client runs in one of them only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]  # xdist ships no types

from concordat.pytest_plugin.client_scheduler import ClientScheduler
from concordat.pytest_plugin.run_plugin import is_case_item
from concordat.resources import search

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pytest_plugin.conftest import Folder

CATALOGUE = "suite/test_catalogue.py"
LABELS = ["expenses@2.0", "python-expenses@2.0", "python-expenses:async@2.0", "reference@1.0.0"]
NOTE_WORKERS = """
import os
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport(report):
    if report.when == "call" and hasattr(report, "node"):
        with open("workers.txt", "a") as file:
            file.write(f"{report.node.gateway.id} {report.nodeid}\\n")
    return (yield)
"""


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        (f"{CATALOGUE}::a.b-reference@1.0.0", "-reference@1.0.0"),
        (f"{CATALOGUE}::a.b[row-1]-python-expenses@2.0", "-python-expenses@2.0"),
        (f"{CATALOGUE}::a.b-expenses@2.0", "-expenses@2.0"),
        (f"{CATALOGUE}::a.b-python-expenses:async@2.0", "-python-expenses:async@2.0"),
        ("test_mine.py::test_a", "test_mine.py::test_a"),
        ("test_mine.py::test_a@shared", "shared"),
        (f"{CATALOGUE[6:]}::{CATALOGUE}-reference@1.0.0", "1.0.0"),
        ("mysuite/test_catalogue.py::test_a", "mysuite/test_catalogue.py::test_a"),
    ],
)
def test_case_items_are_grouped_by_client_and_other_tests_as_xdist_does(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, nodeid: str, unit: str
) -> None:
    monkeypatch.setattr("xdist.scheduler.loadscope.parse_tx_spec_config", lambda _config: ["popen"])
    scheduler = ClientScheduler(pytestconfig, Producer("test", enabled=False), is_case_item=is_case_item, labels=LABELS)
    assert scheduler._split_scope(nodeid) == unit


def add_clients(folder: Path, names: list[str]) -> None:
    """Add clients to a user's project: the reference client under other names."""
    (known,) = [path for root in search("clients") if (path := root / "reference.yaml").is_file()]
    (folder / "concordat" / "clients").mkdir()
    for name in names:
        text = known.read_text("utf-8").replace("name: reference", f"name: {name}", 1)
        (folder / "concordat" / "clients" / f"{name}.yaml").write_text(text, "utf-8")


@pytest.mark.parametrize("mode", [(), ("--dist", "loadgroup"), ("--dist", "worksteal")], ids=["load", "group", "steal"])
def test_each_client_runs_in_one_process_and_all_processes_run(folder: Folder, mode: tuple[str, ...]) -> None:
    names = ["one", "one-more"]  # of one version: a unit is a client, and no version
    add_clients(folder.root, names)
    (folder.root / "note_workers.py").write_text(NOTE_WORKERS)
    clients = [word for name in names for word in ("--client", name)]
    done = folder.suite(*clients, "--case", "mine", "-p", "note_workers", "-p", "xdist.plugin", "-n", "2", *mode)
    assert done.returncode == 1, done
    workers: dict[str, set[str]] = defaultdict(set)
    for line in (folder.root / "workers.txt").read_text().splitlines():
        worker, nodeid = line.split(" ", 1)
        workers[nodeid.partition("-one")[2]].add(worker)
    assert sorted(map(len, workers.values())) == [1, 1], workers
    assert len(set.union(*workers.values())) == 2, workers
    assert len(folder.report().results) == 8


def test_a_test_whose_id_holds_the_name_of_the_catalogue_is_no_case(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(
        "import pytest\n"
        f"@pytest.mark.parametrize('a', ['{CATALOGUE}::a.b-reference@1.0.0', 'other'])\n"
        "def test_a(a):\n    assert a\n"
    )
    done = folder.pytest("-q", "-p", "xdist.plugin", "-n", "2")
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout
    assert not (folder.root / "report").exists()
    assert not (folder.root / "reports").exists()
