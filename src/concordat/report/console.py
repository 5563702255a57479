"""The console reporter: live progress, then the red results and a table.

Live progress needs a terminal and is off when `CI` is set. Colour obeys NO_COLOR.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.printable import terminal_entry, terminal_text, terminal_word
from concordat.report.failure import failure_text
from concordat.report.summary import counts_by_client, executed, nothing_run, red_results, shown_verdicts
from concordat.runner.event import CaseFinished, ClientReady, RunFinished, RunStarted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Progress

    from concordat.errors import ConcordatError
    from concordat.runner.event import Event
    from concordat.runner.result import ClientInfo, Result

__all__ = ["ConsoleReporter"]

RED_SHOWN = 20
"""Red results that are shown in full. Each further one gets one line; the reports hold all of them."""
WIDE = 400
"""Columns of the table: a narrow log wraps it without losing a cell."""
SHORT_HEADS = {
    Verdict.UNEXPECTED_PASS: "unexpected",
    Verdict.KNOWN_FAILURE: "known",
    Verdict.OBSERVATION: "observed",
    Verdict.NOT_APPLICABLE: "n/a",
    Verdict.HARNESS_ERROR: "harness",
}
"""Short heads of columns; other columns are headed by the verdict itself."""
STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "red",
    Verdict.UNEXPECTED_PASS: "red",
    Verdict.KNOWN_FAILURE: "yellow",
    Verdict.OBSERVATION: "cyan",
    Verdict.BLOCKED: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.TARGET: "magenta",
    Verdict.HARNESS_ERROR: "red",
}


class ConsoleReporter:
    """A sink that prints to a terminal or a log. `concordat run` registers it with pytest."""

    def __init__(self, console: Console, *, folder: Path | None = None) -> None:
        self._console = console
        self._folder = folder
        self.is_terminal = console.is_terminal
        self._live = self.is_terminal and not os.environ.get("CI")
        self._progress: Progress | None = None
        self._results: list[Result] = []
        self._clients: dict[str, ClientInfo] = {}
        self.sinks = (self,)
        self.refused: ConcordatError | None = None
        self.exit_code: int | None = None

    def progress(self, line: str) -> None:
        """Print a line of progress while clients are installed."""
        self._say(terminal_entry(line), "dim")

    def plain(self, error: ConcordatError) -> None:
        """Keep the error that prevented the run, for the command to print."""
        self.refused = error

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self._started(event)
            case CaseFinished():
                self._finished(event.result)
            case ClientReady():
                self._clients[event.client.name + event.client.requested] = event.client
            case RunFinished():
                self._ended(event)

    def _started(self, event: RunStarted) -> None:
        header = event.header
        planned = f"{event.planned} results to come"
        self._say(terminal_entry(f"concordat {header.concordat}: {planned}, target {header.target}"))
        if self._live:
            self._progress = _progress(self._console, event.planned)

    def _finished(self, result: Result) -> None:
        self._results.append(result)
        if self._progress is not None:
            task = self._progress.tasks[0]
            self._progress.update(task.id, advance=1, description=terminal_word(result.client))

    def _ended(self, event: RunFinished) -> None:
        if self._progress is not None:
            self._progress.stop()
        self.exit_code = event.footer.exit_code
        red = red_results(self._results)
        for result in red[:RED_SHOWN]:
            self._console.print()
            self._say(failure_text(result, self._agreeing(result)))
        for result in red[RED_SHOWN:]:
            checks = ", ".join(check.id for check in result.checks if check.verdict.red)
            self._say(terminal_entry(f"{result.verdict}: {result.key} with {result.client}: {checks or result.reason}"))
        self._table()
        for info in self._clients.values():
            if not info.available:
                reason = info.reason or "no reason is given"
                named = reason if info.label in reason else f"{info.label}: {reason}"
                self._say(terminal_entry(f"unavailable: {named}"), "yellow")
        for note in event.notes:
            self._say(terminal_entry(note), "yellow")
        self._closing(event)

    def _say(self, text: str, style: str | None = None) -> None:
        """Print text literally: without markup, emoji names or line breaks that a log could read as a command.

        Control characters are removed here. A caller that quotes foreign text in an entry indents that text first.
        """
        self._console.print(
            terminal_text(text), style=style, markup=False, emoji=False, highlight=False, soft_wrap=True
        )

    def _agreeing(self, result: Result) -> list[str]:
        return [
            other.client
            for other in self._results
            if other is not result and other.key == result.key and other.shape == result.shape and result.shape
        ]

    def _table(self) -> None:
        counts = counts_by_client(self._results)
        if not counts:
            return
        shown = shown_verdicts(counts.values())
        # Imported after the run, so that a single case reports its verdict sooner.
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("client", no_wrap=True)
        for verdict in shown:
            table.add_column(SHORT_HEADS.get(verdict, str(verdict)), justify="right", style=STYLES.get(verdict))
        for client, counter in sorted(counts.items()):
            table.add_row(Text(terminal_word(client)), *(str(counter[verdict] or "") for verdict in shown))
        self._console.print()
        width, self._console.width = self._console.width, WIDE
        self._console.print(table)
        self._console.width = width

    def _closing(self, event: RunFinished) -> None:
        state = "" if event.footer.complete else f", NOT COMPLETE: {event.footer.note}"
        where = f"; report in {self._folder}" if self._folder else ""
        took = f"{event.footer.duration_ms / 1000:.1f} s"
        self._console.print()
        idle = nothing_run(self._results, self._clients.values())
        if idle is not None:
            self._say(terminal_entry(idle), "yellow")
        self._say(
            terminal_entry(f"{executed(self._results)} executed in {took}, exit {event.footer.exit_code}{state}{where}")
        )


def _progress(console: Console, planned: int) -> Progress:
    from rich import progress  # noqa: PLC0415 - only for a terminal

    shown = progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    shown.start()
    shown.add_task("cases", total=planned)
    return shown
