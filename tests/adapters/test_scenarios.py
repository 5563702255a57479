"""One standard in every language: the rows of `scenarios.yaml` on each style's stand-in, with one expectation each."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import yaml
from tests.adapters import (
    test_go_speakeasy,
    test_java_speakeasy,
    test_python_httpx,
    test_python_requests,
    test_typescript_axios,
    test_typescript_positional,
)
from tests.adapters.driving import Adapter
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.adapters.conftest import Driven

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("scenarios.yaml").read_text("utf-8"))
TOOLS = {"go-2023": "go", "go": "go", "java": "javac", "typescript-axios": "node", "typescript-positional": "node"}
STYLES = ("reference", "python-httpx", "python-requests", *TOOLS)
NO_SUCH = {"error": "no such customer", "statusCode": 404}
OVER_HTTP: dict[str, tuple[int, Any]] = {
    "error.http-status": (502, "<h1>no</h1>"),
    "error.both-equal": (404, NO_SUCH),
    "error.both-different": (409, NO_SUCH),
    "value.absent-and-null": (
        200,
        {"id": "1", "status": "Active", "supplementalData": {"content": {"a": {"none": None}}}},
    ),
    "value.null": (200, {"id": "1", "status": "Active", "phone": None}),
}
"""What the reference client, which is no stand-in, is answered; the connection breaks for any other row."""


class Answering(BaseHTTPRequestHandler):
    """Answers with the row that the path ends in."""

    def do_GET(self) -> None:
        row = unquote(self.path).rsplit("/", 1)[-1]
        if row not in OVER_HTTP:
            return
        status, answer = OVER_HTTP[row]
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(answer, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an Answering."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.shutdown()
    thread.join(scaled(5))
    listening.server_close()


PAIRS = [
    pytest.param(style, row, id=f"{style}-{row['id']}")
    for style in STYLES
    for row in ROWS
    if style not in row.get("without", {})
]


@pytest.fixture(scope="module")
def get(
    server: str, drive_python: Callable[..., Driven], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str], dict[str, Any]]]:
    """Ask a style's stand-in for a customer; each is started once, and skipped where its toolchain is missing."""
    started: dict[str, Adapter | Driven] = {}

    def ask(style: str, customer: str) -> dict[str, Any]:
        if style in TOOLS and shutil.which(TOOLS[style]) is None:
            pytest.skip(f"there is no {TOOLS[style]}")
        if style not in started:
            started[style] = _start(style, drive_python, tmp_path_factory.mktemp(style))
            started[style].open(**{"serverUrl": server} if style == "reference" else {})
        given = {"customerId": customer} if style == "python-requests" else {"companyId": "c", "customerId": customer}
        operation = "get" if style in ("python-httpx", "python-requests") else "customers.get"
        return started[style].call(operation, given)

    yield ask
    for running in started.values():
        running.end()


def _start(style: str, drive_python: Callable[..., Driven], folder: Path) -> Adapter | Driven:
    if style == "reference":
        reference = test_python_httpx.CLIENTS / "reference"
        config = {"style": style, "operations": {"customers.get": test_python_httpx.PLAIN | {"call": "customers.get"}}}
        return drive_python(reference / "adapter.py", config, folder, reference)
    if style == "python-httpx":
        return test_python_httpx.start(drive_python, folder)
    if style == "python-requests":
        return test_python_requests.start(drive_python, folder)
    if style == "java":
        command = test_java_speakeasy.compile_java(folder)
    elif style == "go":
        command = test_go_speakeasy.compile_later(folder)
    elif style == "go-2023":
        command = test_go_speakeasy.compile_first(folder)
    elif style == "typescript-axios":
        command = test_typescript_axios.install(folder)
    else:
        command = test_typescript_positional.install(folder)
    running = Adapter(command)
    running.report()
    return running


@pytest.mark.parametrize(("style", "row"), PAIRS)
def test_an_adapter_shows_a_row_as_every_other_does(
    get: Callable[[str, str], dict[str, Any]], style: str, row: dict[str, Any]
) -> None:
    outcome, expected = get(style, row["id"]), row["outcome"]
    error = outcome.get("error", {})
    parts = {"ended": outcome["ended"], "status": error.get("status"), "fields": error.get("fields")}
    if "body" in expected:
        parts["body"] = error.get("body")
    if "payload" in outcome:
        parts["payload"] = outcome["payload"]
    assert {name: part for name, part in parts.items() if part is not None} == expected


def test_every_row_can_be_done_by_several_stand_ins_and_leaves_out_only_those_there_are() -> None:
    for row in ROWS:
        left_out = set(row.get("without", {}))
        assert left_out <= set(STYLES), row["id"]
        assert len(set(STYLES) - left_out) > 1, row["id"]
