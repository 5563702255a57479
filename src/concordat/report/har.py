"""A report's exchanges as an HTTP Archive (HAR 1.2), for the network panel of a browser."""

from __future__ import annotations

import base64
import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import harfile

from concordat import __version__
from concordat.errors import ReportError, did_you_mean
from concordat.http1.exchange import Ending, Exchange, Request, Response, header
from concordat.tap import add_entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from concordat.runner.result import ExchangeView, MessageView, Report, Result

__all__ = ["har_text", "selected_results"]


def selected_results(report: Report, case: str | None, client: str | None) -> tuple[Result, ...]:
    """Return the results of a case (an id, or an id with its row) and a client (`NAME` or `NAME@VERSION`).

    None selects all. Raises ReportError for a name that is not in the report.
    """
    results = report.results
    if case is not None:
        results = tuple(result for result in results if case in (result.key, result.case))
        if not results:
            message = f"the report has no case `{case}`"
            raise ReportError(message, hint=did_you_mean(case, {result.key for result in report.results}))
    if client is not None:
        found = tuple(result for result in results if client in (result.client, result.client.partition("@")[0]))
        if not found:
            message = f"the report has no results of `{client}`" + ("" if case is None else f" for `{case}`")
            raise ReportError(message, hint=did_you_mean(client, {result.client for result in results}))
        results = found
    return results


def har_text(report: Report, results: Sequence[Result], folder: Path) -> str:
    """Return the exchanges of results as a HAR file, with the cases in sequence.

    Bodies beside the report are read from `folder`; the entry of a missing body has an empty body and a comment.
    Raises ReportError when the results have no exchange.
    """
    if not any(result.exchanges for result in results):
        message = "these results have no exchanges"
        hint = "no request was sent, or this is a published report: render the report of the run itself"
        raise ReportError(message, hint=hint)
    began = datetime.fromisoformat(report.header.started)
    text = io.StringIO()
    creator = harfile.Creator(name="concordat", version=__version__)
    with harfile.HarFile(text, creator=creator, comment=f"run {report.header.run_id}") as har:
        for result in results:
            for view in result.exchanges:
                exchange, missing = _exchange(view, folder)
                comment = _comment(result, view, missing)
                add_entry(har, exchange, base_url=_base(exchange), began=began, comment=comment)
            began += timedelta(milliseconds=result.duration_ms)
    return text.getvalue()


def _exchange(view: ExchangeView, folder: Path) -> tuple[Exchange, tuple[str, ...]]:
    """Return a recorded exchange and the names of its missing body files."""
    missing: list[str] = []
    request = response = None
    if view.request is not None:
        method, _, rest = view.request.line.partition(" ")
        target = rest.removesuffix(" HTTP/1.1")
        request = Request(method, target, view.request.headers, _body(view.request, folder, missing))
    if view.response is not None:
        status = int(view.response.line.split()[1])
        response = Response(status, view.response.headers, _body(view.response, folder, missing))
    exchange = Exchange(
        number=view.number,
        started=view.started,
        finished=view.finished,
        ending=Ending(view.ending),
        operation=view.operation,
        request=request,
        unparsable=None if view.unparsable_base64 is None else base64.b64decode(view.unparsable_base64),
        response=response,
        faults=view.faults,
        straggler=view.straggler,
    )
    return exchange, tuple(missing)


def _body(message: MessageView, folder: Path, missing: list[str]) -> bytes:
    if message.body is not None:
        return message.body.encode("utf-8")
    if message.body_base64 is not None:
        return base64.b64decode(message.body_base64)
    if message.body_file is None:
        return b""
    file = (folder / message.body_file).resolve()
    if file.is_relative_to(folder.resolve()) and file.is_file():
        return file.read_bytes()
    missing.append(message.body_file)
    return b""


def _comment(result: Result, view: ExchangeView, missing: Sequence[str]) -> str:
    parts = [f"{result.key} with {result.client}: {result.verdict}", f"exchange {view.number}"]
    parts += [f"step {view.step}"] if view.step else []
    parts += [view.operation or "no operation of the contract", view.ending, *view.problems]
    parts += ["faults: " + ", ".join(view.faults)] if view.faults else []
    parts += [f"missing beside the report: {name}" for name in missing]
    return "; ".join(parts)


def _base(exchange: Exchange) -> str:
    host = None if exchange.request is None else header(exchange.request.headers, "host")
    return f"http://{host or 'localhost'}"
