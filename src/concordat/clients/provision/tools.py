"""Runs the tools of installations: with a deadline, a process group and an allow list of environment variables."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from concordat.clients.reaper import kill_group, process_reaper
from concordat.errors import ClientUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["PASSED_ON", "TOOLS", "Step", "find_tool", "run", "tool_environment", "tool_version", "tools_of"]

PASSED_ON = "CONCORDAT_INSTALL_ENV"
"""The variable that lists further variables for the tools, such as the token of a private registry."""

# fmt: off
_NAMES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TMP", "TEMP", "LANG", "LANGUAGE", "TZ",
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
        "XDG_STATE_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
        "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS", "CC", "CXX", "CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "PKG_CONFIG_PATH",
        "SDKROOT", "MACOSX_DEPLOYMENT_TARGET", "CARGO_HOME", "RUSTUP_HOME", "PYENV_ROOT", "PYENV_VERSION",
        "VOLTA_HOME", "NVM_DIR", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "JAVA_HOME", "MAVEN_HOME",
        "M2_HOME", "MAVEN_OPTS", "MAVEN_ARGS", "GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOTMPDIR",
        "GOENV", "GOFLAGS", "GOTOOLCHAIN", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB",
        "GOINSECURE", "GOVCS", "GOAUTH", "GOOS", "GOARCH", "CGO_ENABLED",
    }
)
# fmt: on
_PREFIXES = ("LC_", "PIP_", "UV_", "NPM_CONFIG_", "npm_config_")
"""Prefixes of the tools' own settings, which may include a registry's credential."""
_PUBLISHING = re.compile("publish", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

TOOLS: Mapping[str, tuple[str, ...]] = {
    "python": ("uv",),
    "typescript": ("node", "npm"),
    "go": ("go",),
    "java": ("java", "mvn"),
}
"""The programs that install and run the clients of a language. uv is a dependency of Concordat."""

_ADDRESS = re.compile(r"\bhttps?://(?:[^\s/@]*@)?[^\s/]+/?")
"""Addresses of registries, which may be private and contain credentials, are removed from errors."""
_SHOWN_LINES = 8
_SHOWN_BYTES = 2000
_KILL_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an installation. `doing` completes the sentence `NAME is unavailable: ... failed`."""

    doing: str
    command: tuple[str, ...]
    cwd: Path
    deadline: float
    """Seconds."""
    env: Mapping[str, str] | None = None


def tools_of(language: str) -> dict[str, bool]:
    """Return the programs that a language's clients need, and whether each is installed."""
    return {name: name == "uv" or shutil.which(name) is not None for name in TOOLS.get(language, ())}


def find_tool(name: str, client: str, hint: str) -> str:
    """Return the path of a program.

    Raises ClientUnavailable when it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        message = f"`{client}` is unavailable: `{name}` is not installed"
        raise ClientUnavailable(message, hint=hint)
    return found


async def run(step: Step, client: str) -> str:
    """Run a step and return its output, stdout and stderr together.

    Raises ClientUnavailable, with the tool's last lines as its cause, when the tool fails or exceeds its deadline. The
    tool's process group is killed in any case.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *step.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=step.cwd,
            env={**tool_environment(), **(step.env or {})},
            start_new_session=True,
        )
    except OSError as error:
        message = f"`{client}` is unavailable: {step.doing} cannot be started"
        raise ClientUnavailable(message, cause=str(error)) from error
    process_reaper().register(process.pid)
    output = bytearray()
    try:
        async with asyncio.timeout(step.deadline):
            await _drain(process, output)
            code = await process.wait()
    except TimeoutError:
        message = f"`{client}` is unavailable: {step.doing} did not end within {step.deadline:g} s"
        raise ClientUnavailable(message, cause=_tail(output)) from None
    finally:
        kill_group(process.pid)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _KILL_GRACE)
        process_reaper().forget(process.pid)
    if code != 0:
        message = f"`{client}` is unavailable: {step.doing} failed (exit code {code})"
        raise ClientUnavailable(message, cause=_tail(output))
    return output.decode("utf-8", "replace")


async def tool_version(path: str, *arguments: str) -> str:
    """Return the first line of a tool's version output, `unknown` without one."""
    try:
        step = Step("reading its version", (path, *arguments), _anywhere(), 20.0)
        text = await run(step, path)
    except ClientUnavailable:
        return "unknown"
    return next((line.strip() for line in text.splitlines() if line.strip()), "unknown")


def _anywhere() -> Path:
    from pathlib import Path  # noqa: PLC0415 - one name, for one place

    return Path("/")


async def _drain(process: asyncio.subprocess.Process, output: bytearray) -> None:
    stream = process.stdout
    while stream is not None and (chunk := await stream.read(65536)):
        output += chunk
        if len(output) > 64 * _SHOWN_BYTES:
            del output[: -32 * _SHOWN_BYTES]


def _tail(output: bytearray) -> str | None:
    text = _ADDRESS.sub("", output.decode("utf-8", "replace"))
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join(lines[-_SHOWN_LINES:])[-_SHOWN_BYTES:] or None


def tool_environment(caller: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of the caller's environment for installation and build steps.

    `caller` is `os.environ` by default. Variables listed in `CONCORDAT_INSTALL_ENV` (separated by commas or blanks) are
    passed on; other variables of Concordat are not. Raises UsageError for an invalid name in the list.
    """
    environment = os.environ if caller is None else caller
    listed = environment.get(PASSED_ON, "").replace(",", " ").split()
    for name in listed:
        if not _NAME.fullmatch(name) or name.startswith("CONCORDAT_"):
            message = f"{PASSED_ON} cannot pass on `{name}`"
            raise UsageError(message, hint="name variables of the installers, separated by commas: NPM_TOKEN,GOAUTH")
    return {
        name: value
        for name, value in environment.items()
        if name in _NAMES or name in listed or (name.startswith(_PREFIXES) and not _PUBLISHING.search(name))
    }
