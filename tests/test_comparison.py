from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.comparison import Names, Record, disagreements, load_names, read_record, renamed

from concordat.errors import ReportError

if TYPE_CHECKING:
    from pathlib import Path

NAMES = """
members: {channel: mode}
checks: {outcome.claimed: outcome.reported}
cases: {dangers.*: write-safety.*}
causes: {retried: create-is-retried}
"""


def result(case: str, check: str, **more: object) -> dict[str, Any]:
    explained = {"cause": more.pop("cause")} if "cause" in more else {}
    checks = [{"id": check, "verdict": more.pop("checked", "pass"), **explained}]
    return {"case": case, "client": "one@1", "verdict": "pass", "checks": checks, **more}


def written(folder: Path, name: str, *results: dict[str, Any], groups: tuple[tuple[str, ...], ...] = ()) -> Path:
    parity = [{"case": "dangers.a" if name == "old" else "write-safety.a", "groups": [{"clients": g} for g in groups]}]
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"results": results, "parity": parity, "footer": {"complete": True}}))
    return path


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({}, []),
        ({"verdict": "fail"}, ["results: write-safety.a[r] with one@1 (async): pass -> fail"]),
        (
            {"checked": "blocked"},
            ["checks: write-safety.a[r] with one@1 (async): s1:outcome.reported: pass -> blocked"],
        ),
        (
            {"cause": "another"},
            ["causes: write-safety.a[r] with one@1 (async): s1:outcome.reported: create-is-retried -> another"],
        ),
        (
            {"row": "s"},
            [
                "results: write-safety.a[r] with one@1 (async): pass -> missing",
                "results: write-safety.a[s] with one@1 (async): missing -> pass",
            ],
        ),
    ],
)
def test_what_differs_beside_the_names_is_a_line(new: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "names.yaml").write_text(NAMES)
    names = load_names(tmp_path / "names.yaml")
    old = result("dangers.a", "s1:outcome.claimed", row="r", channel="async", cause="retried")
    now = result(
        "write-safety.a",
        "s1:outcome.reported",
        **{"row": "r", "mode": "async", "cause": "create-is-retried", **new},
    )
    records = [
        read_record(written(tmp_path, name, *results, groups=(("b", "a"), ("c",))), names)
        for name, results in (("old", [old]), ("new", [now]))
    ]
    found = list(disagreements(*records))
    assert found[: len(expected)] == expected
    assert bool(found) is bool(expected)


def test_another_grouping_of_clients_is_a_difference() -> None:
    old = Record({}, {}, {}, {"a.b": "one = two | three"})
    assert list(disagreements(old, Record({}, {}, {}, {"a.b": "one | three = two"}))) == [
        "parity: a.b: one = two | three -> one | three = two"
    ]


@pytest.mark.parametrize(("name", "expected"), [("a.b", "z"), ("a.c", "y.c"), ("a.b.c", "x.c"), ("b", "b")])
def test_the_nearest_entry_renames(name: str, expected: str) -> None:
    assert renamed(name, {"a.b": "z", "a.*": "y.*", "a.b.*": "x.*"}) == expected


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"results": [], "footer": {"complete": false}}'])
def test_what_is_no_whole_report_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(ReportError):
        read_record(tmp_path, Names())


def test_an_unknown_section_of_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "names.yaml").write_text("case: {a: b}")
    with pytest.raises(ReportError, match="not a file of names"):
        load_names(tmp_path / "names.yaml")
