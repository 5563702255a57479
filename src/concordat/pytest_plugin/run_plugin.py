"""One run of the catalogue inside one pytest process: the only one, an xdist worker, or the controller of workers.

It connects the suite with the reporters; besides the command line it is the only module that imports both. It reads,
installs and starts nothing before the collection of the catalogue, so that other pytest runs stay fast.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import msgspec
import pytest

from concordat.errors import EXIT_OK, EXIT_USAGE, ConcordatError, HarnessError, UsageError
from concordat.printable import terminal_entry
from concordat.pytest_plugin.options import API_KEY_INPUT, api_key_of, names_concordat

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from concordat.pytest_plugin.heartbeat_output import HeartbeatThread
    from concordat.pytest_plugin.items import EndedItem
    from concordat.pytest_plugin.last_failed import ResultKey
    from concordat.pytest_plugin.replay import Replay
    from concordat.runner.event import Event
    from concordat.runner.session import Session

__all__ = ["SINKS_PLUGIN", "RunPlugin", "Sinks", "is_case_item"]

SINKS_PLUGIN = "concordat-sinks"
"""The name under which a front end registers its own reporters with pytest."""

_RESULT = "concordat_result"
_CLIENTS = "concordat_clients"
_REFUSED = "concordat_refused"
_RUN_ID = "concordat_run_id"
_CATALOGUE = ("suite", "test_catalogue.py")
_SEPARATE = {("suite", "contract"), ("suite", "stateful")}
"""Test packages that run only when an argument names them: `concordat.suite` alone is the catalogue."""


_Report = pytest.CollectReport | pytest.TestReport


class Sinks(Protocol):
    """The reporters that a front end registers as `SINKS_PLUGIN`."""

    sinks: Iterable[Callable[[Event], None]]
    is_terminal: bool

    def progress(self, line: str) -> None:
        """Show a line of progress during the installation of clients."""
        ...

    def plain(self, error: ConcordatError) -> None:
        """Report the error that ends the run before its start."""
        ...


def is_case_item(nodeid: str) -> bool:
    """Return whether a node id belongs to the catalogue module: only its file counts, not the rest of the id."""
    file, _, _ = nodeid.partition("::")
    return tuple(file.split("/")[-2:]) == _CATALOGUE


class RunPlugin:
    """One run inside one pytest process: the only one, an xdist worker, or the controller of workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._session: Session | None = None
        self._planned = 0
        self._begun = False
        self._selected = False
        self.refused: ConcordatError | None = None
        self._refused_by_worker: tuple[str, int] | None = None
        self._replay: Replay | None = None
        self._red_by_key: dict[ResultKey, bool] = {}
        self._heartbeat_thread: HeartbeatThread | None = None
        self._skipped: Counter[str] = Counter()
        """The results that an unavailable client does not have, by its label."""
        self._ended: dict[str, EndedItem] = {}
        """By the node id of an item whose report is not logged yet."""

    @property
    def session(self) -> Session:
        """The run, created on first use."""
        if self._session is None:
            from concordat.pytest_plugin.options import settings_from
            from concordat.runner.session import Session

            self._session = Session(
                settings_from(self.config),
                api_key=api_key_of(self.config),
                progress=self._progress,
                part=self._part,
                run_id=self._run_id,
            )
        return self._session

    @property
    def _front_end(self) -> Any:
        return self.config.pluginmanager.get_plugin(SINKS_PLUGIN)

    @cached_property
    def _run_id(self) -> str:
        """The id that all processes of the run share."""
        received: dict[str, Any] = getattr(self.config, "workerinput", {})
        return str(received.get(_RUN_ID) or token_hex(3))

    @property
    def _part(self) -> tuple[int, int]:
        """The index of this process from 0, and the number of processes that run cases."""
        received: dict[str, Any] = getattr(self.config, "workerinput", {})
        return int(str(received.get("workerid", "gw0")).removeprefix("gw")), int(received.get("workercount", 1))

    @property
    def _is_worker(self) -> bool:
        return hasattr(self.config, "workerinput")

    @property
    def _is_controller(self) -> bool:
        return self.config.pluginmanager.has_plugin("dsession")

    def _progress(self, line: str) -> None:
        terminal = self.config.pluginmanager.get_plugin("terminalreporter")
        if self._front_end is not None:
            self._front_end.progress(line)
        elif terminal is not None:
            terminal.write_line(terminal_entry(line))

    # -- collection

    def pytest_ignore_collect(self, collection_path: Path, config: pytest.Config) -> bool | None:
        """Ignore a test package that runs only when an argument names it."""
        parts = collection_path.parts[-2:]
        ignored = parts in _SEPARATE and not any(".".join(parts) in arg.replace("/", ".") for arg in config.args)
        return True if ignored else None

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect the suite's catalogue module as case items."""
        if module_path.parts[-2:] != _CATALOGUE:
            return None
        from concordat.pytest_plugin.items import CatalogueFile

        # An installed suite is outside the user's project, where pytest gives a file no usable id.
        inside = module_path.is_relative_to(self.config.rootpath)
        path = module_path.relative_to(self.config.rootpath) if inside else Path("concordat", *_CATALOGUE)
        collected: CatalogueFile = CatalogueFile.from_parent(
            parent, name=module_path.name, path=module_path, nodeid=path.as_posix()
        )
        collected.run = self
        return collected

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """End the run with one error for a wrong catalogue, manifest or credential."""
        try:
            self._prepare_replay()
            if self._front_end is not None and self._is_controller:
                # The controller checks `-k`, which would crash a worker, and installs once for all workers.
                self.config.hook.pytest_collection_modifyitems(session=session, config=self.config, items=[])
                self.session.jobs()
            collected = yield
        except ConcordatError as error:
            self._end_run(error)
        if self.refused is not None:
            self._end_run(self.refused)
        return collected

    def _prepare_replay(self) -> None:
        """Register the selection of `--last-failed` in the process with the items: with workers, in each of them."""
        option = self.config.getoption
        if option("cacheclear", default=False) and not self._is_worker:
            from concordat.pytest_plugin.last_failed import record_of

            record_of(option("--target")).clear()
        if option("lf", default=False) and not self._is_controller:
            from concordat.pytest_plugin.replay import Replay

            self._replay = Replay(self, self._progress)
            self.config.pluginmanager.register(self._replay, "concordat-replay")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Record that the selection succeeded: pytest also finishes a collection with a wrong `-k`."""
        self._selected = True
        if self._replay is not None:
            self._replay.see(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin the report, and start the selected jobs ahead of their items."""
        if self._session is None or self.refused or not self._selected:
            return
        if self.config.option.collectonly or self._is_worker:
            return
        from concordat.pytest_plugin.items import CaseItem

        jobs = [item.job for item in session.items if isinstance(item, CaseItem)]
        self._begin(len(jobs))
        self._session.start(jobs)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Begin the report when the first worker has collected the catalogue."""
        planned = sum(map(is_case_item, ids))
        if planned and not self._begun:
            self._begin(planned)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> object | None:
        """Return a scheduler that distributes the catalogue, None to keep pytest-xdist's own."""
        from concordat.pytest_plugin.client_scheduler import SPREAD_BY_CLIENT, ClientScheduler

        if config.getoption("dist") not in SPREAD_BY_CLIENT or not names_concordat(config):
            return None
        try:
            labels = [choice.label for choice in self.session.choices()]
        except ConcordatError:
            return None  # each worker raises the same error, which ends the run
        return ClientScheduler(config, log, is_case_item=is_case_item, labels=labels)

    def _begin(self, planned: int) -> None:
        self._planned = planned
        run = self.session
        if run.settings.report is not None:
            from concordat.report.store import ReportWriter

            run.record.sinks.append(ReportWriter(run.settings.report))
        if self._front_end is not None:
            run.record.sinks.extend(self._front_end.sinks)
        if run.settings.last_failed:
            from concordat.pytest_plugin.replay import replayed

            self._progress(replayed(run.settings.target, planned))
        self._add_heartbeat(run)
        run.record.begin(run.header(), planned)
        self._begun = True

    def _add_heartbeat(self, run: Session) -> None:
        from concordat.pytest_plugin.heartbeat_output import HeartbeatThread, heartbeat_for

        heartbeat = heartbeat_for(self.config, self._front_end)
        if heartbeat is None:
            return
        run.record.sinks.append(heartbeat)
        run.idle = heartbeat.tick
        if self._is_controller:
            self._heartbeat_thread = HeartbeatThread(heartbeat)

    def _end_run(self, error: ConcordatError) -> NoReturn:
        if self._is_worker:
            # A worker has no terminal, and its exit code is not the run's: the controller reports the error.
            self.config.workeroutput[_REFUSED] = [str(error), error.exit_code]  # type: ignore[attr-defined]  # xdist's own
        if self._front_end is not None:
            self._front_end.plain(error)
            pytest.exit(terminal_entry(str(error)), returncode=error.exit_code)
        if isinstance(error, UsageError):
            raise pytest.UsageError(terminal_entry(str(error))) from error
        pytest.exit(terminal_entry(str(error)), returncode=error.exit_code)

    # -- results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """Start the next job of an xdist worker as well, which then runs while this one's report is sent."""
        if self._is_worker and self._session is not None:
            from concordat.pytest_plugin.items import CaseItem

            self._session.start([one.job for one in (item, nextitem) if isinstance(one, CaseItem)])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the result of a case item until its report is logged, or sent to the controller."""
        report = yield
        if self._session is not None and report.when == "call":
            from concordat.pytest_plugin.items import CaseItem

            if isinstance(item, CaseItem) and item.ended is not None:
                self._ended[report.nodeid] = item.ended
                if item.ended.finished is not None:
                    # the case may have run while pytest was at another item: `--durations` shows its own time
                    report.duration = item.ended.finished.result.duration_ms / 1000
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(
        self, report: _Report
    ) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
        """Attach a result to pytest's report, which an xdist worker sends to the controller."""
        data = yield
        if self._is_worker and data is not None and report.when == "call":
            ended = self._ended.pop(report.nodeid, None)
            if ended is not None:
                data[_RESULT] = msgspec.json.encode(ended).decode("utf-8")  # xdist sends text only
        return data

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(
        self, data: dict[str, Any]
    ) -> Generator[
        None, pytest.CollectReport | pytest.TestReport | None, pytest.CollectReport | pytest.TestReport | None
    ]:
        """Detach the result from the report of an xdist worker."""
        encoded = data.pop(_RESULT, None)
        report = yield
        if encoded is not None and report is not None:
            from concordat.pytest_plugin.items import EndedItem

            self._ended[report.nodeid] = msgspec.json.decode(encoded, type=EndedItem)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a result, except in an xdist worker."""
        if self._is_worker or self._session is None or report.when != "call":
            return
        ended = self._ended.pop(report.nodeid, None)
        if ended is None:
            return
        if ended.finished is None:
            self._skipped[ended.key.client] += 1
            return
        verdict = ended.finished.result.verdict
        self._red_by_key[ended.key] = verdict.red or verdict.unusable  # `--last-failed` repeats what the target broke
        try:
            self._session.add(ended.finished)
        except ConcordatError as error:
            self._end_run(error)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the id of the run, and the API key of a live run, to a worker through its pipe."""
        node.workerinput[_RUN_ID] = self._run_id
        node.workerinput[API_KEY_INPUT] = str(api_key_of(self.config))  # exactly `str`: xdist sends no subclass

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Record the clients of a worker that has ended."""
        output = getattr(node, "workeroutput", {})
        if _REFUSED in output:
            message, code = output[_REFUSED]
            self._refused_by_worker = (message, code)
            if self._front_end is not None:
                self._front_end.plain((UsageError if code == EXIT_USAGE else HarnessError)(message))
        sent = output.get(_CLIENTS)
        if sent is not None and self._session is not None:
            from concordat.runner.result import ClientInfo

            self._session.record.meet(msgspec.json.decode(sent, type=list[ClientInfo]))

    # -- the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Stop the adapters and end the report, which is incomplete if planned results are missing."""
        if self._heartbeat_thread is not None:
            self._heartbeat_thread.stop()
        if self._refused_by_worker is not None:
            session.exitstatus = self._refused_by_worker[1]
        run = self._session
        if run is None:
            return
        run.stop()
        if self._is_worker:
            sent = msgspec.json.encode(list(run.record.clients.values())).decode("utf-8")
            self.config.workeroutput[_CLIENTS] = sent  # type: ignore[attr-defined]  # xdist's own
            return
        if not self._begun:
            return
        self._record_red()
        reason = self._incomplete(run, exitstatus, first_red=bool(session.shouldfail))
        footer = run.record.finish(interrupted=reason, red=bool(session.shouldfail))
        if footer.exit_code != EXIT_OK and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _incomplete(self, run: Session, exitstatus: int, *, first_red: bool) -> str | None:
        """Return the reason why results are missing, None for a complete report. `first_red`: `-x` or `--maxfail`."""
        left = self._planned - len(run.record.results) - self._skipped_with_reason(run)
        missing = f"{left} of {self._planned} results are missing"
        if exitstatus == pytest.ExitCode.INTERRUPTED:
            return f"interrupted, {missing}"
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            return f"ended by an internal error, {missing}"
        if not left:
            return None
        if not first_red:
            return f"stopped early, {missing}"
        red = sum(result.verdict.red for result in run.record.results)
        return f"stopped {'at the first red result' if red == 1 else f'after {red} red results'}, {missing}"

    def _skipped_with_reason(self, run: Session) -> int:
        """Return the number of results that are missing because their client is unavailable, as its entry states.

        A client that one process could start and another could not is available, so that its missing results count.
        """
        available = {label for label, info in run.record.clients.items() if info.available}
        return sum(count for label, count in self._skipped.items() if label not in available)

    def _record_red(self) -> None:
        from concordat.pytest_plugin.replay import remember

        problem = remember(self, self._red_by_key)
        if problem is not None:
            self._progress(problem)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the error that prevented the workers' plan."""
        if self._refused_by_worker is not None:
            terminalreporter.write_line(terminal_entry(f"ERROR: {self._refused_by_worker[0]}"), red=True)
