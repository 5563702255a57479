"""What an SDK, an adapter or an argument says is printed, and obeyed by no terminal and no CI service."""

from __future__ import annotations

import ast
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from tests.timeouts import scaled

import concordat.cli

if TYPE_CHECKING:
    from tests.cli.conftest import MakeBroken, Project

POISON = (
    r"\x1b[31m\x1b]0;t\x07\r\x85\x9b\u2028\u202e\n::error::pwned\n  ::set-output name=a::pwned\n##[error]pwned\nend"
)
RAISED = f'raise RuntimeError("{POISON}")'
RAISES = f'raise ValueError("{POISON}")'


def harmless(text: str) -> None:
    assert not [one for one in text if one not in "\n\t" and unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"}], (
        text
    )
    for line in text.split("\n"):
        assert not line.strip().startswith("::"), text
        assert "##[" not in line, text


@pytest.fixture
def poisoned(broken: MakeBroken) -> Project:
    """A project whose adapter fails by itself (903), and whose SDK raises an error, each with poison in its text."""
    project = broken(903, 5)
    adapter: Path = project.root / "concordat/clients/broken/adapter.py"
    text = adapter.read_text("utf-8")
    text = text.replace('raise RuntimeError("the adapter\'s own")', RAISED)
    answer = "            answer = connection.getresponse()\n"
    text = text.replace(answer, f"{answer}            if page == 5:\n                {RAISES}\n")
    assert text.count("pwned") == 6
    adapter.write_text(text, "utf-8")
    return project


def test_a_run_prints_it_and_its_junit_file_is_xml(poisoned: Project) -> None:
    done = poisoned.run("run", "broken", "--client", "broken", "--report", "report")
    assert "pwned" in done.stdout, done
    harmless(done.stdout + done.stderr)
    junit = (poisoned.report / "junit.xml").read_text("utf-8")
    harmless(junit)
    assert len(ET.fromstring(junit).findall(".//testcase")) == 2
    for form in ("markdown", "junit", "json", "html", "har"):
        shown = poisoned.run("report", "render", "report", "--format", form)
        assert shown.returncode == 0, shown
        harmless(shown.stdout + shown.stderr)


def test_pytest_prints_it(poisoned: Project) -> None:
    suite = ("-p", "no:cacheprovider", "-p", "concordat", "--pyargs", "concordat.suite", "-rA")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *suite, "--client", "broken", "--case", "broken"],
        cwd=poisoned.root,
        env=poisoned.env(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=scaled(60),
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "pwned" in done.stdout, done
    assert "2 failed" in done.stdout
    harmless(done.stdout + done.stderr)


def test_a_check_of_a_client_prints_it(poisoned: Project) -> None:
    adapter: Path = poisoned.root / "concordat/clients/broken/adapter.py"
    adapter.write_text(adapter.read_text("utf-8").replace("self.order = order", RAISED), "utf-8")
    done = poisoned.run("clients", "check", "broken")
    assert "pwned" in done.stdout, done
    harmless(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "args",
    [
        ("run", "--client", "\x1b[31m\n::error::pwned"),
        ("run", "mine\r\n##[error]pwned"),
        ("run", "--level", "\x9b\n::error::pwned"),
        ("\x1b[31m\n::error::pwned",),
        ("cases", "show", "\u202e\n::error::pwned"),
        ("report", "render", "\x07\n::error::pwned"),
        ("run", "--client", "reference", "-k", "\x1b ("),
    ],
    ids=ascii,
)
def test_an_argument_that_is_wrong_is_named_and_not_obeyed(args: tuple[str, ...], project: Project) -> None:
    done = project.run(*args)
    assert done.returncode in (2, 3), done
    assert done.stderr
    harmless(done.stdout + done.stderr)


def test_every_command_prints_by_the_functions_that_clean() -> None:
    """`click.echo` stands where the text is cleaned, and where a terminal's line is written over."""
    found = {}
    for path in Path(concordat.cli.__file__).parent.glob("*.py"):
        calls = [
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        ]
        assert "print" not in calls, path
        assert "sys.stdout.write" not in calls, path
        if count := sum(call in ("click.echo", "click.secho") for call in calls):
            found[path.name] = count
    assert found == {"__init__.py": 3, "explore.py": 2, "compare.py": 1}
