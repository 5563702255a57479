"""The plan of one installation, for the builders of all languages."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concordat.clients.installed import Installed
from concordat.clients.provision.tools import Step, run

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.clients.registry import ClientChoice

__all__ = ["Builder", "Built", "Plan", "Progress", "copied_files", "copy_tree", "file_digest"]

_OMITTED = {"__pycache__", "node_modules"}
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """One installation: `building` is the folder of the build, `folder` that of the finished installation."""

    choice: ClientChoice
    config: dict[str, Any]
    key: str
    folder: Path
    building: Path
    style: Path
    helper: Path
    lock: Path | None
    offline: bool
    progress: Progress

    @property
    def name(self) -> str:
        """The client's label, for messages."""
        return self.choice.label

    def write_config(self) -> None:
        """Write the adapter's configuration beside it."""
        text = json.dumps(self.config, indent=2, ensure_ascii=False)
        (self.building / "config.json").write_text(text + "\n", "utf-8")

    async def step(self, doing: str, *command: str, deadline: float, env: dict[str, str] | None = None) -> str:
        """Report and run one command in the build folder."""
        self.progress(f"{self.name}: {doing}")
        return await run(Step(doing, command, self.building, deadline, env), self.name)


@dataclass(frozen=True, slots=True)
class Built:
    """The result of a build; paths in `command` and `env` are below `Plan.folder`."""

    command: tuple[str, ...]
    env: dict[str, str]
    toolchain: dict[str, str]
    sources: tuple[Path, ...]
    lock_sha256: str | None

    def installed(self, plan: Plan, artifact_sha256: str | None) -> Installed:
        """Return the record of the installation."""
        manifest = plan.choice.manifest
        return Installed(
            name=manifest.name,
            version=plan.choice.version,
            style=plan.config["style"],
            package=manifest.package,
            module=manifest.module,
            language=manifest.language,
            key=plan.key,
            command=self.command,
            env=self.env,
            cwd=plan.folder,
            lock_sha256=self.lock_sha256,
            artifact_sha256=artifact_sha256,
            toolchain=self.toolchain,
            sources=self.sources,
        )


Builder = Callable[[Plan], Awaitable[Built]]


def copy_tree(source: Path, target: Path) -> None:
    """Copy an adapter's folder, without caches and hidden files."""
    for relative in copied_files(source):
        (target / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / relative, target / relative)


def copied_files(folder: Path) -> list[Path]:
    """Return the files of an adapter's folder, sorted, without caches and hidden files."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path
        for path in found
        if not _OMITTED.intersection(path.parts) and not any(part.startswith(".") for part in path.parts)
    )


def file_digest(path: Path | None) -> str | None:
    """Return the SHA-256 of a file, None without a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else None
