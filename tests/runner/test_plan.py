"""What a selection of cases and clients comes to."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from concordat.catalogue.catalogue import Catalogue
from concordat.catalogue.model import Advance, Call, Case, Level, Parallel, Profile, Step
from concordat.documents import Places
from concordat.errors import CatalogueError, UsageError
from concordat.runner.plan import plan, select_cases
from concordat.runner.settings import RunSettings


def case(
    id_: str,
    *,
    row: str | None = None,
    level: str = "must",
    profile: str = "default",
    area: str = "a",
    calls: list[Step] | None = None,
) -> Case:
    return Case(
        id=id_,
        title=id_,
        why="because",
        source=["rfc:9110#1"],
        steps=calls or [Advance(advance="1s")],
        row=row,
        level=Level(level),
        profile=Profile(profile),
        area=area,
        path=f"cases/{area}/file.yaml",
    )


CASES = [
    case("things.list.first"),
    case("things.list.pages", row="one"),
    case("things.list.pages", row="two"),
    case("things.get", level="should", area="b"),
    case("things.slow", profile="full", level="may", area="b"),
]
CATALOGUE = Catalogue(tuple(CASES), "")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (RunSettings(), ["things.list.first", "things.list.pages[one]", "things.list.pages[two]", "things.get"]),
        (RunSettings(profile=Profile.FULL, cases=("b",)), ["things.get", "things.slow"]),
        (RunSettings(level=Level.SHOULD, cases=("b",)), ["things.get"]),
        (RunSettings(level=Level.MUST), ["things.list.first", "things.list.pages[one]", "things.list.pages[two]"]),
        (
            RunSettings(cases=("things.list",)),
            ["things.list.first", "things.list.pages[one]", "things.list.pages[two]"],
        ),
        (RunSettings(cases=("things.list.pages[two]",)), ["things.list.pages[two]"]),
        (
            RunSettings(cases=("things.list.pages", "things.get")),
            [*(f"things.list.pages[{r}]" for r in ("one", "two")), "things.get"],
        ),
        (RunSettings(cases=("a",)), ["things.list.first", "things.list.pages[one]", "things.list.pages[two]"]),
        (RunSettings(cases=("cases/b/file.yaml",)), ["things.get"]),
        (RunSettings(cases=("things.slow",)), ["things.slow"]),
    ],
)
def test_a_selector_takes_what_it_says(settings: RunSettings, expected: list[str]) -> None:
    assert [chosen.key for chosen in select_cases(CATALOGUE, settings)] == expected


CALLERS = Catalogue(
    (
        case("reads", calls=[Call(call="things.list")]),
        case("prepares", calls=[Call(call="things.create", via="harness"), Call(call="things.get")]),
        case("writes", calls=[Parallel(parallel=[Call(call="things.create"), Call(call="things.list")])]),
        case("slow", calls=[Call(call="things.list")], profile="full"),
    ),
    "",
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (RunSettings(operations=("things.list",)), ["reads", "writes"]),
        (RunSettings(operations=("things.create",)), ["writes"]),
        (RunSettings(operations=("things.create", "things.get")), ["prepares", "writes"]),
        (RunSettings(operations=("things.list",), cases=("reads",)), ["reads"]),
        (RunSettings(operations=("things.get",), cases=("reads",)), []),
        (RunSettings(operations=("things.list",), profile=Profile.FULL), ["reads", "writes", "slow"]),
        (RunSettings(operations=("things.list",), shard=(2, 2)), ["writes"]),
    ],
)
def test_an_operation_selects_the_cases_in_which_the_client_calls_it(
    settings: RunSettings, expected: list[str]
) -> None:
    assert [chosen.key for chosen in select_cases(CALLERS, settings)] == expected


def test_an_operation_that_no_case_calls_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"`things\.lst`; did you mean `things\.list`"):
        select_cases(CALLERS, RunSettings(operations=("things.list", "things.lst")))


def test_shards_are_disjoint_and_together_whole() -> None:
    parts = [[c.key for c in select_cases(CATALOGUE, RunSettings(shard=(i, 3)))] for i in (1, 2, 3)]
    assert sorted(key for part in parts for key in part) == sorted(
        c.key for c in select_cases(CATALOGUE, RunSettings())
    )
    assert all(parts)


def test_a_selector_that_finds_nothing_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(CatalogueError, match=r"`things\.gett`.*things\.get"):
        select_cases(CATALOGUE, RunSettings(cases=("things.gett",)))


def test_a_row_of_the_full_profile_runs_when_it_is_named() -> None:
    rows = [case("things.slow", row=row, profile="full", level="may") for row in ("one", "two")]
    chosen = select_cases(Catalogue(tuple(rows), ""), RunSettings(cases=("things.slow[two]",), level=Level.MUST))
    assert [c.key for c in chosen] == ["things.slow[two]"]


@pytest.mark.parametrize("selector", ["overlay/cases/b", "overlay/cases/b/file.yaml", "cases/b", "cases/b/file.yaml"])
def test_a_path_may_be_the_files_own_or_count_from_the_catalogue(
    selector: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overlay" / "cases" / "b").mkdir(parents=True)
    (tmp_path / "overlay" / "cases" / "b" / "file.yaml").touch()
    places = {"cases/b/file.yaml": Places(Path("overlay", "cases", "b", "file.yaml"), "")}
    catalogue = msgspec.structs.replace(CATALOGUE, files=places)
    assert [c.key for c in select_cases(catalogue, RunSettings(cases=(selector,)))] == ["things.get"]


def test_a_folder_selects_the_files_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases" / "b").mkdir(parents=True)
    assert [c.key for c in select_cases(CATALOGUE, RunSettings(cases=("cases/b",)))] == ["things.get"]


def test_a_plan_keeps_each_clients_jobs_together_under_stable_ids() -> None:
    jobs = plan(CASES[:2], ["one@1", "two@2"])
    assert [job.id for job in jobs] == [
        "things.list.first-one@1",
        "things.list.pages[one]-one@1",
        "things.list.first-two@2",
        "things.list.pages[one]-two@2",
    ]
