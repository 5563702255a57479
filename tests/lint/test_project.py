"""Every kind of file that a project holds, broken in every way: lint and the command that reads it refuse it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.cli import main
from concordat.errors import EXIT_USAGE, UsageError
from concordat.lint.project import lint_project
from concordat.runner.session import Session
from concordat.runner.settings import RunSettings
from concordat.stateful.model_run import choices_from

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLIENT = "python-expenses"


def a_run() -> None:
    """Plan a run of the client, which reads what it needs before anything is installed."""
    Session(RunSettings(clients=(CLIENT,), offline=True)).jobs()


def a_stateful_run() -> None:
    class Config:
        def getoption(self, name: str) -> Any:
            return {"--client": [CLIENT], "--target": "sandbox"}.get(name, [])

    choices_from(Config())  # type: ignore[arg-type]  # two options of pytest's config


def an_exploration() -> None:
    main(["explore", "--client", CLIENT, "--client", "reference", "--offline", "--seed", "0"])


@dataclass(frozen=True)
class Kind:
    """One kind of file: where it stands, what it looks like with one unknown key, and who reads it."""

    path: str
    unknown: str
    reader: Callable[[], None] = a_run
    wrong_top: str = "just text\n"


KINDS = {
    "contract": Kind(
        "contracts/shelves.openapi.yaml", 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\npahts: {}\npaths: {}\n'
    ),
    "variant": Kind("contracts/variants/python-sync-for-expenses.yaml", "name: python-sync-for-expenses\npahts: {}\n"),
    "manifest": Kind(
        "clients/shelves.yaml",
        "name: shelves\nlanguage: python\npackage: p\nclass: C\napis: [accounting]\npahts: 1\n"
        'styles: [{versions: "*", style: x}]\noperations: {}\n',
    ),
    "ledger": Kind(f"clients/{CLIENT}.ledger.yaml", f"client: {CLIENT}\npahts: 1\ncauses: []\n"),
    "history": Kind(f"clients/{CLIENT}.history.json", f'{{"format": 1, "client": "{CLIENT}",\n "pahts": 1}}\n'),
    "requirement set": Kind(
        "cases/requirements/shelves.yaml", "name: shelves\nfrozen: 2026-01-01\npahts: 1\ncases: {}\n"
    ),
    "known defects": Kind(
        "clients/known/stateful.yaml",
        '- {client: c, versions: "*", operation: o, check: c, reason: r, pahts: 1}\n',
        a_stateful_run,
    ),
    "parity": Kind("contracts/parity.yaml", "classes: []\npahts: 1\n", an_exploration),
    "world": Kind("contracts/schemathesis.world.yaml", "customers: 1\npahts: 1\n", lambda: None),
    "case": Kind(
        "cases/shelves/cases.yaml",
        "- id: shelves.a\n  title: T\n  pahts: 1\n  why: W\n  source: rfc:9110#9\n  world: {}\n"
        "  steps: [{call: customers.list}]\n",
    ),
}
FAULTS: dict[str, Callable[[Kind], bytes]] = {
    "no YAML or JSON": lambda kind: f"{kind.unknown}\n: [\n".encode(),
    "another type at the top": lambda kind: kind.wrong_top.encode(),
    "an unknown key": lambda kind: kind.unknown.encode(),
    "not UTF-8": lambda _kind: b"a: 1\nb: \xff\xfe\n",
    "a character that no text has": lambda _kind: b"a: 1\nb: \0\n",
    "nested too deeply": lambda _kind: b"a: " + b"[" * 3000 + b"]" * 3000 + b"\n",
    "an alias of what it stands in": lambda _kind: b"a: &a [*a]\n",
}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bytes], Path]:
    """A project of its own, which is the current folder; return how a file of it is written."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shelves'\nversion = '1'\n")
    (tmp_path / "concordat" / "clients").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONCORDAT_CACHE", str(tmp_path / "cache"))

    def written(path: str, data: bytes) -> Path:
        file = tmp_path / "concordat" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    return written


@pytest.mark.parametrize("fault", FAULTS)
def test_lint_refuses_every_kind_of_file_with_its_line(fault: str, write: Callable[[str, bytes], Path]) -> None:
    files = {name: write(kind.path, FAULTS[fault](kind)) for name, kind in KINDS.items() if name != "case"}
    found = [str(finding) for finding in lint_project()]
    for name, file in files.items():
        line = r":\d+"
        assert any(re.match(re.escape(str(file)) + line + ":", text) for text in found), (name, found)
    if fault == "an unknown key":
        assert sum("pahts" in text for text in found) == len(files), found


