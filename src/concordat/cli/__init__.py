"""The command line: each command is in a module that is loaded when the command is called."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from concordat import __version__
from concordat.api_key import take_api_key
from concordat.errors import EXIT_USAGE, SHOWN, ConcordatError, did_you_mean
from concordat.printable import json_text, terminal_entry, terminal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.errors import Finding

__all__ = ["cli", "main", "say", "say_document", "say_finding", "say_text", "show_error"]

COMMANDS = {
    "run": "Run the catalogue through clients and write a report.",
    "explore": "Search for differences between clients that no case describes.",
    "serve": "Run the sandbox on its own.",
    "proxy": "Run the recording, validating proxy on its own.",
    "clients": "List, install, check and prune clients.",
    "cases": "List, show and lint the catalogue.",
    "compare": "Show what changed between two reports, and whether it stops a release.",
    "history": "Find the first bad and the first good release of a case.",
    "report": "Render a report again, and merge the reports of shards.",
    "doctor": "Look at toolchains, cache, catalogue and credentials.",
}
_SERVERS = ("serve", "proxy")
"""Commands of the module `server`; each other command is named `command` in a module of its own name."""

_JSON_FORMS = ("json", "har")


class Commands(click.Group):
    """Loads a command's module only when the command is named, so that `--help` and `run` start fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a user needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command. An unknown name fails with the nearest known one."""
        if cmd_name not in COMMANDS:
            ctx.fail(f"there is no command `{cmd_name}`; {did_you_mean(cmd_name, COMMANDS)}")
        module, name = ("server", cmd_name) if cmd_name in _SERVERS else (cmd_name, "command")
        command: click.Command = getattr(import_module(f"concordat.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: concordat run --client reference customers.list",
)
@click.version_option(__version__, prog_name="concordat")
def cli() -> None:
    """Run published SDKs through one catalogue against one API contract, and report what a release would break."""


def main(args: Sequence[str] | None = None) -> Any:
    """Run the command line. Each `ConcordatError` becomes one message and its exit code.

    The API key of a live run is removed from the environment first and passed to the commands as click's object,
    because any command may start foreign packages.
    """
    try:
        arguments = None if args is None else list(args)
        cli.main(args=arguments, prog_name="concordat", standalone_mode=False, obj=take_api_key())
    except click.exceptions.Abort:
        say("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say_text(shown.getvalue().rstrip("\n"), err=True)
        sys.exit(EXIT_USAGE)
    except ConcordatError as error:
        show_error(error)
        sys.exit(error.exit_code)


def say(text: object, *, err: bool = False, mark: str = "", colour: str = "") -> None:
    """Print one entry with control characters removed; `mark` precedes it in a colour."""
    click.echo(_paint(mark, colour) + terminal_entry(str(text)), err=err)


def say_text(text: str, *, err: bool = False, colour: str = "") -> None:
    """Print a text of several lines whose foreign parts are already cleaned."""
    click.echo(_paint(terminal_text(text), colour), err=err)


def say_document(text: str, form: str) -> None:
    """Print a document for a program. JSON is escaped so that a log interprets nothing in it."""
    click.echo(json_text(text) if form in _JSON_FORMS else text)


def _paint(text: str, colour: str) -> str:
    """Return text in a colour unless NO_COLOR is set. Without a terminal, click removes colours."""
    return click.style(text, fg=colour) if colour and not os.environ.get("NO_COLOR") else text


def show_error(error: ConcordatError) -> None:
    """Print every finding of an error to stderr: where, what, why and how to mend it."""
    for finding in error.findings[:SHOWN]:
        say_finding(finding, err=True, mark="error: ")
    if len(error.findings) > SHOWN:
        say(f"... and {len(error.findings) - SHOWN} more", err=True)


def say_finding(finding: Finding, *, err: bool = False, mark: str = "") -> None:
    """Print one finding; `mark` stands before it in red."""
    head, *further = finding.entries()
    say(head, err=err, mark=mark, colour="red" if mark else "")
    for entry in further:
        say(entry, err=err)
