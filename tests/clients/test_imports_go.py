"""A Go adapter's imports, listed by Go itself."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from concordat.clients.imports import NotAudited
from concordat.clients.imports_go import go_allowed, go_imports
from concordat.clients.installed import Installed
from concordat.clients.integrity import foreign_imports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SDK = "example.test/sdk"
PROGRAMS = {
    'import "fmt"': [],
    'import (\n\t"reflect"\n\tsdk "example.test/sdk/models"\n\t"concordat.local/adapter/protocol"\n)': [],
    'import "net/url"; import "net/netip"': [],
    'import "net/http"': ["net/http:2"],
    'import "net"': ["net:2"],
    "import web `net/http`": ["net/http:2"],
    'import ("os/exec"; _ "example.test/other")': ["example.test/other:2", "os/exec:2"],
    '// import "net/http"\n/*\nimport "os/exec"\n*/\nimport "os"': [],
    'import "unsafe"': ["unsafe:2"],
    'import "syscall"\nimport "plugin"': ["syscall:2", "plugin:3"],
}
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="there is no Go")


@pytest.fixture
def adapter(tmp_path: Path) -> Callable[..., Installed]:
    """Write a module of the adapter's files."""

    def written(**files: str) -> Installed:
        (tmp_path / "go.mod").write_text("module concordat.local/adapter\n\ngo 1.21\n", "utf-8")
        (tmp_path / "protocol").mkdir()
        (tmp_path / "protocol" / "serve.go").write_text("package protocol\n", "utf-8")
        for name, code in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.with_suffix(".go").write_text(code + "\n", "utf-8")
        return Installed(
            name="x",
            version="1",
            style="x",
            package=SDK,
            module=SDK,
            language="go",
            key="0",
            command=("x",),
            env={},
            cwd=tmp_path,
            sources=(tmp_path, tmp_path / "protocol"),
        )

    return written


@needs_go
@pytest.mark.parametrize(("code", "foreign"), PROGRAMS.items())
def test_only_the_sdk_the_standard_library_and_the_helper_may_be_imported(
    adapter: Callable[..., Installed], code: str, foreign: list[str]
) -> None:
    found = foreign_imports(adapter(main=f"package main\n{code}\n\nfunc main() {{}}"))
    assert [f"{one.name}:{one.where.line}" for one in found] == foreign
    assert {one.where.path.name for one in found} <= {"main.go"}


@needs_go
def test_every_package_that_is_compiled_in_is_read_and_no_other(adapter: Callable[..., Installed]) -> None:
    main = 'package main\n\nimport _ "concordat.local/adapter/testdata/deep"\n\nfunc main() {}'
    deep, unused = 'package deep\n\nimport "net/http"', 'package unused\n\nimport "os/exec"'
    for_another_system = '//go:build neverland\n\npackage main\n\nimport "os/exec"'
    installed = adapter(main=main, other=for_another_system, testdata__x="package testdata", unused__unused=unused)
    (installed.cwd / "testdata" / "deep").mkdir()
    (installed.cwd / "testdata" / "deep" / "deep.go").write_text(deep, "utf-8")
    (found,) = foreign_imports(installed)
    assert (found.name, found.where.path.name, found.where.line) == ("net/http", "deep.go", 3)


@needs_go
def test_code_that_go_cannot_read_is_not_audited(adapter: Callable[..., Installed]) -> None:
    installed = adapter(main="package main\n\nimport (")
    with pytest.raises(NotAudited, match=r"^not audited: `go list` cannot read the package in "):
        foreign_imports(installed)


@needs_go
def test_a_folder_without_a_module_is_not_audited(tmp_path: Path) -> None:
    with pytest.raises(NotAudited, match=r"^not audited: `go"):
        list(go_imports(tmp_path))


def test_without_go_nothing_is_audited(
    adapter: Callable[..., Installed], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(NotAudited, match=r"^not audited: `go` is not installed$"):
        foreign_imports(adapter(main="package main"))


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("example.test/sdk", True),
        ("example.test/sdk/v2", True),
        ("example.test/sdkx", False),
        ("encoding/json", True),
        ("network", True),
        ("net/http/httputil", False),
        ("crypto/tls", False),
        ("C", False),
    ],
)
def test_a_name_is_judged(name: str, *, allowed: bool) -> None:
    assert go_allowed(name, SDK) is allowed
