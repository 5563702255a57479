"""What a Java adapter imports, and what it reaches without an import: classes by name, the network, other programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["java_allowed", "java_imports"]

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_IMPORT = re.compile(r"^\s*import\s+(?:static\s+)?(?P<name>[\w.*]+)\s*;", re.MULTILINE)
_CLASS_BY_NAME = re.compile(r"\b(?:forName|loadClass)\(\s*(?P<name>[^;\n]*)")
_USED = re.compile(r"\b(?P<name>javax?\.(?:net|rmi)\.[\w.]+|ProcessBuilder|URLClassLoader|getRuntime\(\)\.exec)\b")
_OWN = ("concordat.adapter.", "concordat.protocol.")
_NETWORK = ("java.net.", "java.rmi.", "java.nio.channels.")
_HARMLESS = {"java.net.URI", "java.net.URISyntaxException"}
_UNDER_TEST = 'config.get("module") + '


def java_imports(path: Path) -> Iterator[Import]:
    """Yield the imports of a `.java` file; a class loaded by name is named as its expression."""
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), path.read_text("utf-8"))
    for found in _IMPORT.finditer(text):
        yield Import(found["name"], _where(path, text, found.start("name")))
    for found in _CLASS_BY_NAME.finditer(text):
        yield Import(found["name"], _where(path, text, found.start()))
    code = _IMPORT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in _USED.finditer(code):
        yield Import(f"{found['name']} (used)", _where(path, text, found.start()))


def java_allowed(name: str, module: str) -> bool:
    """Whether an adapter of the SDK `module` may import `name`: the SDK, the helper, the JDK but its network."""
    if name in _HARMLESS or name.startswith((_UNDER_TEST, f"{module}.", *_OWN)):
        return True
    return name.startswith("java.") and not name.startswith(_NETWORK) and not name.endswith("(used)")


def _where(path: Path, text: str, at: int) -> Location:
    return Location(path, text.count("\n", 0, at) + 1)
