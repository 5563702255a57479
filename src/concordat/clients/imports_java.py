"""References of a Java adapter's classes, from `jdeps`, and accesses that only its source text shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import, NotAudited, first_mention, tool_output
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["java_allowed", "java_imports"]

_FAST_START = ("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")
"""Options of the Java virtual machine for a short program: simple compiler and garbage collector."""
# A line of `jdeps`: a class of the adapter and a class that it refers to.
_REFERENCE = re.compile(r"^\s+(?P<user>[\w.$]+)\s+->\s+(?P<name>[\w.$]+)\s", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CLASS_BY_NAME = re.compile(r"\b(?:forName|loadClass|findClass)\(\s*(?P<name>[^;\n]*)")
_FORBIDDEN_METHOD = re.compile(r"\.\s*(?P<name>exec|openConnection|openStream)\s*\(")
"""Methods that start programs or open connections, of classes that an adapter needs otherwise: `Runtime`, `URL`."""
_ADAPTER_PACKAGES = ("concordat.adapter.", "concordat.protocol.")
_FORBIDDEN = (
    *("java.net.", "java.rmi.", "java.nio.channels.", "java.lang.foreign."),
    *("java.lang.ProcessBuilder", "java.util.ServiceLoader"),
)
"""Prefixes of classes of the JDK that send, start programs or load classes."""
_ALLOWED_NET = {"java.net.URI", "java.net.URISyntaxException", "java.net.URL"}
_CONFIGURED = 'config.get("module") + '
"""Start of the expression of an SDK's class that is loaded by name."""


def java_imports(classes: Path, sources: Iterable[Path]) -> Iterator[Import]:
    """Yield each class that the classes in a folder refer to, and the accesses in `sources` that `jdeps` cannot list.

    A class that is loaded by name appears as its expression. Raises NotAudited without a JDK, and without classes.
    """
    if not classes.is_dir():
        reason = "its classes are missing"
        raise NotAudited(reason)
    files = sorted(file for folder in sources for file in folder.rglob("*.java"))
    found = _REFERENCE.finditer(tool_output("jdeps", *_FAST_START, "-verbose:class", str(classes), cwd=classes))
    references = [(one["user"], one["name"]) for one in found]
    if not references:
        reason = "`jdeps` finds no class of the adapter"
        raise NotAudited(reason)
    for user, name in references:
        outermost = user.rpartition(".")[2].partition("$")[0]
        here = [file for file in files if file.stem == outermost]
        yield Import(name, first_mention(here, re.split(r"[.$]", name)[-1], classes))
    for file in files:
        yield from source_accesses(file)


def source_accesses(path: Path) -> Iterator[Import]:
    """Yield the accesses in a `.java` file that `jdeps` cannot list: classes by name, programs, connections."""
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text("utf-8"))
    for found in _CLASS_BY_NAME.finditer(text):
        yield Import(found["name"], _where(path, text, found.start()))
    for found in _FORBIDDEN_METHOD.finditer(text):
        yield Import(found["name"], _where(path, text, found.start()), "use")


def java_allowed(name: str, module: str) -> bool:
    """Whether an adapter of the SDK `module` may use `name`: the SDK, the helper, the JDK without network."""
    if name in _ALLOWED_NET or name.startswith((_CONFIGURED, f"{module}.", *_ADAPTER_PACKAGES)):
        return True
    return name.startswith("java.") and not name.startswith(_FORBIDDEN)


def _where(path: Path, text: str, at: int) -> Location:
    return Location(path, text.count("\n", 0, at) + 1)
