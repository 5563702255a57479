"""An exploration from its settings to its result: repeatable, interruptible, and compared with the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.explore.mutant_search import exploration_client, search_for
from tests.reference_install import REFERENCE

from concordat.clients import select
from concordat.contract import load_contract
from concordat.errors import ClientUnavailable, ManifestError, UsageError
from concordat.explore import ExploreSettings, ParityLedger, explore, explore_with, text_report
from concordat.explore.exploration import Exploration, choose_contract
from concordat.explore.parity_ledger import DivergenceClass

if TYPE_CHECKING:
    from pathlib import Path

FREQUENT_DEFECT = "no-minutes-dropped"
LEDGER = ParityLedger(
    classes=[
        DivergenceClass(
            id="zero-is-dropped",
            verdict="defect",
            reason="The client omits a timeout of zero minutes.",
            clients={FREQUENT_DEFECT: "*"},
            check="request.query",
            kind="missing",
            pointer=["/timeoutInMinutes"],
        )
    ]
)


def report_of(result: Exploration, folder: Path) -> list[str]:
    """The report without its last two lines, which have times."""
    return [line.replace(str(folder), "") for line in text_report(result, ParityLedger())][:-2]


def test_the_same_seed_gives_the_same_findings_in_the_same_order(tmp_path: Path) -> None:
    runs = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        result = search_for([REFERENCE, FREQUENT_DEFECT, "empty-addresses"], folder, examples=60, seed=1)
        runs.append((report_of(result, folder), {p.name: p.read_text() for p in (folder / "quarantine").iterdir()}))
    assert runs[0] == runs[1]
    assert len(runs[0][1]) >= 2


def test_a_deviation_of_a_known_class_is_counted_and_not_a_finding(tmp_path: Path) -> None:
    clients = [exploration_client(name, tmp_path) for name in (REFERENCE, FREQUENT_DEFECT)]
    settings = ExploreSettings(clients=(REFERENCE, FREQUENT_DEFECT), examples=60, seed=1, into=tmp_path / "quarantine")
    result = explore_with(clients, load_contract("sync-for-expenses"), LEDGER, settings, lambda _line: None)
    assert result.findings == []
    assert result.known["zero-is-dropped"][FREQUENT_DEFECT] > 0
    assert not (tmp_path / "quarantine").exists()
    assert any("defect    zero-is-dropped" in line for line in text_report(result, LEDGER))


def test_a_report_has_no_terminal_sequences_and_no_log_commands() -> None:
    result = Exploration(
        api="a\x1b[31m",
        clients=("c\r::error::x",),
        operations=1,
        seed=1,
        harness_errors=("\x9b\n::error::x\n##[error]x",),
    )
    text = "\n".join(text_report(result, ParityLedger()))
    assert "a\\x1b[31m" in text
    assert not [line for line in text.split("\n") if line.strip().startswith("::") or "##[" in line]
    assert not set(text) & {"\x1b", "\r", "\x9b"}


def test_a_database_repeats_a_finding_with_the_first_example(tmp_path: Path) -> None:
    database = tmp_path / "database"
    assert search_for([REFERENCE, FREQUENT_DEFECT], tmp_path, examples=40, seed=1, database=database).findings
    again = search_for([REFERENCE, FREQUENT_DEFECT], tmp_path, examples=1, seed=2, database=database)
    assert [finding.fingerprint[2] for finding in again.findings] == ["/timeoutInMinutes"]
    assert search_for([REFERENCE, FREQUENT_DEFECT], tmp_path, examples=1, seed=2).findings == []


def test_an_interrupted_exploration_reports_and_writes_its_findings(tmp_path: Path) -> None:
    clients = [exploration_client(name, tmp_path) for name in (REFERENCE, FREQUENT_DEFECT)]
    settings = ExploreSettings(clients=(REFERENCE, FREQUENT_DEFECT), examples=500, seed=1, into=tmp_path / "quarantine")

    def interrupt_at_40(line: str) -> None:
        if line.startswith("40 of"):
            raise KeyboardInterrupt

    result = explore_with(clients, load_contract("sync-for-expenses"), ParityLedger(), settings, interrupt_at_40)
    assert result.interrupted
    assert result.examples == 40
    (finding,) = result.findings
    assert not finding.shrunk
    assert finding.file is not None
    assert finding.file.is_file()
    assert "interrupted; 1 new finding" in list(text_report(result, ParityLedger()))[-1]


@pytest.mark.parametrize(
    ("specs", "api", "expected"),
    [
        (["reference", "python-expenses"], None, "sync-for-expenses"),
        (["reference", "python-accounting"], None, "accounting"),
        (["reference", "reference"], "sync-for-expenses", "sync-for-expenses"),
    ],
)
def test_the_contract_is_the_first_that_all_clients_speak(specs: list[str], api: str | None, expected: str) -> None:
    choices = [choice for spec in specs for choice in select([spec])]
    assert choose_contract(choices, api).name == expected


@pytest.mark.parametrize(
    ("clients", "api", "error", "message"),
    [
        (("reference",), None, UsageError, "compares two clients or more"),
        (("reference", "referense"), None, ManifestError, "did you mean `reference`?"),
        (("python-expenses", "python-accounting"), None, UsageError, "speak no API in common"),
        (("reference", "python-expenses"), "acounting", UsageError, "did you mean `accounting`?"),
        (("reference", "python-expenses"), "accounting", UsageError, "does not speak `accounting`"),
    ],
)
def test_unusable_settings_are_an_error_with_a_hint(
    clients: tuple[str, ...], api: str | None, error: type[UsageError], message: str
) -> None:
    with pytest.raises(error) as caught:
        explore(ExploreSettings(clients=clients, api=api, offline=True), lambda _line: None)
    assert message in str(caught.value)
    assert caught.value.hint


def test_an_operation_limits_the_search_to_itself(tmp_path: Path) -> None:
    clients = [exploration_client(name, tmp_path) for name in (REFERENCE, FREQUENT_DEFECT)]
    contract = load_contract("sync-for-expenses")
    settings = ExploreSettings(clients=("a", "b"), examples=20, operations=("companies.get",), into=tmp_path / "cases")
    result = explore_with(clients, contract, LEDGER, settings, lambda _line: None)
    assert (result.operations, result.examples) == (1, 20)
    wrong = msgspec.structs.replace(settings, operations=("companies.gett",))
    with pytest.raises(UsageError, match=r"`companies\.gett`; did you mean `companies\.get`"):
        explore_with(clients, contract, LEDGER, wrong, lambda _line: None)


def test_the_error_names_a_client_that_does_not_start(tmp_path: Path) -> None:
    clients = [exploration_client(REFERENCE, tmp_path), exploration_client("no-such-mutant", tmp_path)]
    settings = ExploreSettings(clients=("a", "b"), examples=1, into=tmp_path)
    with pytest.raises(ClientUnavailable, match=r"(?s)died: it exited with 1.*KeyError"):
        explore_with(clients, load_contract("sync-for-expenses"), ParityLedger(), settings, lambda _line: None)
