"""Artifacts that replace a published version: a wheel, an sdist, an npm tarball, a jar or a source folder."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import tomllib
import zipfile
from typing import TYPE_CHECKING

from concordat.errors import Location, UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["artifact_digest", "artifact_version"]

_CHUNK = 1 << 20
_JAR_MANIFEST = "META-INF/MANIFEST.MF"
_JAR_NAME = re.compile(r".+?-(\d[\w.+-]*)\.jar")
_VERSION_LINES = ("Version:", "Implementation-Version:")
_OMITTED = {"__pycache__", "node_modules", ".git", ".venv"}


def artifact_version(path: Path) -> str | None:
    """Return the version in an artifact's metadata, or in a jar's name (`ARTIFACT-VERSION.jar`), None without one.

    Raises UsageError for a file that is not the archive of its suffix.
    """
    try:
        if path.is_dir():
            return _folder_version(path)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.endswith((".dist-info/METADATA", _JAR_MANIFEST))]
                stated = _metadata_version(archive.read(names[0])) if names else None
            named = _JAR_NAME.fullmatch(path.name)
            return stated or (named[1] if named else None)
        return _tar_version(path)
    except (OSError, tarfile.TarError, zipfile.BadZipFile, ValueError) as error:
        message = "the artifact cannot be read"
        raise UsageError(message, where=Location(path), cause=str(error)) from error


def artifact_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and contents of a folder's files."""
    digest = hashlib.sha256()
    if not path.is_dir():
        _add_file(digest, path)
        return digest.hexdigest()
    for file in sorted(path.rglob("*")):
        relative = file.relative_to(path)
        if file.is_file() and not _OMITTED.intersection(relative.parts):
            digest.update(f"{relative.as_posix()}\0{file.stat().st_size}\0".encode())
            _add_file(digest, file)
    return digest.hexdigest()


def _add_file(digest: hashlib._Hash, path: Path) -> None:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)


def _tar_version(path: Path) -> str | None:
    with tarfile.open(path) as archive:
        for member in archive:
            tail = member.name.partition("/")[2]
            if tail in {"package.json", "PKG-INFO"}:
                stream = archive.extractfile(member)
                content = stream.read() if stream else b""
                return _json_version(content) if tail == "package.json" else _metadata_version(content)
    return None


def _folder_version(path: Path) -> str | None:
    if (path / "package.json").is_file():
        return _json_version((path / "package.json").read_bytes())
    if (path / "pyproject.toml").is_file():
        table = tomllib.loads((path / "pyproject.toml").read_text("utf-8"))
        project = table.get("project") or table.get("tool", {}).get("poetry") or {}
        version = project.get("version")
        return version if isinstance(version, str) else None
    return None


def _json_version(content: bytes) -> str | None:
    table = json.loads(content)
    version = table.get("version") if isinstance(table, dict) else None
    return version if isinstance(version, str) else None


def _metadata_version(content: bytes) -> str | None:
    for line in content.decode("utf-8", "replace").splitlines():
        if line.startswith(_VERSION_LINES):
            return line.partition(":")[2].strip()
        if not line:
            break
    return None
