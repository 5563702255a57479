"""What a run says of its adapters without playing a case for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.clients import Hello, Installed
from concordat.runner.client_info import integrity_of

if TYPE_CHECKING:
    from pathlib import Path

HELLO = Hello(
    protocol=2, style="x", package="sdk", version="4.0", language="python", runtime="python", operations=["things.get"]
)
FILES = {
    "fine": ("import sdk\n", "4.0", "ok", "ok"),
    "foreign": ("import json\nimport httpx\n", "4.0", "it imports httpx (adapter.py:2)", "ok"),
    "unreadable": ("import\n", "4.0", "not checked: its code cannot be read: SyntaxError", "ok"),
    "other-version": ("import sdk\n", "5.0", "ok", "the package's files are of 5.0, the adapter reports 4.0"),
    "no-version": ("import sdk\n", None, "ok", "not checked: the package's files name no version"),
}


def installed(folder: Path) -> Installed:
    return Installed(
        name="x",
        version="4.0",
        style="x",
        package="sdk",
        module="sdk",
        language="python",
        key="0",
        command=("x",),
        env={},
        cwd=folder,
        sources=(folder,),
    )


@pytest.mark.parametrize(("code", "version", "imports", "said"), FILES.values(), ids=FILES.keys())
def test_imports_and_version_are_read_from_the_files(
    tmp_path: Path, code: str, version: str | None, imports: str, said: str
) -> None:
    (tmp_path / "adapter.py").write_text(code, "utf-8")
    (tmp_path / "sdk").mkdir()
    (tmp_path / "sdk" / "__init__.py").write_text(f"__version__ = {version!r}\n" if version else "", "utf-8")
    found = integrity_of(installed(tmp_path), HELLO)
    assert (found.imports, found.version) == (imports, said)
    assert found.stub == "see `concordat clients check`"
    assert found.user_agent.startswith("not checked")


def test_an_adapter_whose_code_is_not_known_is_not_called_fine(tmp_path: Path) -> None:
    found = integrity_of(msgspec.structs.replace(installed(tmp_path), sources=()), HELLO)
    assert found.imports == "not checked: its code is not known"


def test_a_compiled_adapter_that_cannot_be_listed_is_not_audited_and_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    found = integrity_of(msgspec.structs.replace(installed(tmp_path), language="go"), HELLO)
    assert found.imports == "not audited: `go` is not installed"
    assert not [text for text in found.trouble if text.startswith("not audited")]
