from __future__ import annotations

import tarfile
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from concordat.clients.artifact import artifact_digest, artifact_version

if TYPE_CHECKING:
    from pathlib import Path


def test_a_wheel_states_its_version_in_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "renamed.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x-1.2.dist-info/METADATA", "Name: x\nVersion: 1.2\n\nVersion: 9 in the text\n")
    assert artifact_version(path) == "1.2"


@pytest.mark.parametrize(
    ("name", "manifest", "version"),
    [
        ("sdk-1.0.jar", "Manifest-Version: 1.0\r\nImplementation-Version: 1.4\r\n", "1.4"),
        ("an-sdk-1.5-rc.1.jar", "Manifest-Version: 1.0\r\n", "1.5-rc.1"),
        ("sdk.jar", "Manifest-Version: 1.0\r\n", None),
    ],
)
def test_a_jar_states_its_version_in_its_manifest_or_its_name(
    tmp_path: Path, name: str, manifest: str, version: str | None
) -> None:
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest)
    assert artifact_version(tmp_path / name) == version


def test_an_sdist_states_its_version_in_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("x-1.3/PKG-INFO")
        content = b"Name: x\nVersion: 1.3\n"
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
    assert artifact_version(path) == "1.3"


@pytest.mark.parametrize(
    ("name", "content", "version"),
    [
        ("package.json", '{"version": "2.0.0"}', "2.0.0"),
        ("package.json", "{}", None),
        ("pyproject.toml", '[project]\nversion = "2.1"', "2.1"),
        ("pyproject.toml", '[tool.poetry]\nversion = "2.2"', "2.2"),
        ("pyproject.toml", '[project]\ndynamic = ["version"]', None),
        ("readme", "", None),
    ],
)
def test_a_folder_states_its_version_where_its_language_does(
    tmp_path: Path, name: str, content: str, version: str | None
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert artifact_version(tmp_path) == version


def test_a_folders_digest_follows_its_files_names_and_bytes_and_nothing_generated(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one", "utf-8")
    digests = [artifact_digest(tmp_path)]
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x").write_text("x", "utf-8")
    assert artifact_digest(tmp_path) == digests[0]
    (tmp_path / "a").rename(tmp_path / "b")
    digests.append(artifact_digest(tmp_path))
    (tmp_path / "b").write_text("two", "utf-8")
    digests.append(artifact_digest(tmp_path))
    assert len(set(digests)) == 3
