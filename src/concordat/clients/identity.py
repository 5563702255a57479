"""The identity of an installed package: the version in its files, and the version in its User-Agent."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

from concordat.contract import load_contract
from concordat.errors import AdapterError
from concordat.http1.answer import Answer
from concordat.http1.listener import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.clients.installed import Installed
    from concordat.clients.manifest import Manifest
    from concordat.clients.process import AdapterProcess
    from concordat.contract.operation import Operation
    from concordat.http1.exchange import Request

__all__ = ["user_agent_problem", "user_agents", "version_on_disk"]

_DEADLINE = 20.0
_NUMBER = re.compile(r"(?<![\w.])v?(\d+\.\d+(?:\.\d+)*(?:[-+.]?[A-Za-z][\w.+-]*)?)(?![\w.])")


def version_on_disk(installed: Installed) -> str | None:
    """Return the version in the installed package's files, None without one.

    The sources are a Python distribution's metadata, an npm package's `package.json`, a Go module's requirement and a
    builtin client's `__version__`. Nothing is executed.
    """
    readers = {"python": _of_python, "typescript": _of_npm, "go": _of_go}
    reader = readers.get(installed.language)
    try:
        return reader(installed) if reader else None
    except (OSError, ValueError, KeyError, TypeError, SyntaxError):
        return None


def user_agent_problem(user_agent: str, *, names: set[str], version: str) -> str | None:
    """Return the contradiction between a User-Agent and the installed version, None without one.

    A User-Agent with the package's name (any of `names`) contradicts when a different version follows the name
    directly, or when it has version numbers and none of them is the installed one.
    """
    plain = version.removeprefix("v")
    text = user_agent.casefold()
    mentioned = [name.casefold() for name in names if name and name.casefold() in text]
    if not mentioned:
        return None
    for name in mentioned:
        adjacent = re.search(rf"{re.escape(name)}[/@ =]v?(\d[\w.+-]*)", text)
        if adjacent is not None and adjacent[1] != plain.casefold():
            return f"`{user_agent}` names version {adjacent[1]}, installed is {plain}"
        if adjacent is not None:
            return None
    numbers = _NUMBER.findall(text)
    if not numbers or plain.casefold() in numbers:
        return None
    return f"`{user_agent}` names the versions {', '.join(numbers)}, installed is {plain}"


def _of_python(installed: Installed) -> str | None:
    package = _folded(installed.package)
    for metadata in installed.cwd.glob("venv/lib/python*/site-packages/*.dist-info/METADATA"):
        head = dict(_fields(metadata))
        if _folded(head.get("Name", "")) == package:
            return head.get("Version")
    for folder in installed.sources:
        path = folder / installed.module / "__init__.py"
        if path.is_file():
            return _assigned(path, "__version__")
    return None


def _fields(metadata: Path) -> list[tuple[str, str]]:
    head = metadata.read_text("utf-8", "replace").partition("\n\n")[0]
    pairs = (line.partition(":") for line in head.splitlines() if not line.startswith((" ", "\t")))
    return [(name, value.strip()) for name, _, value in pairs if name in ("Name", "Version")]


def _assigned(path: Path, name: str) -> str | None:
    for node in ast.walk(ast.parse(path.read_bytes())):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return _constant(node)
    return None


def _constant(node: ast.AST) -> str | None:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return str(value.value) if isinstance(value, ast.Constant) else None


def _of_npm(installed: Installed) -> str | None:
    path = installed.cwd / "node_modules" / installed.package / "package.json"
    version = json.loads(path.read_text("utf-8"))["version"]
    return version if isinstance(version, str) else None


def _of_go(installed: Installed) -> str | None:
    text = (installed.cwd / "go.mod").read_text("utf-8")
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(installed.package)}\s+(v\S+)", text, re.MULTILINE)
    return found[1] if found else None


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class _NotFoundUpstream:
    """An upstream that keeps the requests and answers each with 404."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Answer:
        """Keep the request and return 404."""
        self.requests.append(request)
        return Answer(404, (("Content-Type", "application/json"),), b"{}")


async def user_agents(process: AdapterProcess, manifest: Manifest) -> list[str]:
    """Call one reading operation on a listener of Concordat, and return every User-Agent that arrived.

    Returns nothing for a client without a reading operation. Raises AdapterError when the call sends no request or the
    adapter fails.
    """
    operation = _simplest_read(manifest)
    if operation is None:
        return []
    upstream = _NotFoundUpstream()
    listener = await Listener(upstream).start()
    try:
        await process.open(server_url=listener.url, auth="Basic Y2hlY2s=", deadline=_DEADLINE)
        arguments = {one.name: "1" for one in operation.parameters if one.required}
        await process.call(operation.name, arguments, deadline=_DEADLINE)
    finally:
        await listener.close()
    if not upstream.requests:
        message = f"a call of {operation.name} sent no request"
        raise AdapterError(message)
    return [value for one in upstream.requests for name, value in one.headers if name.lower() == "user-agent"]


def _simplest_read(manifest: Manifest) -> Operation | None:
    """Return the GET of the client's first contract with the fewest required arguments, None without one."""
    operations = load_contract(manifest.apis[0]).operations
    known = [operations[name] for name in manifest.operations if name in operations]
    reads = [one for one in known if one.method == "GET"]
    return min(reads, key=lambda one: (sum(parameter.required for parameter in one.parameters), one.name), default=None)
