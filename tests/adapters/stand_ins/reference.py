"""The reference client, which needs no stand-in: a server answers its requests as the scenarios say."""

from __future__ import annotations

import json
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.adapters.stand_ins.stand_in import (
    CLIENTS,
    Call,
    OutcomeRow,
    StandIn,
    binding,
    python_command,
    serving,
    unrepresentable,
    unsupported,
)

from concordat.clients.registry import load_manifests

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import AdapterCommand, JsonObject

__all__ = ["REFERENCE"]

OPERATIONS = {
    name: binding(name)
    for name in (
        "customers.get",
        "customers.downloadAttachment",
        "customers.listAttachments",
        "refresh.all",
        "suppliers.list",
    )
}
NO_SUCH: JsonObject = {"error": "no such customer", "statusCode": 404}
ANSWERS: dict[str, tuple[int, JsonObject | str | bytes]] = {
    "error.http-status": (502, "<h1>no</h1>"),
    "error.both-equal": (404, NO_SUCH),
    "error.both-different": (409, NO_SUCH),
    "value.absent-and-null": (
        200,
        {"id": "1", "status": "Active", "supplementalData": {"content": {"a": {"none": None}}}},
    ),
    "value.null": (200, {"id": "1", "status": "Active", "phone": None}),
    "download": (200, b"\x00\xffpdf"),
}
"""Status and body by the end of the path. The connection closes without an answer for any other path."""


class Answering(BaseHTTPRequestHandler):
    """Answers with the entry that the path ends in, and cuts the download of the attachment `cut` short."""

    def do_GET(self) -> None:
        name = unquote(self.path).rsplit("/", 1)[-1]
        if name not in ANSWERS:
            return
        status, answer = ANSWERS[name]
        text = answer if isinstance(answer, str | bytes) else json.dumps(answer)
        body = text.encode() if isinstance(text, str) else text
        kinds = {bytes: "application/octet-stream", str: "text/html"}
        self.send_response(status)
        self.send_header("Content-Type", kinds.get(type(answer), "application/json"))
        self.send_header("Content-Length", str(len(body) + 3 * ("/cut/" in self.path)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Write no log."""


def lay_out(folder: Path) -> AdapterCommand:
    """Write the configuration; the client itself is in this checkout."""
    config = {"style": "reference", "operations": OPERATIONS}
    return python_command("reference", folder, config, CLIENTS / "reference")


REFERENCE = StandIn(
    name="reference",
    style="reference",
    language="python",
    package=load_manifests()["reference"].package,
    version=load_manifests()["reference"].default or "",
    lay_out=lay_out,
    operations=tuple(OPERATIONS),
    features=("timeout", "retries", "describe"),
    upstream=partial(serving, Answering),
    required={
        "customers.get": {"companyId": "c"},
        "customers.downloadAttachment": {"companyId": "c", "connectionId": "n", "customerId": "u"},
    },
    rows=(
        *(
            OutcomeRow(name, call, parts={"ended": "raised", "error.class": "TransportError", "detail": None})
            for name, call in (
                (
                    "arguments by signature",
                    Call("customers.get", {"companyId": "c", "customerId": "1"}),
                ),
                (
                    "more arguments by signature",
                    Call("customers.listAttachments", {"companyId": "c", "connectionId": "k", "customerId": "1"}),
                ),
            )
        ),
        OutcomeRow(
            "an argument of another operation",
            Call("customers.get", {"companyId": "c", "page": 1}),
            unrepresentable("page"),
        ),
        OutcomeRow("an operation without a binding", Call("customers.delete"), unsupported("customers.delete")),
        OutcomeRow(
            "the error class of a server URL that the client refuses",
            Call("customers.get"),
            parts={"phase": "build", "ended": "raised", "error.class": "InvalidArgumentError"},
            settings={"serverUrl": "nowhere"},
        ),
    ),
)
