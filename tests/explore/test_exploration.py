"""A search from its settings to its result: repeatable, interruptible, and held against the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.explore.hunting import WHOLE, hunt, party

from concordat.clients import select
from concordat.contract import load_contract
from concordat.errors import ClientUnavailable, ManifestError, UsageError
from concordat.explore import ExploreSettings, ParityLedger, explore, explore_with, tell
from concordat.explore.exploration import Exploration, choose_contract
from concordat.explore.ledger import DivergenceClass

if TYPE_CHECKING:
    from pathlib import Path

SOON = "no-minutes-dropped"
LEDGER = ParityLedger(
    classes=[
        DivergenceClass(
            id="zero-is-dropped",
            verdict="defect",
            reason="Zero minutes are taken for none.",
            clients={SOON: "*"},
            check="request.query",
            kind="missing",
            pointer=["/timeoutInMinutes"],
        )
    ]
)


def reported(result: Exploration, folder: Path) -> list[str]:
    """The findings as they are printed, without the times of the last lines."""
    return [line.replace(str(folder), "") for line in tell(result, ParityLedger())][:-2]


def test_the_same_seed_gives_the_same_findings_in_the_same_order(tmp_path: Path) -> None:
    runs = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        result = hunt([WHOLE, SOON, "empty-addresses"], folder, examples=60, seed=1)
        runs.append((reported(result, folder), {p.name: p.read_text() for p in (folder / "quarantine").iterdir()}))
    assert runs[0] == runs[1]
    assert len(runs[0][1]) >= 2


def test_what_the_ledger_knows_is_counted_and_no_finding(tmp_path: Path) -> None:
    parties = [party(name, tmp_path) for name in (WHOLE, SOON)]
    settings = ExploreSettings(clients=(WHOLE, SOON), examples=60, seed=1, into=tmp_path / "quarantine")
    result = explore_with(parties, load_contract("sync-for-expenses"), LEDGER, settings, lambda _line: None)
    assert result.findings == []
    assert result.known["zero-is-dropped"][SOON] > 0
    assert not (tmp_path / "quarantine").exists()
    assert any("defect    zero-is-dropped" in line for line in tell(result, LEDGER))


def test_a_terminal_and_a_log_obey_nothing_of_a_result() -> None:
    result = Exploration(
        api="a\x1b[31m", clients=("c\r::error::x",), operations=1, seed=1, trouble=("\x9b\n::error::x\n##[error]x",)
    )
    text = "\n".join(tell(result, ParityLedger()))
    assert "a\\x1b[31m" in text
    assert not [line for line in text.split("\n") if line.strip().startswith("::") or "##[" in line]
    assert not set(text) & {"\x1b", "\r", "\x9b"}


def test_a_database_brings_a_finding_back_at_once(tmp_path: Path) -> None:
    database = tmp_path / "database"
    assert hunt([WHOLE, SOON], tmp_path, examples=40, seed=1, database=database).findings
    again = hunt([WHOLE, SOON], tmp_path, examples=1, seed=2, database=database)
    assert [finding.mark[2] for finding in again.findings] == ["/timeoutInMinutes"]
    assert hunt([WHOLE, SOON], tmp_path, examples=1, seed=2).findings == []


def test_an_interruption_leaves_what_was_found_until_then(tmp_path: Path) -> None:
    parties = [party(name, tmp_path) for name in (WHOLE, SOON)]
    settings = ExploreSettings(clients=(WHOLE, SOON), examples=500, seed=1, into=tmp_path / "quarantine")

    def impatient(line: str) -> None:
        if line.startswith("40 of"):
            raise KeyboardInterrupt

    result = explore_with(parties, load_contract("sync-for-expenses"), ParityLedger(), settings, impatient)
    assert result.interrupted
    assert result.examples == 40
    (finding,) = result.findings
    assert not finding.shrunk
    assert finding.file is not None
    assert finding.file.is_file()
    assert "interrupted; 1 new finding" in list(tell(result, ParityLedger()))[-1]


@pytest.mark.parametrize(
    ("specs", "api", "expected"),
    [
        (["reference", "python-expenses"], None, "sync-for-expenses"),
        (["reference", "python-accounting"], None, "accounting"),
        (["reference", "reference"], "sync-for-expenses", "sync-for-expenses"),
    ],
)
def test_the_contract_is_one_that_all_clients_speak(specs: list[str], api: str | None, expected: str) -> None:
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
def test_settings_that_cannot_be_used_are_an_error_with_a_hint(
    clients: tuple[str, ...], api: str | None, error: type[UsageError], message: str
) -> None:
    with pytest.raises(error) as caught:
        explore(ExploreSettings(clients=clients, api=api, offline=True), lambda _line: None)
    assert message in str(caught.value)
    assert caught.value.hint


def test_a_client_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    parties = [party(WHOLE, tmp_path), party("no-such-mutant", tmp_path)]
    settings = ExploreSettings(clients=("a", "b"), examples=1, into=tmp_path)
    with pytest.raises(ClientUnavailable, match=r"(?s)died: it exited with 1.*KeyError"):
        explore_with(parties, load_contract("sync-for-expenses"), ParityLedger(), settings, lambda _line: None)
