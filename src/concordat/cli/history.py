"""`concordat history`: the releases of a client between which a case began or ceased to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from concordat.cli import say, say_document, say_text
from concordat.cli.compare import form_option
from concordat.errors import UsageError
from concordat.printable import markdown_text, terminal_entry

if TYPE_CHECKING:
    from concordat.history.bisection import Bisection
    from concordat.history.releases import Releases

__all__ = ["command"]

EXAMPLES = """
\b
Examples:
  concordat history --client python-expenses --case errors.get
  concordat history --client python-expenses --all-cases --format markdown
"""
MARKS = {"ok": "ok", "fails": "FAILS", "n/a": "-", "unavailable": "?", "unknown": "?"}


@click.command(short_help="Find the first bad and the first good release of a case.", epilog=EXAMPLES)
@click.option("--client", required=True, metavar="NAME", help="A client with published releases.")
@click.option("--case", "cases", multiple=True, metavar="ID", help="A case, one row of it, or an area; repeatable.")
@click.option("--all-cases", is_flag=True, help="Print the table of releases and cases (or of the --case ones).")
@click.option("--every-release", is_flag=True, help="Run every release, not only those that a bisection needs.")
@form_option
@click.option("--offline", is_flag=True, help="Install nothing; use what is cached.")
@click.option("--no-record", is_flag=True, help="Do not keep the results for later reports.")
def command(
    client: str,
    cases: tuple[str, ...],
    form: str,
    *,
    all_cases: bool,
    every_release: bool,
    offline: bool,
    no_record: bool,
) -> None:
    """Run a client's published releases and find where a case changed from good to bad, or back.

    The results are kept in NAME.history.json of the project's clients. Reports show them beside a failure.
    """
    from concordat.history.releases import Releases

    if not cases and not all_cases:
        message = "no case is named"
        raise UsageError(message, hint="name a case with --case ID, or print the table with --all-cases")
    releases = Releases(client, cases, offline=offline, progress=_progress)
    if all_cases:
        for version in releases.versions:
            _progress(f"{client}@{version}")
            releases.run(version)
        _print(_table(releases, form), form)
    else:
        _print(_turns(releases, form, every=every_release), form)
    for version, reason in releases.reasons.items():
        say(f"{version} is unavailable: {reason}", err=True)
    if not no_record:
        say(f"kept in {releases.save()}", err=True)


def _progress(line: str) -> None:
    say(f"  {line}", err=True)


def _print(text: str, form: str) -> None:
    if form == "json":
        say_document(text, form)
    else:
        say_text(text)


def _turns(releases: Releases, form: str, *, every: bool) -> str:
    """Return the releases at which the outcome of the cases, taken together, changed."""
    import msgspec

    from concordat.catalogue.release_record import past_text
    from concordat.history.bisection import bisect

    found = bisect(releases.versions, releases.word, every=every)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    text = past_text(found.results) or "no release has a verdict on it"
    lines = [f"{releases.client}: {text}", *_changes(found)]
    lines.append(f"{len(found.results)} of {len(releases.versions)} releases run")
    return "\n".join(f"- {markdown_text(line)}" if form == "markdown" else terminal_entry(line) for line in lines)


def _changes(found: Bisection) -> list[str]:
    bad = [(before, after) for before, after, word in found.turns if word == "fails"]
    good = [(before, after) for before, after, word in found.turns if word == "ok"]
    lines = [f"first bad release: {after} ({before} was good)" for before, after in bad]
    lines += [f"first good release: {after} ({before} was bad)" for before, after in good]
    if not found.turns and found.first("fails") is not None:
        lines.append("it fails with every release that was run")
    elif not found.turns and found.first("ok") is not None:
        lines.append("no release that was run fails")
    if not found.monotonic:
        lines.append(f"warning: not monotonic, it changed {len(found.turns)} times; every release was run")
    return lines


def _table(releases: Releases, form: str) -> str:
    """Return a table of releases and the cases that fail with some release, and the number of the other cases."""
    import msgspec

    from concordat.report.tables import table_head, table_row

    outcomes = releases.by_case()
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(outcomes), indent=1).decode()
    failing = {key: words for key, words in sorted(outcomes.items()) if "fails" in words.values()}
    rows = [["case", *releases.versions]]
    rows += [[key, *(MARKS[words[version]] for version in releases.versions)] for key, words in failing.items()]
    totals = [sum(words[version] == "fails" for words in outcomes.values()) for version in releases.versions]
    rows.append([f"{len(failing)} cases fail somewhere", *map(str, totals)])
    rest = f"{len(outcomes) - len(failing)} further cases fail with no release"
    if form == "markdown":
        return "\n".join([*table_head(rows[0]), *map(table_row, rows[1:]), "", rest])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, rest])
