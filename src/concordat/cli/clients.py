"""`concordat clients`: list, install, check and prune clients."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from concordat.cli import say
from concordat.errors import EXIT_HARNESS, ConcordatError

if TYPE_CHECKING:
    from concordat.clients import ClientChoice

__all__ = ["command"]

WIDE = 400
"""Columns of the table: a narrow log wraps it without losing a cell."""


@click.group(short_help="List, install, check and prune clients.")
def command() -> None:
    """Manage the clients."""


@command.command("list", epilog="Example: concordat clients list")
def list_clients() -> None:
    """List every client with its versions and their installations."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from concordat.clients import load_manifests, select
    from concordat.printable import terminal_word

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("client", "version", "package", "language", "toolchain", "installed", "size"):
        table.add_column(name, no_wrap=True, justify="right" if name == "size" else "left")
    rows: list[list[str]] = []
    for manifest in load_manifests().values():
        tools = "" if manifest.registry == "builtin" else _toolchain(manifest.language)
        if not manifest.versions:
            rows.append([manifest.name, "by file", manifest.package, manifest.language, tools, "", ""])
            continue
        for choice in select([f"{manifest.name}@all"]):
            size = _installed_size(choice)
            default = "*" if choice.version == manifest.default else ""
            rows.append(
                [
                    manifest.name,
                    choice.version + default,
                    choice.manifest.package,
                    manifest.language,
                    tools,
                    "no" if size is None else "yes",
                    "" if size is None else f"{size / 1e6:.1f} MB",
                ]
            )
    for row in rows:
        table.add_row(*(Text(terminal_word(cell)) for cell in row))
    console = Console(width=WIDE)
    console.print(table)
    console.print("* taken by default; by file: `--client NAME@FILE`", style="dim", highlight=False)


def _toolchain(language: str) -> str:
    from concordat.clients.provision.tools import tools_of

    return ", ".join(name if found else f"{name} (missing)" for name, found in tools_of(language).items())


def _installed_size(choice: ClientChoice) -> int | None:
    """Return the bytes of an installed client, None when it is not installed."""
    from concordat.clients.provision import Provision

    folder = Provision.of(choice).folder
    if not folder.is_dir():
        return None
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


@command.command("install", epilog="Example: concordat clients install python-expenses@8.0.1")
@click.argument("specs", nargs=-1, metavar="[NAME[@VERSION|@all|@PATH]]...")
@click.option("--offline", is_flag=True, help="Use only what is cached.")
def install(specs: tuple[str, ...], *, offline: bool) -> None:
    """Install clients (default: the default version of each). Exit 3 when one is unavailable."""
    from concordat.clients import provision, select

    missing = 0
    for choice in select(list(specs)):
        try:
            installed = asyncio.run(provision(choice, progress=_progress, offline=offline))
        except ConcordatError as error:
            missing += 1
            say(f"{choice.label}: unavailable: {error}", err=True)
        else:
            say(f"{installed.label}: installed")
    sys.exit(EXIT_HARNESS if missing else 0)


def _progress(line: str) -> None:
    say(f"  {line}", err=True)


@command.command("check", epilog="Example: concordat clients check typescript-accounting")
@click.argument("spec", metavar="NAME[@VERSION|@PATH]")
def check(spec: str) -> None:
    """Check an adapter: that it follows the protocol, and that only the SDK sends requests."""
    from concordat.clients import check_client, provision, select
    from concordat.runner.stub_run import check_stub

    failed = 0
    for choice in select([spec]):
        installed = asyncio.run(provision(choice, progress=_progress))
        findings = asyncio.run(check_client(installed, choice.manifest))
        for finding in [*findings, asyncio.run(check_stub(installed, choice.manifest))]:
            failed += finding.problem is not None
            mark, colour = ("FAIL", "red") if finding.problem else ("ok  ", "green")
            problem = f": {finding.problem}" if finding.problem else ""
            say(f" {choice.label}: {finding.name}{problem}", mark=mark, colour=colour)
            for note in finding.notes:
                say(f"       {note}")
    sys.exit(1 if failed else 0)


@command.command("prune", epilog="Example: concordat clients prune")
def prune_clients() -> None:
    """Delete installed clients that no manifest lists."""
    from concordat.clients import load_manifests, prune, select
    from concordat.clients.provision import Provision

    published = [name for name, manifest in load_manifests().items() if manifest.versions]
    listed = [choice for name in published for choice in select([f"{name}@all"])]
    deleted = prune({Provision.of(choice).folder for choice in listed})
    say(f"{len(deleted)} folders deleted")
