"""Imports of JavaScript code, from its text: `require`, `import`, aliases of `require`, and globals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["node_allowed", "node_imports"]

_BUILTIN = {
    *("assert", "async_hooks", "buffer", "console", "constants", "crypto", "diagnostics_channel", "dns", "events"),
    *("fs", "fs/promises", "module", "net", "os", "path", "perf_hooks", "process", "punycode", "querystring"),
    *("readline", "stream", "stream/promises", "string_decoder", "timers", "timers/promises", "tty", "url", "util"),
    *("v8", "zlib"),
}
"""Modules of Node's library that neither send HTTP nor start or load programs (`net` wraps descriptors)."""
_CLIENTS = {
    *("axios", "undici", "node-fetch", "cross-fetch", "isomorphic-fetch", "got", "ky", "needle", "superagent"),
    *("request", "follow-redirects", "ws", "http-proxy", "phin", "bent", "wretch"),
}
"""Packages that send HTTP. An adapter may read other dependencies of the SDK, such as a table of names."""
_IMPORT = re.compile(
    r"""(?:\brequire(?:\.resolve)?\s*\(|\bfrom\s+|\bimport\s*\(|^\s*import\s+)\s*(?:(["'])(?P<plain>[^"']+)\1"""
    r"""|(?P<template>`[^`]*`)|(?P<name>[A-Za-z_$][\w.$]*)\s*\))""",
    re.MULTILINE,
)
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_TEXT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
_ALIAS = re.compile(
    r"\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*(?:(?P<made>(?:\w+\.)?createRequire\s*\()|(?:module\.)?require\s*[;,\n])"
)
_ACCESS = re.compile(
    r"(?<![\w$.])(?P<name>fetch|eval|WebSocket|EventSource|XMLHttpRequest|Function)\s*\(|\bglobalThis\s*[.\[]\s*\w+"
    r"|\bprocess\s*\.\s*(?:binding|_linkedBinding|getBuiltinModule|dlopen|mainModule)\b|\bmodule\s*\.\s*(?:require|constructor)\b"
    r"|\bnet\s*\.\s*(?:connect|createConnection)\b|\.\s*connect\s*\(|\b_load\s*\("
)


def node_imports(path: Path) -> Iterator[Import]:
    """Yield the imports of a file, and its uses of names that can import or send indirectly."""
    text = _COMMENT.sub(_blank, path.read_text("utf-8"))

    def at(position: int) -> Location:
        return Location(path, text.count("\n", 0, position) + 1)

    for found in _IMPORT.finditer(text):
        yield Import(found["plain"] or (found["template"] or "").strip("`") or found["name"], at(found.start()))
    for alias in _ALIAS.finditer(text):
        call = rf"""(?<![\w$.]){re.escape(alias["name"])}\s*\(\s*(?:(["'])(?P<plain>[^"']+)\1|(?P<other>[^)]*))"""
        for found in re.finditer(call, text):
            name = found["plain"] or found["other"] or alias["name"]
            # A module that the SDK resolves differs from one that the adapter resolves.
            yield Import(f"the SDK's {name}" if alias["made"] and found["plain"] else name, at(found.start()))
    for found in _ACCESS.finditer(_TEXT.sub(_blank, text)):
        yield Import(f"{found['name'] or found[0].strip()} (used)", at(found.start()))


def node_allowed(name: str, module: str) -> bool:
    """Whether an adapter of the SDK `module` may import `name`."""
    if name.startswith("the SDK's "):
        inner = name.removeprefix("the SDK's ").removeprefix("node:")
        top = "/".join(inner.split("/")[: 2 if inner.startswith("@") else 1])
        return inner in _BUILTIN or top == module or (top not in _CLIENTS and top[:4] != "http" and "/" in inner)
    if name.startswith(("./", "../", "${config.module}", "${module}")) or name == "config.module":
        return True
    return name == module or name.startswith(module + "/") or name.removeprefix("node:") in _BUILTIN


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
