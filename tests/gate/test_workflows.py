"""The workflows of docs/ci.md and the steps of action.yml do what the page says, with real packages."""

from __future__ import annotations

import os
import shlex
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import yaml
from tests.gate import changed_module as modules
from tests.gate import changed_packages as packages
from tests.gate.workflow import PAGE, ROOT, GitHub, GitLab, bash, shown

from concordat.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable

WORKFLOW = ".github/workflows/conformance.yml"
WORKFLOW_OF_GO = ".github/workflows/conformance-go.yml"
PIPELINE = ".gitlab-ci.yml"
CASES = "pagination.list.allowed-bounds errors.get.status requests.path.customer-id-stays-one-segment push.accepted"


def prepared(folder: Path, client: str) -> Path:
    """Return an SDK's repository with the baseline that the page has made, of fewer cases."""
    repository = folder / "repository"
    (repository / "conformance").mkdir(parents=True)
    text = PAGE.read_text("utf-8")
    settings = text.split("```toml\n")[1].split("```")[0]
    (repository / "pyproject.toml").write_text(settings)
    lines = text.split("```console\n")[1].split("```")[0].splitlines()
    commands = [line.removeprefix("$ ").replace("python-expenses@8.0.1", client) for line in lines]
    commands[0] = commands[0].replace("concordat run", f"concordat run {CASES}")
    made = bash("\n".join(commands), repository, {})
    assert made.returncode == 0, made
    return repository


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `concordat` on the path, as after its installation."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], GitHub]:
    """Make a run of the workflow whose build has left the wheel, with one defect or with none."""
    folder = tmp_path_factory.mktemp("github")
    wheel = packages.download_wheel(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        repository = prepared(folder, "python-expenses@8.0.1")

    def start(name: str) -> GitHub:
        edits = [packages.WHEEL_EDITS[name]] if name else []
        run = GitHub(shown(WORKFLOW), repository, folder / f"run-{name}", {"cases": CASES})
        packages.changed_wheel(wheel, edits, folder / f"dist-{name}")
        run.keep("dist", folder / f"dist-{name}")
        return run

    return start


@pytest.fixture(scope="module")
def gitlab(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], GitLab]:
    """Make a pipeline whose build has left the tarball, with one defect or with none."""
    folder = tmp_path_factory.mktemp("gitlab")
    tarball = packages.download_tarball(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        repository = prepared(folder, "typescript-expenses@3.1.0")

    def start(name: str) -> GitLab:
        edits = [packages.TARBALL_EDITS[name]] if name else []
        work = folder / f"run-{name}"
        packages.changed_tarball(tarball, edits, work / "kept" / "dist")
        return GitLab(shown(PIPELINE), repository, work, {"CASES": CASES})

    return start


@pytest.mark.registry
@pytest.mark.parametrize(("defect", "code"), [("", 0), ("status-dropped", 1)])
def test_the_workflow_for_github_ships_a_release_and_stops_one(
    github: Callable[[str], GitHub], defect: str, code: int
) -> None:
    run = github(defect)
    played = run.job("run")
    assert [done.code for done in played] == [0, 0], played
    assert all("## SDK conformance" in done.summary for done in played)
    (gate,) = run.job("gate")
    assert gate.code == code, gate
    assert ("request.body at /status (missing)" in gate.output) is bool(code)
    assert gate.summary.startswith(f"## SDK conformance\n\n### Gate: **{'STOPPED' if code else 'PASSED'}**")
    assert (run.work / "artifacts" / "conformance" / "report.html").is_file()


@pytest.mark.registry
@pytest.mark.parametrize(("defect", "code"), [("", 0), ("page-size-not-sent", 1)])
def test_the_pipeline_for_gitlab_ships_a_release_and_stops_one(
    gitlab: Callable[[str], GitLab], defect: str, code: int
) -> None:
    run = gitlab(defect)
    played = run.job("run")
    assert [done.code for done in played] == [0, 0], played
    (gate,) = run.job("gate")
    assert gate.code == code, gate
    assert ("request.query at /pageSize (missing)" in gate.output) is bool(code)
    assert (run.work / "kept" / "reports" / "whole" / "junit.xml").is_file()


@pytest.mark.registry
def test_the_action_alone_compares_and_fails_for_what_the_policy_says(github: Callable[[str], GitHub]) -> None:
    run = github("page-size-not-sent")
    (text,) = [text for text in PAGE.read_text("utf-8").split("```") if text.startswith("yaml\n      - uses:")]
    snippet = yaml.safe_load(text.removeprefix("yaml\n"))
    (wheel,) = (run.work / "artifacts" / "dist").glob("*.whl")
    snippet[0]["with"]["client"] = f"python-expenses@{wheel}"
    steps = [{"uses": "actions/checkout@v4"}, *snippet]
    run.workflow["jobs"]["alone"] = {"steps": steps}
    (done,) = run.job("alone")
    assert done.code == 1, done
    assert "STOPPED" in done.summary
    assert done.output.count("request.query at /pageSize (missing)") >= 1


@pytest.mark.registry
@pytest.mark.parametrize(("defect", "code"), [("", 0), ("status-dropped", 1)])
def test_the_workflow_for_a_go_module_ships_a_release_and_stops_one(tmp_path: Path, defect: str, code: int) -> None:
    repository = modules.changed([], tmp_path / "repository")
    clients = repository / "conformance" / "clients"
    clients.mkdir(parents=True)
    (clients / "go-sending.yaml").write_text(modules.MANIFEST, "utf-8")
    (repository / "pyproject.toml").write_text('[tool.concordat]\npath = "conformance"\n', "utf-8")
    made = bash(
        f"concordat run {CASES} --client go-sending@. --report ../baseline || [ $? = 1 ]\n"
        "concordat report publish ../baseline --into conformance/baseline",
        repository,
        {},
    )
    assert made.returncode == 0, made
    modules.change(repository, [modules.EDITS[defect]] if defect else [])
    workflow = shown(WORKFLOW_OF_GO)
    (step,) = [step for step in workflow["jobs"]["gate"]["steps"] if "client" in step.get("with", {})]
    step["with"]["client"] = step["with"]["client"].replace("go-expenses", "go-sending")
    (done,) = GitHub(workflow, repository, tmp_path / "run", {"cases": CASES}).job("gate")
    assert done.code == code, done
    assert ("request.body at /status (missing)" in done.output) is bool(code)
    assert ("STOPPED" in done.summary) is bool(code)
    assert (tmp_path / "run" / "artifacts" / "conformance" / "report.html").is_file()


@pytest.mark.registry
def test_the_action_installs_concordat_where_there_is_none_and_leaves_one_that_is_there(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    (step,) = [step for step in action["runs"]["steps"] if "pip install" in step["run"]]
    env = {"PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin", "REQUIREMENT": str(ROOT)}
    assert bash("concordat --version", tmp_path, env).returncode == 127, "there is one already"
    assert bash(step["run"], tmp_path, env).returncode == 0
    installed = bash("concordat --version", tmp_path, env)
    assert installed.stdout.startswith("concordat, version ")
    again = bash(step["run"], tmp_path, env | {"REQUIREMENT": "no-such-package-anywhere"})
    assert again.returncode == 0, again


def test_every_concordat_command_of_the_workflows_is_one() -> None:
    github, gitlab = shown(WORKFLOW), shown(PIPELINE)
    scripts = [step["run"] for job in github["jobs"].values() for step in job["steps"] if "run" in step]
    scripts += [line for job in gitlab.values() if isinstance(job, dict) for line in job.get("script", [])]
    lines = [line for script in scripts for line in script.splitlines() if line.startswith("concordat ")]
    assert len(lines) == 5
    for line in lines:
        words = shlex.split(line.partition(" || ")[0].replace("$(ls dist/*.tgz)", "dist/x.tgz").replace("$CASES", ""))
        command: click.Command = cli
        while isinstance(command, click.Group):
            words = words[1:]
            found = command.get_command(click.Context(command, **cli.context_settings), words[0])
            assert found is not None, line
            command = found
        assert command.make_context(words[0], words[1:], **cli.context_settings).params, line


def test_the_action_takes_every_input_through_its_environment_alone() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert all("${{" not in step["run"] for step in action["runs"]["steps"]), "an input would be run as a command"
    used = str([step["env"] for step in action["runs"]["steps"]])
    assert all(f"inputs.{name}" in used for name in action["inputs"])
