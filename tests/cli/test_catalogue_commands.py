"""`cases`, `clients`, `doctor`: what is there, said so that scripts can read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema_rs
import yaml

from concordat.clients import load_manifests
from concordat.coverage.model import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Project


def test_cases_are_listed_with_the_projects_own(project: Project) -> None:
    done = project.run("cases", "list", "--area", "mine")
    assert (done.returncode, done.stderr) == (0, "4 cases, 4 rows\n")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["mine.list", "must"],
        ["mine.wrong", "must"],
        ["mine.world", "must"],
        ["mine.write", "must"],
    ]
    assert done.stdout.splitlines()[0].endswith("must   A page is listed")


def test_only_live_cases_are_listed_on_request_and_a_wrong_area_is_named(project: Project) -> None:
    live = project.run("cases", "list", "--area", "mine", "--live")
    assert [line.split()[0] for line in live.stdout.splitlines()] == ["mine.list", "mine.wrong", "mine.write"]
    wrong = project.run("cases", "list", "--area", "mien")
    assert wrong.returncode == 2
    assert wrong.stderr == "error: no case is in the area `mien`\n  hint: did you mean `mine`?\n"


TABLE = """\
- id: tables.first
  title: The first
  why: Comes before the other.
  source: rfc:9110#9
  needs: &one {customers: 1}
  steps: [{call: customers.list, with: {companyId: $company}}]

# Pages are counted from one.
- id: tables.pages
  title: Each page is asked for  # in any order
  why: A page left out is lost.
  source: rfc:9110#9
  needs: *one
  rows:
    - {id: a, page: 1, size: [10, null]}
    - {id: b, page: 2, size: "2"}
  steps: [{call: customers.list, with: {companyId: $company, page: $page, pageSize: $size}}]

