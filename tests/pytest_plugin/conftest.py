"""Plain pytest in a user's own folder, as a process: the plugin is found by its entry point, as users get it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.runner.result import Report

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE = scaled(180)


@dataclass
class Folder:
    """A user's folder."""

    root: Path
    cache: Path

    def pytest(
        self, *args: str, autoload: bool = False, api_key: str | None = None, cache: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run `pytest ARGS` to its end; without `autoload` other people's plugins do not cost their start."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        if not autoload:
            kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            args = ("-p", "concordat", *args)
        if api_key is not None:
            kept["CONCORDAT_API_KEY"] = api_key
        return subprocess.run(
            [sys.executable, "-m", "pytest", *(() if cache else ("-p", "no:cacheprovider")), *args],
            cwd=self.root,
            env=kept | {"HOME": str(self.root), "CONCORDAT_CACHE": str(self.cache), "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def suite(self, *args: str, cache: bool = False) -> subprocess.CompletedProcess[str]:
        """Run Concordat's suite with pytest, with pytest's own cache or without."""
        return self.pytest("--pyargs", "concordat.suite", "--report", "report", *args, cache=cache)

    def report(self, name: str = "report") -> Report:
        """The report as it stands, complete or not."""
        return msgspec.json.decode((self.root / name / "report.json").read_bytes(), type=Report)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of clients for all of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path, cache: Path) -> Folder:
    """An empty folder of a user, with cases of its own in the area `mine`."""
    cases = tmp_path / "concordat" / "cases" / "mine" / "cases.yaml"
    cases.parent.mkdir(parents=True)
    step = "steps: [{call: customers.list, with: {companyId: $company}"
    head = "title: T, why: W, source: 'rfc:9110#9', world: {customers: 1}"
    wrong = "expect: {requests: [{query: {page: 9}}]}"
    cases.write_text(
        f"- {{id: mine.wrong, {head}, {step}, {wrong}}}]}}\n"
        f"- {{id: mine.right, {head}, {step}}}]}}\n"
        f"- {{id: mine.also-right, {head}, {step}}}]}}\n"
        f"- {{id: mine.asynchronous, {head}, client: {{mode: async}}, {step}}}]}}\n"
    )
    return Folder(tmp_path, cache)
