"""Imports of JavaScript code, from its text: `require`, `import`, aliases of `require`, and forbidden uses.

The audit of adapter integrity uses them. Regular expressions suffice for adapters, which are short and written for
this project, and need no JavaScript parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from concordat.clients.imports import Import
from concordat.errors import Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["node_allowed", "node_imports"]

_ALLOWED_BUILTINS = {
    *("assert", "async_hooks", "buffer", "console", "constants", "crypto", "diagnostics_channel", "dns", "events"),
    *("fs", "fs/promises", "module", "net", "os", "path", "perf_hooks", "process", "punycode", "querystring"),
    *("readline", "stream", "stream/promises", "string_decoder", "timers", "timers/promises", "tty", "url", "util"),
    *("v8", "zlib"),
}
"""Modules of Node's library that an adapter may import. They send no HTTP and start no programs.

An adapter needs `net` to wrap its descriptors and `module` for `createRequire`; `_FORBIDDEN_USE` finds the connections
of `net` and the loader of `module`, and `_ALIAS` finds the results of `createRequire`.
"""
_HTTP_PACKAGES = {
    *("axios", "undici", "node-fetch", "cross-fetch", "isomorphic-fetch", "got", "ky", "needle", "superagent"),
    *("request", "follow-redirects", "ws", "http-proxy", "phin", "bent", "wretch"),
}
"""Packages that send HTTP, which an SDK may depend on and its adapter may not import."""
# `require(...)`, `require.resolve(...)`, `import(...)`, `from "..."` and `import "..."`; the module is a string
# (`plain`), a template string or, in parentheses, a variable (`name`)
_IMPORT = re.compile(
    r"""(?:\brequire(?:\.resolve)?\s*\(|\bfrom\s+|\bimport\s*\(|^\s*import\s+)\s*(?:(["'])(?P<plain>[^"']+)\1"""
    r"""|(?P<template>`[^`]*`)|(?P<name>[A-Za-z_$][\w.$]*)\s*\))""",
    re.MULTILINE,
)
# A comment; `//` after a colon or a quote belongs to a URL or a string
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
# A string or a template string
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
# A variable whose value is `require` itself or a result of `createRequire` (`created`)
_ALIAS = re.compile(
    r"\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*=\s*"
    r"(?:(?P<created>(?:\w+\.)?createRequire\s*\()|(?:module\.)?require\s*[;,\n])"
)
# A use of a global or a method that sends, runs text as code, or loads a module without `require`
_FORBIDDEN_USE = re.compile(
    r"(?<![\w$.])(?P<name>fetch|eval|WebSocket|EventSource|XMLHttpRequest|Function)\s*\(|\bglobalThis\s*[.\[]\s*\w+"
    r"|\bprocess\s*\.\s*(?:binding|_linkedBinding|getBuiltinModule|dlopen|mainModule)\b|\bmodule\s*\.\s*(?:require|constructor)\b"
    r"|\bnet\s*\.\s*(?:connect|createConnection)\b|\.\s*connect\s*\(|\b_load\s*\("
)


def node_imports(path: Path) -> Iterator[Import]:
    """Yield the imports of a file, and its uses of names that load modules or reach the network without an import."""
    text = _COMMENT.sub(_blank, path.read_text("utf-8"))

    def at(position: int) -> Location:
        return Location(path, text.count("\n", 0, position) + 1)

    for found in _IMPORT.finditer(text):
        yield Import(found["plain"] or (found["template"] or "").strip("`") or found["name"], at(found.start()))
    for alias in _ALIAS.finditer(text):
        call = rf"""(?<![\w$.]){re.escape(alias["name"])}\s*\(\s*(?:(["'])(?P<plain>[^"']+)\1|(?P<expression>[^)]*))"""
        for found in re.finditer(call, text):
            name = found["plain"] or found["expression"] or alias["name"]
            # The result of `createRequire` resolves a name from the SDK's folder. It may find a dependency of the SDK
            # that `require` would not, so `node_allowed` has rules of its own for it.
            yield Import(name, at(found.start()), "sdk-import" if alias["created"] and found["plain"] else "import")
    for found in _FORBIDDEN_USE.finditer(_STRING.sub(_blank, text)):
        yield Import(found["name"] or found[0].strip(), at(found.start()), "use")


def node_allowed(found: Import, module: str) -> bool:
    """Whether an adapter of the SDK `module` may have the import: the SDK, the helper, Node's library without network.

    The helper is a relative path. Of another dependency of the SDK, the adapter may import a single file, such as
    `class-transformer/cjs/storage`, which has the wire names, but not the package itself.
    """
    builtin = found.name.removeprefix("node:") in _ALLOWED_BUILTINS
    if found.kind == "sdk-import":
        path = found.name.removeprefix("node:")
        package = "/".join(path.split("/")[: 2 if path.startswith("@") else 1])
        # `http` is also the start of Node's own modules `http`, `https` and `http2`
        sends = package in _HTTP_PACKAGES or package.startswith("http")
        return builtin or package == module or (not sends and "/" in path)
    if found.name.startswith(("./", "../", "${config.module}", "${module}")) or found.name == "config.module":
        return True
    return found.name == module or found.name.startswith(module + "/") or builtin


def _blank(found: re.Match[str]) -> str:
    """Return spaces for the match, so that positions and lines stay the same."""
    return re.sub(r"[^\n]", " ", found[0])
