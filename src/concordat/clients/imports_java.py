"""References of a Java adapter's classes, from `jdeps`, and accesses that only its source text shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import, NotAudited, first_mention, listed
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["java_allowed", "java_imports"]

_QUICK = ("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")
_REFERENCE = re.compile(r"^\s+(?P<user>[\w.$]+)\s+->\s+(?P<name>[\w.$]+)\s", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_CLASS_BY_NAME = re.compile(r"\b(?:forName|loadClass|findClass)\(\s*(?P<name>[^;\n]*)")
_USED = re.compile(r"\.\s*(?P<name>exec|openConnection|openStream)\s*\(")
"""Forbidden methods of `Runtime` and `URL`; an adapter needs their other methods."""
_OWN = ("concordat.adapter.", "concordat.protocol.")
_FORBIDDEN = (
    *("java.net.", "java.rmi.", "java.nio.channels.", "java.lang.foreign."),
    *("java.lang.ProcessBuilder", "java.util.ServiceLoader"),
)
_ALLOWED_NET = {"java.net.URI", "java.net.URISyntaxException", "java.net.URL"}
"""Classes of `java.net` that do not open a connection, except by the methods above."""
_UNDER_TEST = 'config.get("module") + '


def java_imports(classes: Path, sources: Iterable[Path]) -> Iterator[Import]:
    """Yield each class that the classes in a folder refer to, and the accesses of their sources without a reference.

    A class that is loaded by name appears as its expression. Raises NotAudited without a JDK, and without classes.
    """
    if not classes.is_dir():
        reason = "its classes are missing"
        raise NotAudited(reason)
    files = sorted(file for folder in sources for file in folder.rglob("*.java"))
    found = _REFERENCE.finditer(listed("jdeps", *_QUICK, "-verbose:class", str(classes), cwd=classes))
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
    """Yield the accesses of a `.java` file without a reference in its class: classes by name, programs, connections."""
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text("utf-8"))
    for found in _CLASS_BY_NAME.finditer(text):
        yield Import(found["name"], _where(path, text, found.start()))
    for found in _USED.finditer(text):
        yield Import(f"{found['name']} (used)", _where(path, text, found.start()))


def java_allowed(name: str, module: str) -> bool:
    """Whether an adapter of the SDK `module` may use `name`: the SDK, the helper, the JDK without network."""
    if name in _ALLOWED_NET or name.startswith((_UNDER_TEST, f"{module}.", *_OWN)):
        return True
    return name.startswith("java.") and not name.startswith(_FORBIDDEN)


def _where(path: Path, text: str, at: int) -> Location:
    return Location(path, text.count("\n", 0, at) + 1)
