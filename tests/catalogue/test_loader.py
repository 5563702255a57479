"""The loader: rows, areas, overlay, and every mistake named by file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue, read_catalogue
from concordat.catalogue import loader as loader_module
from concordat.catalogue.catalogue import case_digest
from concordat.catalogue.model import Advance, Call, Level, Parallel
from concordat.errors import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
- id: area.good
  title: A title
  why: A caller would lose data
  source: rfc:9110#15
  steps:
    - call: customers.list
      with: {companyId: $company}
"""


def write(root: Path, name: str, text: str) -> Path:
    path = root / "cases" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return root / "cases"


def problems(root: Path, text: str) -> list[str]:
    _, found = read_catalogue([write(root, "area/x.yaml", text)])
    return [f"{item.where.line if item.where else None}: {item.message}; {item.hint}" for item in found]


def test_a_case_knows_its_area_its_file_and_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path, "push/deep/x.yaml", "# a comment\n" + GOOD)
    (case,) = load_catalogue([folder]).cases
    assert (case.area, case.path, case.line, case.key) == ("push", "cases/push/deep/x.yaml", 2, "area.good")
    assert case.level is Level.MUST
    assert case.source == ["rfc:9110#15"]
    assert str(load_catalogue([folder]).locate(case, "/steps/0/with")).endswith("x.yaml:8:7")


def test_each_kind_of_step_is_read(tmp_path: Path) -> None:
    more = "    - advance: 90s\n    - parallel: [{call: a.b}, {call: c.d, id: two}]\n    - change: {status: x}\n"
    (case,) = load_catalogue([write(tmp_path, "a/x.yaml", GOOD + more)]).cases
    assert [type(step).__name__ for step in case.steps] == ["Call", "Advance", "Parallel", "Change"]
    assert isinstance(case.steps[1], Advance)
    assert isinstance(case.steps[2], Parallel)
    assert case.steps[2].parallel[1].id == "two"


def test_a_table_is_one_case_a_row_with_typed_values(tmp_path: Path) -> None:
    text = GOOD.replace("title: A title", "title: Page ${page} of ${id}").replace(
        "{companyId: $company}", "{companyId: $company, page: $page}"
    )
    text += "  rows:\n    - {id: first, page: 1}\n    - {id: none, page: null}\n"
    first, none = load_catalogue([write(tmp_path, "a/x.yaml", text)]).cases
    assert (first.key, first.title, first.rows) == ("area.good[first]", "Page 1 of first", ["first", "none"])
    assert isinstance(first.steps[0], Call)
    assert isinstance(none.steps[0], Call)
    assert first.steps[0].with_ == {"companyId": "$company", "page": 1}
    assert none.steps[0].with_["page"] is None


def test_a_file_of_the_user_hides_the_built_in_one_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = write(tmp_path / "own", "a/x.yaml", GOOD.replace("area.good", "area.own"))
    built_in = write(tmp_path / "built-in", "a/x.yaml", GOOD)
    write(tmp_path / "built-in", "a/y.yaml", GOOD.replace("area.good", "area.other"))
    monkeypatch.setattr(loader_module, "search", lambda *_: [own, built_in])
    assert [case.id for case in load_catalogue().cases] == ["area.own", "area.other"]


CONTRACT = """\
openapi: 3.1.0
info: {title: Shelves, version: "1"}
paths:
  /shelves:
    get:
      x-concordat-operation: customers.list
      responses:
        "200": {description: D, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}
"""
BUILT_IN = ["accounting", "sync-for-expenses"]


def project(root: Path, monkeypatch: pytest.MonkeyPatch, contract: str | None) -> None:
    """Make a project with a case, and the current folder in it."""
    (root / "pyproject.toml").touch()
    write(root / "concordat", "mine/x.yaml", GOOD)
    if contract is not None:
        (root / "concordat" / "contracts").mkdir()
        (root / "concordat" / "contracts" / f"{contract}.openapi.yaml").write_text(CONTRACT, "utf-8")
    monkeypatch.chdir(root)


@pytest.mark.parametrize(("contract", "home"), [(None, BUILT_IN), ("shelves", ["shelves"])])
def test_a_case_without_apis_belongs_to_the_contracts_of_its_project(
    contract: str | None, home: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, monkeypatch, contract)
    cases = load_catalogue().cases
    own = [case for case in cases if case.path == "cases/mine/x.yaml"]
    built_in = [case for case in cases if case.path != "cases/mine/x.yaml"]
    assert [case.about for case in own] == [home]
    assert {tuple(case.about) for case in built_in if not case.apis} == {tuple(BUILT_IN)}


