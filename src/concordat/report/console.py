"""The console: progress while it runs, the red results in words, and a table at the end.

Quiet where nobody watches: without a terminal, or with `CI` set, there is no live progress. Colour obeys NO_COLOR.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from concordat.checks import Verdict
from concordat.engine.result import CaseFinished, ClientReady, RunFinished, RunStarted
from concordat.suite.failure import failure_text

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.progress import Progress

    from concordat.engine.result import ClientInfo, Event, Result
    from concordat.errors import ConcordatError

__all__ = ["ConsoleReporter"]

RED_SHOWN = 20
"""Red results explained in full; further ones by one line each: the reports hold them all."""
WIDE = 400
"""Columns that the table may take: a narrow log wraps it, and loses none of it."""
COLUMNS = (
    (Verdict.PASS, "pass", "green"),
    (Verdict.FAIL, "fail", "red"),
    (Verdict.UNEXPECTED_PASS, "unexpected", "red"),
    (Verdict.KNOWN_FAILURE, "known", "yellow"),
    (Verdict.OBSERVATION, "observed", "cyan"),
    (Verdict.BLOCKED, "blocked", "yellow"),
    (Verdict.NOT_APPLICABLE, "n/a", "dim"),
    (Verdict.HARNESS_ERROR, "harness", "red"),
)


class ConsoleReporter:
    """A sink that prints to a terminal or a log; registers with pytest as the front end."""

    def __init__(self, console: Console, *, folder: Path | None = None) -> None:
        self._console = console
        self._folder = folder
        self._live = console.is_terminal and not os.environ.get("CI")
        self._progress: Progress | None = None
        self._results: list[Result] = []
        self._clients: dict[str, ClientInfo] = {}
        self.sinks = (self,)
        self.refused: ConcordatError | None = None
        self.exit_code: int | None = None

    def progress(self, line: str) -> None:
        """Show a line of progress while clients are installed."""
        self._console.print(line, style="dim", markup=False, highlight=False)

    def plain(self, error: ConcordatError) -> None:
        """Keep the error that ended the run before it began, for the command to print."""
        self.refused = error

    def __call__(self, event: Event) -> None:
        """Take one event."""
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
        self._console.print(
            f"concordat {header.concordat}: {event.planned} results to come, target {header.target}",
            markup=False,
            highlight=False,
        )
        if self._live:
            self._progress = _progress(self._console, event.planned)

    def _finished(self, result: Result) -> None:
        self._results.append(result)
        if self._progress is not None:
            task = self._progress.tasks[0]
            self._progress.update(task.id, advance=1, description=result.client)

    def _ended(self, event: RunFinished) -> None:
        if self._progress is not None:
            self._progress.stop()
        self.exit_code = event.footer.exit_code
        red = [result for result in self._results if result.verdict.red]
        for result in red[:RED_SHOWN]:
            self._console.print()
            self._console.print(
                failure_text(result, self._agreeing(result)), markup=False, highlight=False, soft_wrap=True
            )
        for result in red[RED_SHOWN:]:
            checks = ", ".join(check.id for check in result.checks if check.verdict.red)
            line = f"{result.verdict}: {result.key} with {result.client}: {checks or result.reason}"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
        self._table()
        for info in self._clients.values():
            if not info.available:
                self._console.print(
                    f"unavailable: {info.reason}",
                    style="yellow",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
        for note in event.notes:
            self._console.print(note, style="yellow", markup=False, highlight=False, soft_wrap=True)
        self._closing(event)

    def _agreeing(self, result: Result) -> list[str]:
        return [
            other.client
            for other in self._results
            if other is not result and other.key == result.key and other.shape == result.shape and result.shape
        ]

    def _table(self) -> None:
        counts: dict[str, Counter[Verdict]] = defaultdict(Counter)
        for result in self._results:
            counts[result.client][result.verdict] += 1
        if not counts:
            return
        shown = [column for column in COLUMNS if any(counter[column[0]] for counter in counts.values())]
        from rich.table import Table  # noqa: PLC0415 - after the run: the verdict of one case is waited for

        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("client", no_wrap=True)
        for _, name, style in shown:
            table.add_column(name, justify="right", style=style)
        for client, counter in sorted(counts.items()):
            table.add_row(client, *(str(counter[verdict] or "") for verdict, _, _ in shown))
        self._console.print()
        width, self._console.width = self._console.width, WIDE
        self._console.print(table)
        self._console.width = width

    def _closing(self, event: RunFinished) -> None:
        executed = sum(r.verdict not in (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR) for r in self._results)
        state = "" if event.footer.complete else f", NOT COMPLETE: {event.footer.note}"
        where = f"; report in {self._folder}" if self._folder else ""
        took = f"{event.footer.duration_ms / 1000:.1f} s"
        self._console.print()
        self._console.print(
            f"{executed} executed in {took}, exit {event.footer.exit_code}{state}{where}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _progress(console: Console, planned: int) -> Progress:
    from rich import progress  # noqa: PLC0415 - only where somebody watches

    shown = progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    shown.start()
    shown.add_task("cases", total=planned)
    return shown
