"""Go clients: one module of adapter, protocol helper and SDK, compiled to one binary."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from concordat.clients.provision.plan import Built, Plan, copied_files, copy_tree, file_digest
from concordat.clients.provision.tools import find_tool, tool_version
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_go"]

_DOWNLOAD = 120.0
_COMPILE = 300.0
_MODULE = "concordat.local/adapter"
_SLOT = re.compile(r"\{\{(\w+)\}\}")


async def build_go(plan: Plan) -> Built:
    """Download the module, fill in the adapter's templates and compile them."""
    go = find_tool("go", plan.name, "install Go 1.21 or newer")
    module, version = plan.choice.manifest.package, plan.choice.version
    root = plan.building / "build"
    root.mkdir()
    artifact = plan.choice.artifact
    replace = f"\nreplace {module} => {artifact}\n" if artifact is not None else ""
    required = "v0.0.0" if artifact is not None else version
    (root / "go.mod").write_text(f"module {_MODULE}\n\ngo 1.21\n\nrequire {module} {required}\n{replace}", "utf-8")
    if plan.lock is not None:
        shutil.copyfile(plan.lock, root / "go.sum")
    env = {"GOFLAGS": "-mod=mod", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    if plan.offline:
        env["GOPROXY"] = "off"
    if artifact is None:
        module_version = f"{module}@{version}"
        download = (go, "-C", str(root), "mod", "download", module_version)
        await plan.step(f"downloading {module_version}", *download, deadline=_DOWNLOAD, env=env)
    copy_tree(plan.helper, root / "protocol")
    _fill(plan, root)
    await plan.step("tidying", go, "-C", str(root), "mod", "tidy", deadline=_DOWNLOAD, env=env)
    build = (go, "-C", str(root), "build", "-trimpath", "-o", str(plan.building / "adapter"), ".")
    await plan.step("compiling the adapter", *build, deadline=_COMPILE, env=env)
    plan.write_config()
    folder = plan.folder
    return Built(
        command=(str(folder / "adapter"), str(folder / "config.json")),
        env={},
        toolchain={"go": await tool_version(go, "version")},
        sources=(folder / "build", folder / "build" / "protocol"),
        lock_sha256=file_digest(root / "go.sum"),
    )


def _fill(plan: Plan, root: Path) -> None:
    """Copy the style, with the slots of its `.tmpl` files filled from the adapter's configuration and settings."""
    words = {key: str(value) for key, value in (plan.config | plan.config["settings"]).items()}
    for relative in copied_files(plan.style):
        text = (plan.style / relative).read_text("utf-8")
        target = root / relative
        if relative.suffix == ".tmpl":
            unknown = {slot for slot in _SLOT.findall(text) if slot not in words}
            if unknown:
                message = f"`{plan.name}` is unavailable: {relative} has an unknown slot `{min(unknown)}`"
                raise ClientUnavailable(message, hint="the manifest's `settings` fill further slots")
            text = _SLOT.sub(lambda found: words[found[1]], text)
            target = target.with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