@pytest.mark.parametrize("fault", FAULTS)
def test_lint_refuses_a_case_file_with_its_line(
    fault: str, write: Callable[[str, bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(KINDS["case"].path, FAULTS[fault](KINDS["case"]))
    with pytest.raises(SystemExit) as ended:
        main(["cases", "lint"])
    assert ended.value.code == EXIT_USAGE
    said = capsys.readouterr()
    assert re.search(re.escape(str(file)) + r":\d+", said.out), said
    assert said.err == "1 findings\n"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", [name for name in KINDS if name != "world"])
def test_a_command_that_reads_the_file_refuses_it_with_its_line(
    name: str, fault: str, write: Callable[[str, bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kind = KINDS[name]
    file = write(kind.path, FAULTS[fault](kind))
    try:
        kind.reader()
        pytest.fail("the file is not refused")
    except SystemExit as ended:
        exit_code, said = ended.code, capsys.readouterr().err
    except UsageError as error:
        exit_code, said = error.exit_code, str(error)
    assert exit_code == EXIT_USAGE
    assert re.search(re.escape(str(file)) + r":\d+:", said), said


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("case", "world")])
def test_a_pipe_in_place_of_a_file_is_refused_and_never_waited_for(
    name: str, write: Callable[[str, bytes], Path]
) -> None:
    file = write(KINDS[name].path, b"")
    file.unlink()
    os.mkfifo(file)
    found = [str(finding) for finding in lint_project()]
    assert any(str(file) in text and "not a regular file" in text for text in found), found


def test_a_pipe_in_place_of_a_case_file_is_refused(
    write: Callable[[str, bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(KINDS["case"].path, b"")
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(SystemExit) as ended:
        main(["cases", "lint"])
    assert ended.value.code == EXIT_USAGE
    assert str(file) in capsys.readouterr().out


def test_a_file_that_nothing_reads_is_a_finding(write: Callable[[str, bytes], Path]) -> None:
    write("contracts/shelves.openapi.yaml", b"a: [")
    file = write("clients/known/other.yaml", b"[]")
    assert f"{file}:1: no command reads this file" in "\n".join(map(str, lint_project()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"format": 1, "client": "other", "cases": {}}', "the history of `python-expenses` names the client"),
        ('{"client": "python-expenses", "cases": {"a": {"digest": 1, "results": {}}}}', "expected `str`, got `int`"),
        ("[" * 100000, "the JSON cannot be read"),
    ],
)
def test_a_history_that_is_wrong_inside_is_refused(
    text: str, message: str, write: Callable[[str, bytes], Path]
) -> None:
    write(KINDS["history"].path, text.encode())
    with pytest.raises(UsageError, match=re.escape(message)):
        a_run()


@pytest.mark.parametrize(
    ("change", "where"),
    [({"versions": "newest"}, "1:"), ({"has": {"query": "["}}, "1:"), ({"answer": ["x"]}, "1:")],
)
def test_known_defects_that_are_wrong_inside_are_refused(
    change: dict[str, Any], where: str, write: Callable[[str, bytes], Path]
) -> None:
    line = {"client": "c", "versions": "*", "operation": "o", "check": "c", "reason": "r"} | change
    file = write(KINDS["known defects"].path, msgspec.json.encode([line]))
    with pytest.raises(UsageError, match=re.escape(f"{file}:{where}")):
        a_stateful_run()


@pytest.mark.parametrize(
    "name", ["ledger", "manifest", "requirement set", "known defects", "parity", "world", "contract", "variant"]
)
def test_a_file_with_nothing_but_a_comment_is_refused_with_its_line(
    name: str, write: Callable[[str, bytes], Path]
) -> None:
    file = write(KINDS[name].path, b"# to be written\n")
    assert any(str(finding).startswith(f"{file}:1:") for finding in lint_project())


@pytest.mark.parametrize("to", ["nowhere", "itself"])
@pytest.mark.parametrize("name", [name for name in KINDS if name not in {"world", "case"}])
def test_a_link_to_nothing_is_refused_and_not_missed(
    name: str, to: str, write: Callable[[str, bytes], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kind = KINDS[name]
    file = write(kind.path, b"")
    file.unlink()
    file.symlink_to(file.name if to == "itself" else to)
    assert any(finding.where and finding.where.path == file for finding in lint_project())
    with pytest.raises((SystemExit, UsageError)) as ended:
        kind.reader()
    assert str(file) in capsys.readouterr().err + str(ended.value)


@pytest.mark.parametrize(
    ("default", "cause"), [("9" * 6000, "too large"), ("2022-19-39", "month"), ('"\\0"\nx: \0', "control characters")]
)
def test_a_value_of_a_manifest_that_cannot_be_read_has_its_line(
    default: str, cause: str, write: Callable[[str, bytes], Path]
) -> None:
    file = write("clients/shelves.yaml", f"name: shelves\ndefault: {default}\n".encode())
    line = 3 if "x:" in default else 2
    assert any(f"{file}:{line}:" in text and cause in text for text in map(str, lint_project()))


def test_a_manifest_that_repeats_itself_a_billion_times_is_refused_at_once(
    write: Callable[[str, bytes], Path],
) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    file = write("clients/shelves.yaml", f"a0: &a0 [x]\n{levels}".encode())
    assert any(finding.where and finding.where.path == file for finding in lint_project())
