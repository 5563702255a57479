"""npm clients: a folder of their own, filled by `npm ci` from a lock without addresses."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from concordat.clients.provision.plan import Built, Plan, copy_tree, file_digest
from concordat.clients.provision.tools import find_tool, tool_version
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_npm", "resolve_npm"]

_INSTALL = 300.0
_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
_WITHOUT_ADDRESSES = "--omit-lockfile-registry-resolved=true"


async def build_npm(plan: Plan) -> Built:
    """Install a package, or an artifact, and copy its adapter beside it."""
    node = find_tool("node", plan.name, "install Node.js 18 or newer")
    npm = _find_npm(plan)
    lock = plan.building / "package-lock.json"
    if plan.lock is not None:
        _write_package(plan)
        shutil.copyfile(plan.lock, lock)
    else:
        await resolve_npm(plan)
    artifact = plan.choice.artifact
    offline = ("--offline",) if plan.offline else ()
    # npm links a folder by default. Packed, it is installed as users get it.
    packed = ("--install-links",) if artifact is not None and artifact.is_dir() else ()
    command = (npm, "ci", *_QUIET, *packed, *offline)
    await plan.step("installing its packages", *command, deadline=_INSTALL)
    copy_tree(plan.style, plan.building / "adapter")
    copy_tree(plan.helper, plan.building / "protocol" / plan.helper.name)
    plan.write_config()
    folder = plan.folder
    return Built(
        command=(node, str(folder / "adapter" / _entry(plan)), str(folder / "config.json")),
        env={"NODE_NO_WARNINGS": "1"},
        toolchain={"node": await tool_version(node, "--version"), "npm": await tool_version(npm, "--version")},
        sources=(folder / "adapter", folder / "protocol" / plan.helper.name),
        lock_sha256=file_digest(lock),
    )


async def resolve_npm(plan: Plan) -> Path:
    """Resolve the dependencies of a version or an artifact, and write the lock, with hashes and without addresses."""
    _write_package(plan)
    offline = ("--offline",) if plan.offline else ()
    resolve = (_find_npm(plan), "install", "--package-lock-only", _WITHOUT_ADDRESSES, *_QUIET, *offline)
    await plan.step("resolving its packages", *resolve, deadline=_INSTALL)
    return plan.building / "package-lock.json"


def _write_package(plan: Plan) -> None:
    artifact = plan.choice.artifact
    requirement = plan.choice.version if artifact is None else f"file:{artifact}"
    package = {"name": "concordat-client", "private": True, "dependencies": {plan.choice.manifest.package: requirement}}
    (plan.building / "package.json").write_text(json.dumps(package, indent=2) + "\n", "utf-8")


def _find_npm(plan: Plan) -> str:
    return find_tool("npm", plan.name, "install npm")


def _entry(plan: Plan) -> str:
    for name in ("adapter.js", "adapter.mjs", "adapter.cjs"):
        if (plan.style / name).is_file():
            return name
    return _no_entry(plan.style, plan.name)


def _no_entry(style: Path, client: str) -> str:
    message = f"`{client}` is unavailable: the call style has no adapter.js"
    raise ClientUnavailable(message, cause=str(style))