def test_a_contract_of_ones_own_changes_no_built_in_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def built_in() -> dict[str, str]:
        return {case.key: case_digest(case) for case in load_catalogue().cases if case.id != "area.good"}

    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    before = built_in()
    (tmp_path / "with").mkdir()
    project(tmp_path / "with", monkeypatch, "shelves")
    assert len(before) > 1000
    assert built_in() == before


def test_where_a_case_stands_is_no_part_of_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for contract in (None, "shelves"):
        root = tmp_path / str(contract)
        root.mkdir()
        project(root, monkeypatch, contract)
        digests |= {case_digest(case) for case in load_catalogue().cases if case.id == "area.good"}
    assert len(digests) == 1


def test_the_digest_changes_with_the_files(tmp_path: Path) -> None:
    before = load_catalogue([write(tmp_path, "a/x.yaml", GOOD)]).sha256
    assert load_catalogue([tmp_path / "cases"]).sha256 == before
    assert load_catalogue([write(tmp_path, "a/x.yaml", GOOD + "# more\n")]).sha256 != before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("title:", "titel:"), "2: unknown key `titel`; did you mean `title`"),
        (
            ("call: customers.list", "call: customers.list\n      expct: {}"),
            "7: unknown key `expct`; did you mean `expect`",
        ),
        (("  steps:", "  level: mus\n  steps:"), "5: `mus` is not a value of the format; did you mean `must`"),
        (("  steps:", "  profile: [x]\n  steps:"), "5: "),
        (("why: A caller would lose data", "why: ''"), "3: `why` is empty"),
        (("  why: A caller would lose data\n", ""), "1: the key `why` is missing; add `why:`"),
        (("    - call: customers.list\n      with: {companyId: $company}\n", "    []\n"), "5: a case calls the client"),
        (("- call: customers.list", "- advance: 5x\n    - call: customers.list"), "6: `5x` is not a duration"),
        (("- call: customers.list", "- cal: customers.list"), "6: a step needs one of the keys"),
        (
            ("- call: customers.list", "- advance: 5s\n      call: customers.list"),
            "6: a step has only one of the keys call and advance",
        ),
        (("  steps:", "  needs: {customers: 1}\n  world: {}\n  steps:"), "6: a case has a `world` or `needs`"),
        (("  steps:\n", "  needs: {customers: 1}\n  steps:\n    - advance: 5s\n"), "7: a case with `advance`"),
        (("  steps:\n", "  needs: {customers: 1}\n  steps:\n    - change: {}\n"), "7: a case with `change`"),
        (("  steps:", "  faults: [{reset: true, close: true}]\n  steps:"), "5: a fault has exactly one action"),
        (("  steps:", "  faults: [{at: 0, reset: true}]\n  steps:"), "5: `at` counts from 1"),
        (("  steps:", "  faults: [{respond: {json: 1, text: x}}]\n  steps:"), "5: an answer has at most one body"),
        (("  steps:", "  faults: [{respond: {base64: '?'}}]\n  steps:"), "5: this is not base64"),
        (("  steps:", "  faults: [{respond: {status: 42}}]\n  steps:"), "5: 42 is not an HTTP status"),
        (("  steps:", "  faults: [{when: after, respond: {accepted: true}}]\n  steps:"), "5: with `when: after`"),
        (("  steps:", "  faults: [{respond: {acepted: true}}]\n  steps:"), "5: unknown key `acepted`"),
        (("  steps:", "  faults: [{respond: {accepted: maybe}}]\n  steps:"), "5: expected `bool | null`"),
        (("  steps:", "  write-safety: {of: customers.create}\n  steps:"), "5: no step calls `customers.create`"),
        (("  steps:", "  rows: []\n  steps:"), "5: `rows` is a non-empty list"),
        (("  steps:", "  rows: [{id: a, page: 1}]\n  steps:"), "5: the case does not use `$page`"),
        (("  steps:", "  rows: [{id: a}, {id: a}]\n  steps:"), "5: row `a` occurs twice"),
        (("  steps:", "  rows: [{id: 1}]\n  steps:"), "5: a row is a mapping with an `id` that is text"),
        (("  steps:", "  rows: [{id: a, company: x}, {id: b}]\n  steps:"), "5: row `b` has no `company`"),
        (("with: {companyId: $company}", "save: {key: a/b}"), "7: `a/b` is not a JSON pointer; write `/a/b`"),
        (
            ("with: {companyId: $company}", "save: {key: /a}\n      expect: {outcome: {reported: [ok, failed]}}"),
            "7: a step that saves a value must expect `reported: ok` alone",
        ),
        (("  steps:", "  client: {files: {../x: y}}\n  steps:"), "5: `../x` is not the name of a file in the home"),
        (("  steps:", "  client: {files: {/etc/x: y}}\n  steps:"), "5: `/etc/x` is not the name of a file in the home"),
        (("  steps:", "  client: {files: {x: 1}}\n  steps:"), "5: expected `str`, got `int`"),
        (
            ("  steps:", "  client: {files: {x: y}, env: {HOME: /x}}\n  steps:"),
            "5: a case with `files` has its own home folder; remove `HOME` from `env`",
        ),
        (("with: {companyId: $company}", "id: 'a:b'"), "7: `a:b` is not a valid id of a step"),
        (
            ("with: {companyId: $company}", "expect: {requests: [{query: {page: null}}]}"),
            "7: `page` cannot be null: query parameters and headers are text; write `{absent: true}`",
        ),
        (
            ("with: {companyId: $company}", "expect: {requests: [{headers: {x-trace: ~}}]}"),
            "7: `x-trace` cannot be null: query parameters and headers are text; write `{absent: true}`",
        ),
        (
            ("with: {companyId: $company}", "expect: {requests: [], attempts: 2}"),
            "7: an empty list forbids requests, and `attempts` counts them",
        ),
        (("  steps:", "  source: x\n  steps:"), "5: the key `source` occurs twice in one mapping"),
    ],
)
def test_a_mistake_is_named_by_its_line_with_a_hint(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    (found,) = problems(tmp_path, GOOD.replace(*change, 1))
    assert found.startswith(expected)


def test_every_unknown_key_of_a_case_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("title:", "titel:").replace("  steps:", "  lvel: must\n  steps:")
    found = problems(tmp_path, text.replace("with:", "wth:"))
    assert [item.split(";")[0] for item in found] == [
        "2: unknown key `titel`",
        "5: unknown key `lvel`",
        "8: unknown key `wth`",
    ]


def test_a_mistake_of_a_table_is_an_error_once_and_not_for_each_row(tmp_path: Path) -> None:
    text = GOOD.replace("with:", "wth:") + "  rows: [{id: a, company: 1}, {id: b, company: 2}]\n"
    assert problems(tmp_path, text) == ["7: unknown key `wth`; did you mean `with`?"]
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([tmp_path / "cases"])
    assert len(caught.value.findings) == 1


def test_a_duplicate_id_names_both_places(tmp_path: Path) -> None:
    write(tmp_path, "a/x.yaml", GOOD)
    folder = write(tmp_path, "b/y.yaml", "# second\n" + GOOD)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([folder])
    text = str(caught.value)
    assert "b/y.yaml:2:3: the id `area.good` occurs twice, first at" in text
    assert "a/x.yaml:1" in text


@pytest.mark.parametrize("text", ["", "a: 1", "- 5", "[]", "- id: [", "\tx"])
def test_what_is_no_list_of_cases_is_refused(tmp_path: Path, text: str) -> None:
    assert len(problems(tmp_path, text)) == 1


def test_a_file_that_is_no_text_or_not_there_is_named(tmp_path: Path) -> None:
    (write(tmp_path, "a/x.yaml", GOOD) / "a" / "z.yaml").write_bytes(b"\xff\xfe")
    _, found = read_catalogue([tmp_path / "cases", tmp_path / "nowhere"])
    assert [item.message for item in found] == [
        "the file cannot be read: it is not UTF-8",
        "there is no such file or folder",
    ]
    assert str(found[0].where).endswith("z.yaml:1:1")


def test_twenty_problems_are_printed_and_the_others_counted(tmp_path: Path) -> None:
    text = "".join(GOOD.replace("area.good", f"area.g{n}").replace("title:", "titel:") for n in range(25))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([write(tmp_path, "a/x.yaml", text)])
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "... and 5 more"
    assert len(caught.value.findings) == 25
