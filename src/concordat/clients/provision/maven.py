"""Java clients: Maven resolves the SDK's jars, javac compiles the adapter with them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from concordat.clients.installed import CLASSES
from concordat.clients.provision.plan import Built, Plan, copy_tree, file_digest
from concordat.clients.provision.tools import find_tool, tool_version
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_maven"]

_RESOLVE = 180.0
_COMPILE = 120.0
_MAIN = "concordat.adapter.Adapter"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local.concordat</groupId>
  <artifactId>adapter</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""
# The text after the reason: how to get more output, further reading, and the repository's address.
_ADVICE = re.compile(r" -> \[Help \d+\].*|^\[ERROR\] (?:To see|Re-run|For more|\[Help).*|^\[ERROR\]\s*$", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
"""Maven 3.8 writes colour resets although colours are off."""
_REPOSITORY = re.compile(r" \([^\s()]*\)")
_QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""The first compiler is enough for a short-lived program that mostly waits, and halves the start."""


async def build_maven(plan: Plan) -> Built:
    """Resolve a package's jars, or copy a jar or a folder of jars, and compile the adapter with them."""
    hint = "install a JDK, 11 or newer"
    java, javac = find_tool("java", plan.name, hint), find_tool("javac", plan.name, hint)
    toolchain: dict[str, str] = {}
    library, artifact = plan.building / "lib", plan.choice.artifact
    library.mkdir()
    if artifact is None:
        mvn = find_tool("mvn", plan.name, "install Maven 3")
        await _resolve(plan, mvn)
        toolchain["mvn"] = await tool_version(mvn, "-Dstyle.color=never", "--version")
    else:
        for jar in sorted(artifact.rglob("*.jar")) if artifact.is_dir() else [artifact]:
            shutil.copyfile(jar, library / jar.name)
    toolchain["java"] = await tool_version(java, "-version")
    sources = plan.building / "build"
    copy_tree(plan.style, sources / "adapter")
    copy_tree(plan.helper, sources / "protocol")
    jars = sorted(path.relative_to(plan.building) for path in library.rglob("*.jar"))
    lock = plan.building / "jars.txt"
    lock.write_text("".join(f"{_sha256(plan.building / jar)}  {jar.as_posix()}\n" for jar in jars), "utf-8")
    programs = [str(path) for path in sorted(sources.rglob("*.java"))]
    classes = ("--release", "11", "-d", str(plan.building / CLASSES))
    against = ("-cp", _class_path(plan.building, jars)) if jars else ()
    await plan.step("compiling the adapter", javac, *classes, *against, *programs, deadline=_COMPILE)
    plan.write_config()
    folder = plan.folder
    path = os.pathsep.join(filter(None, (str(folder / CLASSES), _class_path(folder, jars))))
    return Built(
        command=(java, *_QUICK_START, "-cp", path, _MAIN, str(folder / "config.json")),
        env={},
        toolchain=toolchain,
        sources=(folder / "build" / "adapter", folder / "build" / "protocol"),
        lock_sha256=file_digest(lock),
    )


async def _resolve(plan: Plan, mvn: str) -> None:
    """Copy the package and its dependencies into `lib` with Maven, in the layout group, artifact, version."""
    group, separator, artifact = plan.choice.manifest.package.partition(":")
    if not separator:
        message = f"`{plan.name}` is unavailable: its package `{group}` is not GROUP:ARTIFACT"
        raise ClientUnavailable(message, hint="write `package` as Maven does, such as `org.example:sdk`")
    words = {"group": group, "artifact": artifact, "version": plan.choice.version}
    pom = _POM.format(**{name: escape(word) for name, word in words.items()})
    (plan.building / "pom.xml").write_text(pom, "utf-8")
    # Maven caches failed downloads; --update-snapshots retries them.
    fresh = "--offline" if plan.offline else "--update-snapshots"
    layout = ("-DoutputDirectory=lib", "-Dmdep.useRepositoryLayout=true", "-DincludeScope=runtime")
    command = (mvn, "--batch-mode", "--quiet", "-Dstyle.color=never", fresh, "dependency:copy-dependencies", *layout)
    doing = f"downloading {plan.choice.manifest.package}:{plan.choice.version}"
    try:
        await plan.step(doing, *command, deadline=_RESOLVE)
    except ClientUnavailable as error:
        raise ClientUnavailable(error.message, cause=_reason(error.cause), hint=error.hint) from None


def _reason(output: str | None) -> str | None:
    """Return Maven's error without its advice and without the repository's address."""
    plain = _ADVICE.sub("", _COLOUR.sub("", output or ""))
    return "\n".join(_REPOSITORY.sub("", line) for line in plain.splitlines() if line.strip()) or output


def _class_path(root: Path, jars: list[Path]) -> str:
    return os.pathsep.join(str(root / jar) for jar in jars)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