# The end.
"""


def test_a_case_is_shown_as_its_author_wrote_it(project: Project) -> None:
    project.write("cases/tables/cases.yaml", TABLE)
    whole = project.run("cases", "show", "tables.pages")
    written = TABLE[TABLE.index("# Pages") : TABLE.index("\n# The end")]
    assert (whole.returncode, whole.stdout) == (0, f"# cases/tables/cases.yaml:9\n{written}# *one: line 5\n")
    row = project.run("cases", "show", "tables.pages[b]")
    assert row.stdout == whole.stdout + '# row b\n#   page: 2\n#   size: "2"\n'
    wrong = project.run("cases", "show", "tables.page")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "error: no case is called `tables.page`\n  hint: did you mean `tables.pages` or `tables.first`?\n",
    )


def test_the_schema_takes_what_the_loader_takes(project: Project) -> None:
    done = project.run("cases", "schema")
    validator = jsonschema_rs.validator_for(json.loads(done.stdout))
    cases = yaml.safe_load((project.root / "concordat/cases/mine/cases.yaml").read_text())
    assert validator.is_valid(cases)
    cases[0]["titel"] = cases[0].pop("title")
    assert not validator.is_valid(cases)


def test_lint_finds_what_loading_does_not(project: Project) -> None:
    done = project.run("cases", "lint")
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["0 findings"]), done


def test_coverage_is_shown_for_people_and_for_programs(project: Project) -> None:
    text = project.run("cases", "coverage")
    assert (text.returncode, text.stderr) == (0, "")
    assert any(line.split() == ["accounting", "path", *KINDS[1:]] for line in text.stdout.splitlines())
    assert text.stdout.endswith("\nNo gaps.\n")
    found = json.loads(project.run("cases", "coverage", "--format", "json").stdout)
    assert {one["contract"] for one in found["contracts"]} == {"accounting", "sync-for-expenses"}
    assert project.run("cases", "coverage", "--format", "markdown").stdout.startswith("# Assertion coverage\n")


def test_coverage_of_one_operation_names_who_asserts_what_and_a_wrong_name_is_mended(project: Project) -> None:
    shown = project.run("cases", "coverage", "--operation", "customers.list").stdout.splitlines()
    assert shown[0] == "customers.list of accounting"
    assert [line.split()[1] for line in shown if line.startswith("  query")][:4] == [
        "page",
        "pageSize",
        "query",
        "orderBy",
    ]
    wrong = project.run("cases", "coverage", "--operation", "customers.lst")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith(
        "error: no contract has an operation `customers.lst`\n  hint: did you mean `customers.list`"
    )


def test_a_catalogue_is_frozen_once_into_the_project(project: Project) -> None:
    done = project.run("cases", "freeze", "mine-1")
    path = project.root / "concordat/cases/requirements/mine-1.yaml"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{path}: ")
    assert "\n  mine.wrong: {level: must}\n" in path.read_text()
    assert project.run("cases", "lint").returncode == 0
    again = project.run("cases", "freeze", "mine-1")
    assert again.returncode == 2
    assert again.stderr.startswith(f"error: {path}: the set `mine-1` exists\n  hint: choose another name")


def test_lint_holds_the_project_to_what_it_froze(project: Project) -> None:
    project.run("cases", "freeze", "mine-1")
    cases = project.root / "concordat/cases/mine/cases.yaml"
    cases.write_text(cases.read_text().replace("id: mine.write", "id: mine.writes"))
    done = project.run("cases", "lint")
    assert done.returncode == 2
    assert "requirements/mine-1.yaml:" in done.stdout
    assert "`mine.write` was frozen in mine-1 and no longer exists\n  hint: did you mean `mine.writes`" in done.stdout


def test_a_run_takes_its_cases_from_a_set_and_scores_by_it(project: Project) -> None:
    sets = project.root / "concordat/cases/requirements"
    sets.mkdir()
    (sets / "mine-1.yaml").write_text("name: mine-1\nfrozen: 2026-11-21\ncases: {mine.list: {level: should}}\n")
    done = project.run("run", "--requirements", "mine-1", "--client", "reference", "--report", "out")
    assert done.returncode == 0, done
    assert "1 executed" in done.stdout
    report = (project.root / "out/report.md").read_text()
    assert "| mine-1 | reference@1.0.0 |  | 1/1 |  |  |  |" in report
    wrong = project.run("run", "--requirements", "mine-2", "--client", "reference")
    assert wrong.returncode == 2
    assert "there is no requirement set `mine-2`" in wrong.stderr
    assert "did you mean `mine-1`" in wrong.stderr


def test_clients_are_listed_whole_in_a_narrow_pipe(project: Project) -> None:
    done = project.run("clients", "list", env={"COLUMNS": "20"})
    assert done.returncode == 0
    assert "…" not in done.stdout
    for name in load_manifests():
        assert f"\n{name} " in done.stdout
    assert "concordat_reference" in done.stdout


def test_doctor_looks_at_everything_and_prints_no_credential(project: Project, tmp_path: Path) -> None:
    secret = "not-for-anybodys-eyes"
    done = project.run("doctor", env={"CONCORDAT_API_KEY": secret})
    assert done.returncode == 0
    lines = {line[8:].split()[0]: line for line in done.stdout.splitlines()}
    assert {"python", "uv", "node", "npm", "go", "java", "mvn", "cache", "project", "catalogue"} <= set(lines)
    assert lines["CONCORDAT_API_KEY"].split()[2] == "set"
    assert "not set" in lines["CONCORDAT_COMPANY_ID"]
    assert str(tmp_path / "concordat") in lines["project"]
    assert secret not in done.stdout + done.stderr


def test_doctor_says_that_the_catalogue_is_wrong(project: Project) -> None:
    project.write("cases/bad/cases.yaml", "- id: [\n")
    done = project.run("doctor")
    assert done.returncode == 3
    (line,) = (line for line in done.stdout.splitlines() if " catalogue " in line)
    assert "cases/bad/cases.yaml" in line
    assert line.startswith("missing")


def test_doctor_says_what_is_wrong_with_the_cache_and_the_project(project: Project) -> None:
    file = project.root / "file"
    file.touch()
    (project.root / "pyproject.toml").write_text("[tool.concordat]\npath = 'gone'\n")
    done = project.run("doctor", env={"CONCORDAT_CACHE": str(file)})
    lines = {line[8:].split()[0]: line for line in done.stdout.splitlines()}
    assert (done.returncode, done.stderr) == (3, "")
    assert lines["cache"].startswith("missing")
    assert "is a file" in lines["cache"]
    assert lines["project"].startswith("missing")
    assert "is not a folder: gone" in lines["project"]
