"""The folders of contracts, cases and clients: the user's project first, then the package.

A wheel has them under `concordat/data`; a checkout has them at its top. Concordat writes to the user's project only,
never to the package.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from concordat.errors import ConcordatError, Location, UsageError, did_you_mean

__all__ = [
    "ProjectSettings",
    "cache_home",
    "decode_text",
    "package_root",
    "place_of",
    "project_folder",
    "project_root",
    "project_settings",
    "read_file",
    "read_text",
    "search",
]

_KINDS = ("contracts", "cases", "clients")
_EXAMPLE = 'write [tool.concordat] and below it path = "tests/concordat"'
_FILES = ("concordat.toml", "pyproject.toml")
_SETTINGS = ("path", "fail-on", "flaky")
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_TOML_HEADING = re.compile(r"\s*\[([^\[\]]*)\]")
_MOST_BYTES = 64 * 1024 * 1024
"""Maximal size of a file that people write."""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The project's settings: all of `concordat.toml`, or `[tool.concordat]` of a pyproject.toml."""

    where: Location | None = None
    values: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """Return one setting, None where it is not set."""
        return self.values.get(key)


@cache
def package_root() -> Path:
    """Return the folder of the built-in `contracts`, `cases` and `clients`. Raises UsageError without one."""
    here = Path(__file__).resolve().parent
    for candidate in (here / "data", here.parent.parent):
        if (candidate / "contracts").is_dir() and (candidate / "clients").is_dir():
            return candidate
    message = "the package's own contracts and clients are missing"
    raise UsageError(message, where=Location(here), hint="reinstall sdk-concordat")


def project_root() -> Path | None:
    """Return the user's overlay folder, or None.

    It is `path` of the project's settings (`project_settings`), else a folder `concordat/` beside them, or in the
    current directory or one above it, that contains any of `contracts`, `cases`, `clients`.
    Raises UsageError, with the file, for settings that cannot be read and for a `path` that is not a folder.
    """
    return _overlay(Path.cwd().resolve())


@cache
def _overlay(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        configured = _configured_path(_settings_in(folder))
        if configured is not None:
            return configured
        overlay = folder / "concordat"
        if any((overlay / name).is_dir() for name in _KINDS):
            return overlay
        if any((folder / name).is_file() for name in _FILES):
            return None
    return None


def project_folder() -> Path:
    """Return the folder of the user's project, which identifies the project in a cache that projects share.

    It is the nearest one, from the current folder upwards, with settings or an overlay; else the current folder.
    """
    here = Path.cwd().resolve()
    return next((folder for folder in (here, *here.parents) if _begins_project(folder)), here)


def _begins_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _FILES) or any(
        (folder / "concordat" / name).is_dir() for name in _KINDS
    )


def project_settings() -> ProjectSettings:
    """Return the settings of the nearest `concordat.toml` or pyproject.toml, from the current folder upwards.

    Raises UsageError, with the file, for a file that cannot be read and for an unknown setting.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if any(os.path.lexists(folder / name) for name in _FILES):
            return _settings_in(folder)
    return ProjectSettings()


def _settings_in(folder: Path) -> ProjectSettings:
    """Return the settings of one folder; `concordat.toml` takes precedence over pyproject.toml."""
    for name in _FILES:
        file = folder / name
        if os.path.lexists(file):  # a broken link, or a folder of that name, is an error
            table = _table(file)
            if table or name == _FILES[0]:
                return ProjectSettings(Location(file), table)
    return ProjectSettings()


def _table(file: Path) -> dict[str, str]:
    text = read_text(file, UsageError)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, place = str(error), _TOML_PLACE.search(str(error))
        where = Location(file, int(place[1]), int(place[2])) if place else Location(file)
        raise UsageError(message, where=where, hint="correct the TOML") from error
    tools = document.get("tool", {})
    table = tools.get("concordat", {}) if isinstance(tools, dict) else {}
    title, heading = "`[tool.concordat]`", "tool.concordat"
    if file.name == _FILES[0]:
        table, title, heading = document, f"`{file.name}`", ""
    if not isinstance(table, dict):
        message = "`tool.concordat` is not a table"
        raise UsageError(message, where=_place_of_key(file, text, "concordat", "tool"), hint=_EXAMPLE)
    for key, value in table.items():
        if key not in _SETTINGS:
            message = f"`{key}` is not a setting of {title}"
            where = _place_of_key(file, text, key, heading)
            raise UsageError(message, where=where, hint=did_you_mean(key, _SETTINGS))
        if not isinstance(value, str):
            message = f"`{key}` of {title} is not text"
            raise UsageError(message, where=_place_of_key(file, text, key, heading), hint=_EXAMPLE)
    return table


def _place_of_key(file: Path, text: str, key: str, heading: str) -> Location:
    """Return the place of a key below a heading of a TOML file; the file alone for a key in another notation."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TOML_HEADING.match(line):
            current = found[1].strip()
        elif current == heading and line.partition("=")[0].strip().strip("\"'") == key:
            return Location(file, number, len(line) - len(line.lstrip()) + 1)
    return Location(file)


def _configured_path(settings: ProjectSettings) -> Path | None:
    path = settings.text("path")
    if path is None or settings.where is None:
        return None
    folder = (settings.where.path.parent / path).resolve()
    if not folder.is_dir():
        message = f"`path` of {settings.where.path.name} is not a folder: {path}"
        raise UsageError(message, where=settings.where, hint="create the folder, or correct the path")
    return folder


def search(*parts: str) -> list[Path]:
    """Return the existing paths for `parts`, the user's before the package's; a broken link counts as existing."""
    roots = dict.fromkeys(root for root in (project_root(), package_root()) if root is not None)
    return [root.joinpath(*parts) for root in roots if os.path.lexists(root.joinpath(*parts))]


def read_file(path: Path, most: int | None = _MOST_BYTES) -> bytes:
    """Return the bytes of a regular file.

    Raises OSError for a file of more than `most` bytes (None: no limit), and for a pipe or device, which may never end.
    """
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        if most is not None and status.st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most} bytes", str(path))
        return file.read()


def read_text(path: Path, refuse: type[ConcordatError], what: str = "the file") -> str:
    """Return the text of a file.

    Raises `refuse` for a file that cannot be opened, is larger than 64 MiB, or is not UTF-8 (see `decode_text`).
    """
    try:
        raw = read_file(path)
    except OSError as error:
        message, hint = f"{what} cannot be read", "check the path and its permissions"
        raise refuse(message, where=Location(path), cause=error.strerror, hint=hint) from error
    return decode_text(path, raw, refuse, what)


def decode_text(path: Path, raw: bytes, refuse: type[ConcordatError], what: str = "the file") -> str:
    """Return the bytes of a file as text. Raises `refuse`, with line and column, for bytes that are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{what} cannot be read: it is not UTF-8"
        cause = f"the byte 0x{raw[error.start]:02x}: {error.reason}"
        raise refuse(message, where=place_of(path, raw, error.start), cause=cause, hint="save it as UTF-8") from error


def place_of(path: Path, raw: bytes, offset: int) -> Location:
    """Return the line and column of the byte at `offset`; the bytes before it are UTF-8."""
    before = raw[:offset].decode("utf-8", "replace")
    return Location(path, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def cache_home() -> Path:
    """Return the folder of installed clients: `CONCORDAT_CACHE`, else the platform's cache folder."""
    explicit = os.environ.get("CONCORDAT_CACHE")
    if explicit:
        return Path(explicit).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "concordat"
