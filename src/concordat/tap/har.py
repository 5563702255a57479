"""Exchanges as entries of an HTTP Archive (HAR 1.2)."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import harfile

from concordat import __version__
from concordat.http1.exchange import header

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from concordat.http1.exchange import Exchange, Request, Response
    from concordat.values import Pairs

__all__ = ["add_entry", "open_har"]

_REASONS = {status.value: status.phrase for status in HTTPStatus}


def open_har(path: Path) -> harfile.HarFile:
    """Open a HAR file that names Concordat as its creator. Raises OSError when it cannot be written."""
    return harfile.HarFile.open(path, creator=harfile.Creator(name="concordat", version=__version__))


def add_entry(
    har: harfile.HarFile, exchange: Exchange, *, base_url: str, began: datetime, comment: str | None = None
) -> None:
    """Write one exchange; `base_url` is the listener's, `began` is the zero of its clock.

    Bytes that are not a request have the method `UNPARSABLE`. An exchange without a response has status 0, as browsers
    write it. The default comment lists problems, faults and the ending.
    """
    elapsed = 0.0 if exchange.finished is None else max(0.0, exchange.finished - exchange.started) * 1000
    har.add_entry(
        startedDateTime=began + timedelta(seconds=exchange.started),
        time=round(elapsed, 3),
        request=_unparsable(exchange, base_url) if exchange.request is None else _request(exchange.request, base_url),
        response=_response(exchange.response),
        timings=harfile.Timings(send=0, wait=round(elapsed, 3), receive=0),
        comment=_comment(exchange) if comment is None else comment,
    )


def _request(request: Request, base_url: str) -> harfile.Request:
    text, note = _text(request.body)
    post = harfile.PostData(mimeType=header(request.headers, "content-type") or "", text=text, comment=note)
    return harfile.Request(
        method=request.method,
        url=base_url + request.target if request.target.startswith("/") else request.target,
        httpVersion="HTTP/1.1",
        headers=_records(request.headers),
        queryString=_records(request.query),
        postData=post if request.body else None,
        bodySize=len(request.body),
    )


def _unparsable(exchange: Exchange, base_url: str) -> harfile.Request:
    raw = exchange.unparsable or b""
    text, note = _text(raw)
    post = harfile.PostData(mimeType="application/octet-stream", text=text, comment=note)
    return harfile.Request(method="UNPARSABLE", url=base_url, httpVersion="", postData=post, bodySize=len(raw))


def _response(response: Response | None) -> harfile.Response:
    if response is None:
        return harfile.Response(status=0, statusText="", httpVersion="", bodySize=-1)
    text, encoding = _text(response.body)
    content_type = header(response.headers, "content-type") or ""
    return harfile.Response(
        status=response.status,
        statusText=_REASONS.get(response.status, ""),
        httpVersion="HTTP/1.1",
        headers=_records(response.headers),
        content=harfile.Content(size=len(response.body), mimeType=content_type, text=text, encoding=encoding),
        redirectURL=header(response.headers, "location") or "",
        bodySize=len(response.body),
    )


def _text(body: bytes) -> tuple[str, str | None]:
    """Return a body as text, or as base64 with the encoding's name."""
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return b64encode(body).decode("ascii"), "base64"


def _records(pairs: Pairs) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _comment(exchange: Exchange) -> str:
    problems = (
        *(f"request {problem.where} {problem.pointer}: {problem.message}" for problem in exchange.request_problems),
        *(f"response {problem.where} {problem.pointer}: {problem.message}" for problem in exchange.response_problems),
    )
    parts = [exchange.operation or "no operation", exchange.ending.value, *problems]
    if exchange.faults:
        parts.append("faults: " + ", ".join(exchange.faults))
    return "; ".join(parts)
