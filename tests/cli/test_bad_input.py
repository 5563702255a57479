"""Whatever is wrong with what the user wrote: one clear message, the right exit code, and no traceback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.errors import EXIT_HARNESS, EXIT_USAGE
from concordat.runner.result import Footer, Header, Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Project

GOOD = "id: mine.a, title: T, why: W, source: 'rfc:9110#9', world: {}, steps: [{call: customers.list}]"
RUN = ("run", "--client", "reference", "--report", "report")
FILE = r"concordat/cases/bad/cases\.yaml"
NOTHING_LISTENS = "http://127.0.0.1:9"
SECRET = "not-for-anybodys-eyes"


def _cases(text: str) -> Callable[[Any], None]:
    return lambda project: project.write("cases/bad/cases.yaml", text)


def _incomplete(project: Project) -> None:
    report = Report(
        header=Header(
            concordat="0",
            run_id="r",
            started="now",
            target="sandbox",
            settings={},
            catalogue_sha256="",
            contracts={},
        ),
        clients=(),
        results=(),
        parity=(),
        totals={},
        footer=Footer(complete=False, finished="now", exit_code=3, note="interrupted, 2 of 3 results are missing"),
    )
    project.report.mkdir()
    (project.report / "report.json").write_bytes(msgspec.json.encode(report))


def _nothing(_project: Project) -> None:
    """The project is as it should be."""


@pytest.mark.parametrize(
    ("prepare", "args", "exit_code", "where", "message", "hint"),
    [
        pytest.param(
            _cases(f"- {{{GOOD.replace('title', 'titel')}}}\n"),
            (*RUN, "mine"),
            EXIT_USAGE,
            rf"{FILE}:1",
            "unknown key `titel`",
            "did you mean `title`",
            id="a misspelt key in a case file",
        ),
        pytest.param(
            _cases(f"\n- {{{GOOD.replace('customers.list', 'customers.lst')}}}\n"),
            ("cases", "lint"),
            EXIT_USAGE,
            rf"{FILE}:2",
            "customers.lst",
            "did you mean `customers.list`",
            id="an unknown operation",
        ),
        pytest.param(
            _cases(f"- {{{GOOD}}}\n- {{{GOOD}}}\n"),
            (*RUN, "mine"),
            EXIT_USAGE,
            rf"{FILE}:2",
            "mine.a",
            "",
            id="an id that is there twice",
        ),
        pytest.param(
            _cases("- id: [\n"),
            (*RUN, "mine"),
            EXIT_USAGE,
            rf"{FILE}:\d",
            "YAML",
            "",
            id="a case file that is not YAML",
        ),
        pytest.param(
            _cases(f"- {{{GOOD.replace('world: {}', 'world: {custommers: 1}')}}}\n"),
            (*RUN, "mine"),
            EXIT_USAGE,
            rf"{FILE}:1",
            "custommers",
            "did you mean `customers`",
            id="a world that cannot be made",
        ),
        pytest.param(
            _nothing,
            ("run", "mine", "--client", "referense"),
            EXIT_USAGE,
            "",
            "there is no client `referense`",
            "did you mean `reference`",
            id="an unknown client",
        ),
        pytest.param(
            _nothing,
            (*RUN, "--shard", "3/2"),
            EXIT_USAGE,
            "",
            "invalid shard `3/2`",
            "write --shard I/N",
            id="a shard beyond its whole",
        ),
        pytest.param(
            _nothing,
            (*RUN, "mine.lst"),
            EXIT_USAGE,
            "",
            "no case is called `mine.lst`",
            "did you mean `mine.list`",
            id="an unknown case",
        ),
        pytest.param(
            _nothing,
            (*RUN, "mine", "--target", NOTHING_LISTENS),
            EXIT_USAGE,
            "",
            "CONCORDAT_API_KEY is not set",
            "export CONCORDAT_API_KEY",
            id="a live target without a credential",
        ),
        pytest.param(
            lambda project: project.environment.update(CONCORDAT_API_KEY=SECRET),
            (*RUN, "mine", "--target", NOTHING_LISTENS),
            EXIT_HARNESS,
            "",
            f"the target {NOTHING_LISTENS} does not answer",
            "check --target",
            id="a live target where nothing listens",
        ),
        pytest.param(
            lambda project: project.environment.update(CONCORDAT_API_KEY=SECRET),
            (*RUN, "mine", "--target", "sandbocks"),
            EXIT_USAGE,
            "",
            "not a plain http or https URL",
            "write it like",
            id="a target that is no URL",
        ),
        pytest.param(
            _nothing,
            ("run", "mine", "--client", "reference", "--report", "concordat/cases/mine/cases.yaml/report"),
            EXIT_USAGE,
            "",
            "the report cannot be written",
            "choose another --report",
            id="a report folder that cannot be made",
        ),
        pytest.param(
            _incomplete,
            ("report", "render", "report"),
            EXIT_USAGE,
            r"report/report\.json",
            "the report is not complete",
            "run it again",
            id="a report that is not complete",
        ),
        pytest.param(
            _nothing,
            ("report", "render", "nowhere"),
            EXIT_USAGE,
            "nowhere",
            "the report cannot be read",
            "name a report.json",
            id="a report that is not there",
        ),
        pytest.param(
            _nothing, ("cases", "show", "mine.lst"), EXIT_USAGE, "", "`mine.lst`", "did you mean `mine.list`", id="show"
        ),
        pytest.param(
            _nothing, ("rnu",), EXIT_USAGE, "", "no command `rnu`", "did you mean `run`", id="an unknown command"
        ),
        pytest.param(
            lambda project: (project.root / "pyproject.toml").write_text("[tool\n"),
            ("cases", "list"),
            EXIT_USAGE,
            r"pyproject\.toml",
            "",
            "correct the TOML",
            id="a project file that is not TOML",
        ),
        pytest.param(
            lambda project: (project.root / "pyproject.toml").write_text("[tool.concordat]\npath = 'gone'\n"),
            RUN,
            EXIT_USAGE,
            r"pyproject\.toml",
            "is not a folder: gone",
            "correct the path",
            id="an overlay that is not there",
        ),
        pytest.param(
            _cases(f"- {{{GOOD.replace('world: {}', 'world: {custommers: 1}')}}}\n"),
            ("cases", "lint"),
            EXIT_USAGE,
            rf"{FILE}:1",
            "custommers",
            "did you mean `customers`",
            id="a world that cannot be made, linted",
        ),
        pytest.param(
            lambda project: (project.root / "concordat/cases/mine/folder.yaml").mkdir(),
            (*RUN, "mine"),
            EXIT_USAGE,
            r"mine/folder\.yaml",
            "the file cannot be read",
            "the path is a file and not a folder",
            id="a folder that is called like a case file",
        ),
        pytest.param(
            _nothing,
            (*RUN, "mine", "-k", "and and"),
            EXIT_USAGE,
            "",
            "Wrong expression passed to '-k'",
            "",
            id="an expression that is none",
        ),
        pytest.param(
            _nothing,
            (*RUN, "mine", "-k", "and and", "--workers", "2"),
            EXIT_USAGE,
            "",
            "Wrong expression passed to '-k'",
            "",
            id="an expression that is none, for workers",
        ),
    ],
)
def test_bad_input_is_one_clear_message(  # noqa: PLR0917 - the columns of the table
    prepare: Callable[[Any], None],
    args: tuple[str, ...],
    exit_code: int,
    where: str,
    message: str,
    hint: str,
    project: Project,
) -> None:
    prepare(project)
    done = project.run(*args, env=project.environment)
    said = done.stderr if args[:2] != ("cases", "lint") else done.stdout + done.stderr
    assert (done.returncode, "Traceback" in done.stdout + done.stderr) == (exit_code, False), done
    assert message in said
    assert hint in said
    assert re.search(where, said), said
    assert said.count(message) == 1 or not message, said
    assert SECRET not in done.stdout + done.stderr
    assert args[0] == "report" or not (project.report / "report.json").exists()
