"""A run spread over processes: a client stays in one of them, unless there are more processes than clients."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]  # xdist ships no types

from concordat.pytest_plugin.client_scheduler import ClientScheduler
from concordat.pytest_plugin.run_plugin import is_case_item
from concordat.resources import search

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pytest_plugin.conftest import Folder

    from concordat.runner.result import Report

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
        (f"{CATALOGUE}::a.b[reference@1.0.0]", "[reference@1.0.0]"),
        (f"{CATALOGUE}::a.b[row-1][python-expenses@2.0]", "[python-expenses@2.0]"),
        (f"{CATALOGUE}::a.b[expenses@2.0]", "[expenses@2.0]"),
        (f"{CATALOGUE}::a.b[python-expenses:async@2.0]", "[python-expenses:async@2.0]"),
        ("test_mine.py::test_a", "test_mine.py::test_a"),
        ("test_mine.py::test_a@shared", "shared"),
        (f"{CATALOGUE[6:]}::{CATALOGUE}[reference@1.0.0]", f"{CATALOGUE[6:]}::{CATALOGUE}[reference@1.0.0]"),
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
        workers[nodeid.rpartition("[one")[2]].add(worker)
    assert sorted(map(len, workers.values())) == [1, 1], workers
    assert len(set.union(*workers.values())) == 2, workers
    assert len(folder.report().results) == 8


@pytest.mark.parametrize(
    ("items", "processes", "parts"),
    [
        ({"one": 100, "two": 10}, 2, []),
        ({"one": 96}, 1, []),
        ({"one": 96}, 2, [12] * 8),
        ({"one": 200}, 2, [25] * 8),
        ({"one": 30}, 2, [15, 15]),
        ({"one": 11}, 4, [11]),
        ({"one": 40, "two": 13}, 3, [14, 13, 13, 13]),
    ],
    ids=["enough-clients", "one-process", "two", "many", "few", "too-few", "two-of-three"],
)
def test_a_client_is_divided_only_if_the_processes_outnumber_the_clients(
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    items: dict[str, int],
    processes: int,
    parts: list[int],
) -> None:
    monkeypatch.setattr("xdist.scheduler.loadscope.parse_tx_spec_config", lambda _config: ["popen"] * processes)
    labels = [f"{name}@1" for name in items]
    scheduler = ClientScheduler(pytestconfig, Producer("test", enabled=False), is_case_item=is_case_item, labels=labels)
    ids = [f"{CATALOGUE}::a.b[{n}][{name}@1]" for name, count in items.items() for n in range(count)]
    divided = scheduler._divided(["test_mine.py::test_a", *ids], processes)
    assert list(Counter(divided.values()).values()) == parts
    assert set(divided) == (set(ids) if parts else set())
    assert len(parts) <= len(items) or divided[ids[0]] != divided[ids[1]], "neighbours are of equal duration"


# Of 60 rows, 59 fail (page 9 is right). Each process runs a part, so that neither sees the ledger's range as a whole.
ROWS = ", ".join(f"{{id: r{page}, page: {page}}}" for page in range(1, 61))
TABLE = f"""
- id: mine.table
  title: T
  why: W
  source: 'rfc:9110#9'
  world: {{customers: 1}}
  rows: [{ROWS}]
  steps:
    - call: customers.list
      with: {{companyId: $company, page: $page}}
      expect: {{requests: [{{query: {{page: 9}}}}]}}
"""
LEDGER = """
client: one
causes:
  - id: page-wrong
    reason: The client sends the page that the caller names.
    source: rfc:9110#9
    smallest: mine.table[r1]
    versions: "*"
    review-by: 2099-01-01
    entries:
      - case: mine.table
        check: request.query
        signature: {kind: changed, pointer: /page}
        rows: {range: "*", count: COUNT}
"""


@pytest.mark.parametrize(("count", "code"), [(59, 0), (58, 1)], ids=["right", "wrong"])
def test_a_divided_client_has_the_report_of_an_undivided_one(folder: Folder, count: int, code: int) -> None:
    add_clients(folder.root, ["one"])
    (folder.root / "concordat/clients/one.ledger.yaml").write_text(LEDGER.replace("COUNT", str(count)))
    (folder.root / "concordat/cases/mine/table.yaml").write_text(TABLE)
    (folder.root / "note_workers.py").write_text(NOTE_WORKERS)
    chosen = ("--client", "one", "--case", "mine.table")
    alone = folder.suite(*chosen)
    spread = folder.suite(*chosen, "--report", "spread", "-p", "note_workers", "-p", "xdist.plugin", "-n", "2")
    workers = {line.split()[0] for line in (folder.root / "workers.txt").read_text().splitlines()}
    assert workers == {"gw0", "gw1"}
    assert (alone.returncode, spread.returncode) == (code, code), alone.stdout + spread.stdout
    one, two = folder.report(), folder.report("spread")
    assert conclusion(one) == conclusion(two)
    assert len(two.results) == 60
    problem = [note for note in two.notes if "59 rows of `mine.table` fail request.query, the ledger states 58" in note]
    assert len(problem) == code


def conclusion(report: Report) -> object:
    """Return everything that does not depend on the order of the results and on the time."""
    results = sorted(
        (r.key, r.client, r.verdict, [(c.id, c.verdict, c.cause) for c in r.checks]) for r in report.results
    )
    footer = report.footer
    return results, report.totals, report.clients, report.notes, report.parity, footer.complete, footer.exit_code


START_IN_ONE = """
import os
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if getattr(config, "workerinput", {}).get("workerid") == "gw1":
        from concordat.clients import AdapterProcess
        from concordat.errors import AdapterError

        async def start(self, installed):
            raise AdapterError("it does not start here")

        AdapterProcess.start = start
"""


def test_results_that_a_process_without_the_client_lacks_make_the_report_incomplete(folder: Folder) -> None:
    add_clients(folder.root, ["one"])
    (folder.root / "concordat/cases/mine/table.yaml").write_text(TABLE)
    (folder.root / "start_in_one.py").write_text(START_IN_ONE)
    xdist = ("-p", "start_in_one", "-p", "xdist.plugin", "-n", "2")
    folder.suite("--client", "one", "--case", "mine.table", *xdist)
    report = folder.report()
    assert 0 < len(report.results) < 60
    assert [info.available for info in report.clients] == [True]
    assert (report.footer.complete, report.footer.exit_code) == (False, 3)
    assert f"{60 - len(report.results)} of 60 results are missing" in (report.footer.note or "")


def test_a_test_whose_id_holds_the_name_of_the_catalogue_is_no_case(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(
        "import pytest\n"
        f"@pytest.mark.parametrize('a', ['{CATALOGUE}::a.b[reference@1.0.0]', 'other'])\n"
        "def test_a(a):\n    assert a\n"
    )
    done = folder.pytest("-q", "-p", "xdist.plugin", "-n", "2")
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout
    assert not (folder.root / "report").exists()
    assert not (folder.root / "reports").exists()
