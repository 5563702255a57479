"""What stands in git is small enough to be read, and to be cloned."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
LIMIT = 400_000
"""Bytes of one file."""
PICTURES = {".gif", ".jpeg", ".jpg", ".png", ".webp"}


def listed(folder: Path) -> list[Path]:
    """Return the files that git has, or would add. Raises CalledProcessError where there is no repository."""
    done = subprocess.run(
        ["git", "-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
        text=True,
        timeout=scaled(60),
    )
    return [path for name in done.stdout.split("\0") if name and (path := folder / name).is_file()]


def too_large(files: Iterable[Path]) -> list[str]:
    """Return a line for each file over the limit, pictures excepted."""
    sizes = ((path, path.stat().st_size) for path in files if path.suffix.lower() not in PICTURES)
    return [f"{path.name}: {size} bytes" for path, size in sizes if size > LIMIT]


def test_no_file_is_over_400_kb_besides_pictures() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: which files git has is not known")
    files = listed(ROOT)
    assert ROOT / "README.md" in files
    assert too_large(files) == []


def test_a_large_file_is_found_and_a_picture_or_an_ignored_file_is_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, timeout=scaled(60))
    (tmp_path / ".gitignore").write_text("ignored.json\n", "utf-8")
    for name in ("large.json", "picture.png", "ignored.json"):
        (tmp_path / name).write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "small.json").write_bytes(b"x" * LIMIT)
    assert too_large(listed(tmp_path)) == [f"large.json: {LIMIT + 1} bytes"]
