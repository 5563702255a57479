"""The help of every command, to the letter: other people's scripts use these words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from concordat.cli import COMMANDS, cli, main

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
OPTIONS = {
    "run": [
        "--operation", "--client", "--target", "--workers", "--shard", "--profile", "--level", "--requirements",
        "--report", "--last-failed", "-k", "-x", "--exitfirst", "--allow-writes", "--disposable",
        "--rate-limit", "--max-requests", "--max-target-failures", "--offline", "--require-all", "--record-failures",
        "--rerun-failures", "--baseline", "--fail-on", "-h", "--help",
    ],
    "explore": [
        "--client", "--examples", "--seed", "--operation", "--api", "--into", "--database", "--offline", "-h", "--help",
    ],
    "serve": [
        "--api", "--port", "--control-port", "--world", "--stocked", "--db", "--clock-rate", "-h", "--help",
    ],
    "proxy": ["--upstream", "--api", "--port", "--har", "--allow-writes", "-h", "--help"],
    "cases list": ["--area", "--rows", "--live", "-h", "--help"],
    "cases show": ["-h", "--help"],
    "cases coverage": ["--format", "--operation", "--all", "-h", "--help"],
    "cases freeze": ["-h", "--help"],
    "cases lint": ["-h", "--help"],
    "cases schema": ["-h", "--help"],
    "clients list": ["-h", "--help"],
    "clients install": ["--offline", "-h", "--help"],
    "clients check": ["-h", "--help"],
    "clients prune": ["-h", "--help"],
    "report publish": ["--into", "-h", "--help"],
    "report render": ["--format", "--case", "--client", "--output", "-h", "--help"],
    "report index": ["--output", "-h", "--help"],
    "report merge": ["--into", "-h", "--help"],
    "report schema": ["-h", "--help"],
    "compare": ["--fail-on", "--pair", "--across-catalogues", "--format", "--into", "-h", "--help"],
    "history": [
        "--client", "--case", "--all-cases", "--every-release", "--format", "--offline", "--no-record", "-h", "--help",
    ],
    "doctor": ["-h", "--help"],
}  # fmt: skip


def _help(*words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--help"], terminal_width=WIDTH, prog_name="concordat")
    assert result.exit_code == 0, result.output
    return result.output


def _commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(cli, **cli.context_settings)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from (((name, inner), command.commands[inner]) for inner in command.commands)
        else:
            yield (name,), command


def test_the_top_reads_like_this() -> None:
    shown = _help()
    assert shown.startswith(
        "Usage: concordat [OPTIONS] COMMAND [ARGS]...\n"
        "\n"
        "  Run published SDKs through one catalogue against one API contract, and report what a release would\n"
        "  break.\n"
        "\n"
        "Options:\n"
        "  --version   Show the version and exit.\n"
        "  -h, --help  Show this message and exit.\n"
        "\n"
        "Commands:\n"
    )
    assert [line.split()[0] for line in shown.split("Commands:\n")[1].split("\n\n")[0].splitlines()] == list(COMMANDS)
    assert shown.endswith("\n  Example: concordat run --client reference customers.list\n")


@pytest.mark.parametrize(("words", "options"), OPTIONS.items())
def test_a_command_has_these_options_and_no_others(words: str, options: list[str]) -> None:
    (command,) = (found for name, found in _commands() if " ".join(name) == words)
    context = click.Context(command, help_option_names=["-h", "--help"])
    assert [text for option in command.get_params(context) for text in option.opts if text.startswith("-")] == options


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        ("run", "[OPTIONS] [CASE_ID_OR_PATH]..."),
        ("explore", "[OPTIONS]"),
        ("serve", "[OPTIONS]"),
        ("proxy", "[OPTIONS]"),
        ("clients install", "[OPTIONS] [NAME[@VERSION|@all|@PATH]]..."),
        ("clients check", "[OPTIONS] NAME[@VERSION|@PATH]"),
        ("cases show", "[OPTIONS] ID"),
        ("cases freeze", "[OPTIONS] NAME"),
        ("compare", "[OPTIONS] OLD NEW"),
        ("history", "[OPTIONS]"),
        ("report merge", "[OPTIONS] SHARD..."),
        ("report publish", "[OPTIONS] REPORT"),
        ("report render", "[OPTIONS] REPORT"),
        ("doctor", "[OPTIONS]"),
    ],
)
def test_a_commands_usage_reads_like_this(words: str, usage: str) -> None:
    assert _help(*words.split()).splitlines()[0] == f"Usage: concordat {words} {usage}"


@pytest.mark.parametrize("words", OPTIONS)
def test_every_command_and_option_says_what_it_is_for(words: str) -> None:
    (command,) = (found for name, found in _commands() if " ".join(name) == words)
    assert command.help
    undescribed = [option.opts for option in command.params if isinstance(option, click.Option) and not option.help]
    assert undescribed == []
    assert f"concordat {words}" in (command.epilog or ""), "an example"
    assert max(len(line) for line in _help(*words.split()).splitlines()) <= WIDTH


@pytest.mark.parametrize("group", [name for name in COMMANDS if any(key.startswith(f"{name} ") for key in OPTIONS)])
def test_no_command_of_a_group_is_missing_here(group: str) -> None:
    found = {" ".join(name) for name, _ in _commands() if name[0] == group}
    assert found == {key for key in OPTIONS if key.startswith(f"{group} ")}


@pytest.mark.parametrize("args", [["--version"], ["run", "-h"], ["cases", "-h"]])
def test_help_and_version_end_well(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(args)
    assert "oncordat" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["run", "--levle", "must"], "No such option"),
        (["run", "--level", "most"], "'most' is not one of"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
        (["report", "render"], "Missing argument 'REPORT'"),
    ],
)
def test_bad_usage_is_exit_2_with_the_usage(args: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(args)
    said = capsys.readouterr().err
    assert caught.value.code == 2
    assert message in said
    assert said.startswith("Usage: concordat")
