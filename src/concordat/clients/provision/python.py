"""Python clients: an environment of their own, filled by uv from a lock with hashes."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from concordat.clients.provision.plan import Built, Plan, copy_tree, file_digest
from concordat.clients.provision.tools import find_tool, tool_version
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_builtin", "build_python", "resolve_python"]

OLDEST_PYTHON = "3.11"
_RESOLVE = 180.0
_INSTALL = 300.0


async def build_python(plan: Plan) -> Built:
    """Install a package, or an artifact, and copy its adapter beside it."""
    uv = _find_uv(plan)
    await plan.step("making an environment", uv, "venv", "--quiet", "--python", sys.executable, "venv", deadline=60)
    interpreter = "venv/bin/python"
    offline = ("--offline",) if plan.offline else ()
    lock = plan.lock or await resolve_python(plan)
    install = (uv, "pip", "install", "--quiet", "--no-progress", "--python", interpreter, *offline)
    await plan.step(
        "installing its packages", *install, "--require-hashes", "--requirement", str(lock), deadline=_INSTALL
    )
    artifact = plan.choice.artifact
    if artifact is not None:
        await plan.step("installing the artifact", *install, "--no-deps", str(artifact), deadline=_INSTALL)
    copy_tree(plan.style, plan.building / "adapter")
    copy_tree(plan.helper, plan.building / "protocol" / "python")
    plan.write_config()
    folder = plan.folder
    sources = (folder / "adapter", folder / "protocol" / "python")
    return Built(
        command=(str(folder / interpreter), str(folder / "adapter" / "adapter.py"), str(folder / "config.json")),
        env={"PYTHONPATH": ":".join(str(path) for path in sources)},
        toolchain={"python": platform.python_version(), "uv": await tool_version(uv, "--version")},
        sources=sources,
        lock_sha256=file_digest(lock),
    )


async def build_builtin(plan: Plan) -> Built:
    """Use the adapter in place, on Concordat's own interpreter. Nothing is installed."""
    plan.write_config()
    sources = (plan.style, plan.helper)
    return Built(
        command=(sys.executable, str(plan.style / "adapter.py"), str(plan.folder / "config.json")),
        env={"PYTHONPATH": ":".join(str(path) for path in sources)},
        toolchain={"python": platform.python_version()},
        sources=sources,
        lock_sha256=None,
    )


async def resolve_python(plan: Plan) -> Path:
    """Resolve the dependencies of a version or an artifact, and write them with hashes into the build folder.

    The lock omits the artifact, which is installed from its path; the installation records its digest.
    """
    requirements = plan.building / "wanted.in"
    artifact = plan.choice.artifact
    package = plan.choice.manifest.package
    requirements.write_text(f"{artifact}\n" if artifact else f"{package}=={plan.choice.version}\n", "utf-8")
    lock = plan.building / "lock.txt"
    omitted = ("--no-emit-package", package) if artifact else ()
    offline = ("--offline",) if plan.offline else ()
    header = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")
    # Universal: one lock serves every platform and every Python that Concordat itself runs on.
    command = (_find_uv(plan), "pip", "compile", "--quiet", "--generate-hashes", "--universal", *header, *offline)
    target = ("--python", sys.executable, "--python-version", OLDEST_PYTHON, "--output-file", str(lock))
    await plan.step("resolving its packages", *command, *omitted, *target, str(requirements), deadline=_RESOLVE)
    requirements.unlink()
    return lock


def _find_uv(plan: Plan) -> str:
    """Return the path of uv: Concordat's own, else the one on PATH."""
    try:
        from uv import find_uv_bin  # noqa: PLC0415 - a slow import that only an installation needs
    except ImportError:
        return find_tool("uv", plan.name, "install uv")
    try:
        return find_uv_bin()
    except FileNotFoundError as error:
        message = f"`{plan.name}` is unavailable: uv is not installed"
        raise ClientUnavailable(message, cause=str(error), hint="install uv") from error
