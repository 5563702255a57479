"""Enough of two CI systems to run the documented workflows, from the very files, on this machine.

Of GitHub Actions: jobs with a matrix, `run` steps under bash as it is there, outputs, `always()`, composite actions,
and artifacts in place of the three actions that move files. Of GitLab: stages, `parallel`, variables, artifacts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.gate.gated import TODAY
from tests.timeouts import scaled

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ci.md"
ACTION = "your-organisation/concordat@v0.1.0"
DEADLINE = scaled(600)
_SHOWN = re.compile(r"^`([^`\n]+)`\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def shown(path: str) -> dict[str, Any]:
    """Return a whole file of the page, parsed."""
    (text,) = [text for name, text in _SHOWN.findall(PAGE.read_text("utf-8")) if name == path]
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@dataclass
class Done:
    """How a job ended: its exit code, what it printed, and what it put on its page."""

    code: int = 0
    output: str = ""
    summary: str = ""


def bash(script: str, folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a CI does: it ends at the first command that fails."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1", "CI": "true", "CONCORDAT_TODAY": TODAY} | env,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@dataclass
class GitHub:
    """One workflow run: `repository` is what is checked out, `inputs` go to the action beside those of the file."""

    workflow: dict[str, Any]
    repository: Path
    work: Path
    inputs: dict[str, str] = field(default_factory=dict)

    def job(self, name: str) -> list[Done]:
        """Run a job, once for each value of its matrix, each in a checkout of its own."""
        job = self.workflow["jobs"][name]
        matrix = job.get("strategy", {}).get("matrix", {"": [""]})
        ((key, values),) = matrix.items()
        return [self._once(name, job, {f"matrix.{key}": str(value)}, f"{name}-{value}") for value in values]

    def keep(self, name: str, source: Path) -> None:
        """Keep a folder as an artifact."""
        shutil.copytree(source, self.work / "artifacts" / name)

    def _once(self, name: str, job: dict[str, Any], context: dict[str, str], label: str) -> Done:
        folder = self.work / label
        done = Done()
        for number, step in enumerate(job["steps"]):
            if done.code and "always()" not in str(step.get("if", "")):
                continue
            code, output = self._step(step, folder, context, done, number)
            done.code = done.code or code
            done.output += output
        assert folder.is_dir(), f"{name} checks nothing out"
        return done

    def _step(
        self, step: dict[str, Any], folder: Path, context: dict[str, str], done: Done, number: int
    ) -> tuple[int, str]:
        given = {key: evaluated(str(value), context) for key, value in step.get("with", {}).items()}
        uses = step.get("uses", "")
        if uses.startswith("actions/checkout@"):
            shutil.copytree(self.repository, folder)
        elif uses.startswith("actions/upload-artifact@"):
            self.keep(given["name"], folder / given["path"])
        elif uses.startswith("actions/download-artifact@"):
            self._download(given, folder)
        elif uses.startswith("actions/setup-"):
            pass  # the toolchain of this machine takes its place
        elif uses == ACTION:
            return self._action(given | self.inputs, folder, done)
        else:
            return self._run(step, folder, context, done, f"{folder.name}-{number}")
        return 0, ""

    def _download(self, given: dict[str, str], folder: Path) -> None:
        if "name" in given:
            shutil.copytree(self.work / "artifacts" / given["name"], folder / given["path"])
            return
        for found in sorted((self.work / "artifacts").glob(given["pattern"])):
            shutil.copytree(found, folder / given["path"] / found.name)

    def _action(self, given: dict[str, str], folder: Path, done: Done) -> tuple[int, str]:
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        assert given.keys() <= action["inputs"].keys(), "an input that the action does not have"
        required = {name for name, about in action["inputs"].items() if about.get("required")}
        assert required <= given.keys()
        inputs = {name: given.get(name, about.get("default", "")) for name, about in action["inputs"].items()}
        context = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(ROOT)}
        failed, output = 0, ""
        for number, step in enumerate(action["runs"]["steps"]):
            if failed and "always()" not in str(step.get("if", "")):
                continue
            code, said = self._run(step, folder, context, done, f"{folder.name}-action-{number}")
            failed, output = failed or code, output + said
        return failed, output

    def _run(
        self, step: dict[str, Any], folder: Path, context: dict[str, str], done: Done, label: str
    ) -> tuple[int, str]:
        outputs, page = self.work / f"{label}.outputs", self.work / f"{label}.summary"
        outputs.touch()
        page.touch()
        env = {**self.workflow.get("env", {}), **step.get("env", {})}
        given = {key: evaluated(str(value), context) for key, value in env.items()}
        given |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(page)}
        ran = bash(evaluated(step["run"], context), folder, given)
        for line in outputs.read_text().splitlines():
            key, _, value = line.partition("=")
            context[f"steps.{step['id']}.outputs.{key}"] = value
        done.summary += page.read_text()
        return ran.returncode, ran.stdout + ran.stderr


def evaluated(text: str, context: dict[str, str]) -> str:
    """Return a text with its expressions replaced; a name that there is nothing of is an error here."""

    def value(found: re.Match[str]) -> str:
        names = [name.strip() for name in found[1].split("||")]
        return next((context[name] for name in names if context[name]), "")

    return _EXPRESSION.sub(value, text)


@dataclass
class GitLab:
    """One pipeline: `variables` stand over those of the file, as when a pipeline is started by hand."""

    pipeline: dict[str, Any]
    repository: Path
    work: Path
    variables: dict[str, str] = field(default_factory=dict)

    def job(self, name: str) -> list[Done]:
        """Run a job as often as it is parallel; what it keeps is there for the jobs after it."""
        job = self.pipeline[name]
        total = job.get("parallel", 1)
        return [self._once(job, f"{name}-{index}", index, total) for index in range(1, total + 1)]

    def _once(self, job: dict[str, Any], label: str, index: int, total: int) -> Done:
        folder = self.work / label
        shutil.copytree(self.repository, folder)
        kept = self.work / "kept"
        if kept.exists():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        env = self.pipeline["variables"] | self.variables
        env |= {"CI_NODE_INDEX": str(index), "CI_NODE_TOTAL": str(total)}
        ran = bash("\n".join(job["script"]), folder, env)
        if ran.returncode == 0 or job["artifacts"].get("when") == "always":
            for path in job["artifacts"]["paths"]:
                if (folder / path).exists():
                    shutil.copytree(folder / path, kept / path, dirs_exist_ok=True)
        return Done(ran.returncode, ran.stdout + ran.stderr)
