"""What every language's installation starts from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concordat.clients.installed import Installed
from concordat.clients.provision.digest import copied_files
from concordat.clients.provision.tools import Step, run

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.clients.registry import ClientChoice

__all__ = ["Builder", "Built", "Plan", "Progress", "copy_tree"]

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """One installation to be made: `building` is where it is built, `folder` where it will stand."""

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
        """Report and run one command in the folder that is being built."""
        self.progress(f"{self.name}: {doing}")
        return await run(Step(doing, command, self.building, deadline, env), self.name)


@dataclass(frozen=True, slots=True)
class Built:
    """What a builder made; paths in `command` and `env` are those of `Plan.folder`."""

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
