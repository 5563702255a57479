"""The stand-in of the positional generation, installed as a package and configured by the committed manifest.

It sends its requests to a server that answers with the request that it received.
"""

from __future__ import annotations

import json
import shutil
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.adapters.stand_ins.stand_in import (
    BACKOFF,
    HERE,
    Call,
    OutcomeRow,
    Server,
    StandIn,
    returned,
    serving,
    typescript_command,
    unrepresentable,
    unsupported,
)

from concordat.clients.registry import load_manifests

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import AdapterCommand, JsonObject

__all__ = ["STYLE", "TYPESCRIPT_POSITIONAL"]

STYLE = "typescript-positional"
COMPANY = {"companyId": "c", "connectionId": "n"}
PUSH = "/companies/c/connections/n/push/customers"
PAGE: JsonObject = {
    "_links": {"self": {"href": "/"}},
    "pageNumber": 1,
    "results": [{"id": "1", "_links": {"href": "x"}, "supplementalData": {"content": {"links": {"links": None}}}}],
}


class Echo(BaseHTTPRequestHandler):
    """Answers with the request that it received; the customer's id may ask for something else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        last = self.path.split("?")[0].rsplit("/", 1)[-1]
        length = int(self.headers["Content-Length"] or 0)
        sent = self.rfile.read(length).decode() or None
        received = [self.command, self.path, self.headers["Authorization"], self.headers["x-retries"], sent]
        if last == "slow":
            self.server.released.wait()
        status = {"missing": 404, "odd": 502}.get(last, 200)
        kind = {"download": "application/octet-stream", "odd": "text/html"}.get(last, "application/json")
        answer = PAGE if self.path.endswith("pageSize=1") else {"received": received}
        body = b"\x00\xffpdf" if last == "download" else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        cut = 3 if "/cut/" in self.path else 0
        self.send_header("Content-Length", str(len(body) + cut))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = bool(cut)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Write no log."""


def lay_out(folder: Path) -> AdapterCommand:
    """Copy the package beside the adapter, as npm installs it."""
    config = load_manifests()[STYLE].config("1.2.3")
    shutil.copytree(HERE / "positional_standin", folder / "node_modules" / config["module"])
    return typescript_command(STYLE, folder, config)


def _get(customer: str) -> Call:
    return Call("customers.get", {"companyId": "c", "customerId": customer})


def _received(method: str, path: str, body: str | None) -> JsonObject:
    return returned(payload={"received": [method, path, "Basic key", '{"strategy":"none"}', body]})


ARGUMENTS = (
    *(
        OutcomeRow(name, Call(operation, arguments), _received(method, path, body))
        for name, operation, arguments, method, path, body in (
            (
                "arguments one by one",
                "customers.create",
                COMPANY | {"body": {"id": "1", "phone": None}, "timeoutInMinutes": 3},
                "POST",
                f"{PUSH}?timeoutInMinutes=3",
                '{"id":"1","phone":null}',
            ),
            (
                "an argument that is left out between others is undefined",
                "customers.create",
                COMPANY | {"timeoutInMinutes": 3},
                "POST",
                f"{PUSH}?timeoutInMinutes=3",
                None,
            ),
            ("the options stay behind the optional arguments", "customers.create", COMPANY, "POST", PUSH, None),
            (
                "arguments in the SDK's order, not the case's",
                "customers.get",
                {"customerId": "a/b", "companyId": "c"},
                "GET",
                "/companies/c/data/customers/a%2Fb",
                None,
            ),
            (
                "arguments as one object",
                "customers.list",
                {"companyId": "c", "page": 2},
                "GET",
                "/companies/c/data/customers?page=2",
                None,
            ),
            (
                "arguments as one object with the body in it",
                "customers.update",
                COMPANY | {"customerId": "u", "body": {}},
                "PUT",
                f"{PUSH}/u",
                "{}",
            ),
        )
    ),
    OutcomeRow(
        "an argument without a place",
        Call("customers.get", {"companyId": "c", "query": "x"}),
        unrepresentable("query"),
    ),
    *(
        OutcomeRow(f"an operation that is not there: {operation}", Call(operation), unsupported(operation))
        for operation in ("customers.getAttachment", "companies.list")
    ),
)
ANSWERS = (
    OutcomeRow(
        "a failure in JSON is returned",
        _get("missing"),
        parts={
            "ended": "returned",
            "status": 404,
            "error.status": 404,
            "error.fields": {
                "received": [
                    "GET",
                    "/companies/c/data/customers/missing",
                    "Basic key",
                    '{"strategy":"none"}',
                    None,
                ]
            },
        },
    ),
    OutcomeRow(
        "any other failure is raised",
        _get("odd"),
        parts={
            "ended": "raised",
            "error.class": "SDKError",
            "error.status": 502,
            "error.body": json.dumps(
                {"received": ["GET", "/companies/c/data/customers/odd", "Basic key", '{"strategy":"none"}', None]}
            ),
        },
    ),
    OutcomeRow(
        "renamed attributes are shown by their wire names and free keys as they are",
        Call("customers.list", {"companyId": "c", "pageSize": 1}),
        parts={"payload": PAGE},
    ),
)
SETTINGS = (
    *(
        OutcomeRow(
            f"a client with {name}",
            _get("u"),
            parts={
                "payload": {
                    "received": ["GET", "/companies/c/data/customers/u", "Basic key", reported, None],
                }
            },
            settings={"retries": retries},
        )
        for name, retries, reported in (
            ("no retries", "none", '{"strategy":"none"}'),
            ("its own retries", "default", '"default"'),
            (
                "a retry policy in numbers",
                {**BACKOFF, "retryConnectionErrors": True},
                json.dumps(
                    {"strategy": "backoff", "backoff": BACKOFF, "retryConnectionErrors": True}, separators=(",", ":")
                ),
            ),
        )
    ),
    OutcomeRow(
        "the error class of a client that cannot be built",
        Call("customers.get"),
        parts={"phase": "build", "ended": "raised", "error.class": "TypeError"},
        settings={"serverUrl": "refused"},
    ),
    OutcomeRow(
        "the timeout ends the call",
        _get("slow"),
        parts={"ended": "raised", "error.class": "DOMException"},
        settings={"timeout": 50},
    ),
)

TYPESCRIPT_POSITIONAL = StandIn(
    name="typescript-positional",
    style=STYLE,
    language="typescript",
    package="@concordat/positional-standin",
    version="1.2.3",
    lay_out=lay_out,
    operations=tuple(load_manifests()[STYLE].operations),
    features=("cancel", "timeout", "retries", "undefined"),
    tool="node",
    upstream=partial(serving, Echo),
    slow=_get("slow"),
    rows=(*ARGUMENTS, *ANSWERS, *SETTINGS),
)
