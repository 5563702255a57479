"""Where things are found: the user's overlay before the package, and clear words for a project file that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.errors import UsageError
from concordat.resources import package_root, project_root, project_settings, read_text, search

if TYPE_CHECKING:
    from pathlib import Path


def overlay(folder: Path) -> Path:
    (folder / "cases").mkdir(parents=True)
    return folder


def test_the_overlay_is_found_from_a_folder_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = overlay(tmp_path / "concordat")
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert project_root() == made
    assert search("cases") == [made / "cases", package_root() / "cases"]


def test_another_current_folder_has_another_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = overlay(tmp_path / "one" / "concordat")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path / "one")
    assert project_root() == made
    monkeypatch.chdir(tmp_path / "two")
    assert project_root() is None


def test_the_project_file_names_the_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = overlay(tmp_path / "tests" / "sdk")
    overlay(tmp_path / "concordat")
    (tmp_path / "pyproject.toml").write_text('[tool.concordat]\npath = "tests/sdk"\n')
    monkeypatch.chdir(tmp_path)
    assert project_root() == made


def test_a_file_of_its_own_comes_before_the_project_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = overlay(tmp_path / "one")
    overlay(tmp_path / "two")
    (tmp_path / "pyproject.toml").write_text('[tool.concordat]\npath = "two"\n')
    (tmp_path / "concordat.toml").write_text('path = "one"\n')
    monkeypatch.chdir(tmp_path)
    assert project_root() == made
    assert project_settings().text("path") == "one"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[tool\n", "toml:1:6: .* correct the TOML"),
        (b"\xff\xff", "cannot be read"),
        (b"[tool]\nconcordat = 3\n", "toml:2:1: `tool.concordat` is not a table"),
        (b"[tool.concordat]\npath = 3\n", "toml:2:1: `path` of .* is not text"),
        (b"[tool.concordat]\npath = 'nowhere'\n", "is not a folder: nowhere"),
        (b"[tool.concordat]\npath = 'pyproject.toml'\n", "is not a folder"),
        (b"[other]\npth = 1\n[tool.concordat]\n  pth = '.'\n", "toml:4:3: `pth` .* did you mean `path`"),
    ],
)
def test_a_project_file_that_cannot_be_used_is_named(
    text: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message) as caught:
        project_root()
    assert caught.value.where is not None
    assert caught.value.where.path == tmp_path / "pyproject.toml"
    assert caught.value.hint


def test_a_project_file_of_other_tools_is_no_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("tool = 3\n")
    monkeypatch.chdir(tmp_path)
    assert project_root() is None


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_a_project_file_that_is_no_file_is_refused_and_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    file = tmp_path / "concordat.toml"
    file.mkdir() if kind == "folder" else file.symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="the file cannot be read") as caught:
        project_settings()
    assert str(file) in str(caught.value)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as made:
        made.truncate(64 * 1024 * 1024 + 1)
    with pytest.raises(UsageError, match="it is larger than 67108864 bytes"):
        read_text(file, UsageError)
