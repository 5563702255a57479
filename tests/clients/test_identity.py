from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from concordat.clients.identity import user_agent_problem, version_on_disk
from concordat.clients.installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

INFO = "venv/lib/python3.11/site-packages/{}/METADATA"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: {}\nSummary: x\n\nVersion: 9\n"
FILES = {
    "python": ("python", {INFO.format("some_sdk-1.2.dist-info"): METADATA.format("Some.SDK", "1.2")}, "1.2"),
    "another-package": ("python", {INFO.format("other-3.dist-info"): METADATA.format("other", "3")}, None),
    "builtin": ("python", {"adapter/sdk/__init__.py": '"""X."""\n__version__ = "4.0"\n'}, "4.0"),
    "computed": ("python", {"adapter/sdk/__init__.py": "__version__ = read()\n"}, None),
    "broken": ("python", {"adapter/sdk/__init__.py": "__version__ = ="}, None),
    "npm": ("typescript", {"node_modules/some-sdk/package.json": json.dumps({"version": "5.1.0"})}, "5.1.0"),
    "npm-broken": ("typescript", {"node_modules/some-sdk/package.json": "{"}, None),
    "npm-list": ("typescript", {"node_modules/some-sdk/package.json": "[]"}, None),
    "go": ("go", {"go.mod": "module x\n\nrequire (\n\tother v1.0.0\n\tsome-sdk v0.20.0\n)\n"}, "v0.20.0"),
    "nothing": ("go", {}, None),
    "java": ("java", {}, None),
}


@pytest.mark.parametrize(("language", "files", "version"), FILES.values(), ids=FILES.keys())
def test_the_version_is_read_from_the_packages_own_files(
    tmp_path: Path, language: str, files: dict[str, str], version: str | None
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    installed = Installed(
        name="x",
        version="1",
        style="x",
        package="some-sdk",
        module="sdk",
        language=language,
        key="0",
        command=("x",),
        env={},
        cwd=tmp_path,
        sources=(tmp_path / "adapter",),
    )
    assert version_on_disk(installed) == version


FINE = [
    "",
    "python-requests/2.31.0",
    "node",
    "some-sdk",
    "some-sdk/1.2.0",
    "Some-SDK/v1.2.0 (linux 6.1)",
    "generator/python 1.2.0 2.881.4 prealpha some-sdk",
    "generator 1.2.0 2.5.1 @scope/some-sdk node/18.0.1",
]
CONTRADICTIONS = {
    "some-sdk/1.3.0": "names version 1.3.0, installed is 1.2.0",
    "some-sdk 1.2.0-rc.1": "names version 1.2.0-rc.1",
    "generator/python 1.3.0 2.881.4 prealpha some-sdk": "names the versions 1.3.0, 2.881.4",
    "sdk_module@11.2.0": "names version 11.2.0",
}


@pytest.mark.parametrize("text", FINE)
def test_a_user_agent_that_tells_nothing_else_is_fine(text: str) -> None:
    assert user_agent_problem(text, names={"some-sdk", "sdk_module"}, version="1.2.0") is None
    assert user_agent_problem(text, names={"some-sdk", ""}, version="v1.2.0") is None


@pytest.mark.parametrize(("text", "said"), CONTRADICTIONS.items())
def test_a_user_agent_with_another_version_contradicts(text: str, said: str) -> None:
    problem = user_agent_problem(text, names={"some-sdk", "sdk_module"}, version="1.2.0")
    assert problem is not None
    assert said in problem
