"""The positional adapter on a package of our own with the documented public API, installed from a tarball, no SDK."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.adapters.driving import Adapter, shown
from tests.timeouts import scaled

from concordat.clients.protocol import Done, Hello
from concordat.clients.registry import load_manifests
from concordat.contract import load_variant

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
STANDIN = Path(__file__).parent / "positional_standin"
CLIENT = "typescript-positional"
COMPANY = {"companyId": "c", "connectionId": "n"}


PAGE = {
    "_links": {"self": {"href": "/"}},
    "pageNumber": 1,
    "results": [{"id": "1", "_links": {"href": "x"}, "supplementalData": {"content": {"links": {"links": None}}}}],
}


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked; the customer's id may ask for something else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        last = self.path.split("?")[0].rsplit("/", 1)[-1]
        length = int(self.headers["Content-Length"] or 0)
        sent = self.rfile.read(length).decode() or None
        asked = [self.command, self.path, self.headers["Authorization"], self.headers["x-retries"], sent]
        if last == "slow":
            self.server.released.wait()  # type: ignore[attr-defined]
        status = {"missing": 404, "odd": 502}.get(last, 200)
        kind = {"download": "application/octet-stream", "odd": "text/html"}.get(last, "application/json")
        answer = PAGE if self.path.endswith("pageSize=1") else {"asked": asked}
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
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an Echo."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    listening.daemon_threads = True
    listening.released = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{listening.server_address[1]}"
    listening.released.set()  # type: ignore[attr-defined]
    listening.shutdown()
    thread.join(scaled(30))
    listening.server_close()


def install(folder: Path) -> tuple[str, ...]:
    """Lay the stand-in and the adapter, configured by the committed manifest, out; return the adapter's command."""
    shutil.copytree(ROOT / "clients" / CLIENT, folder / "adapter")
    shutil.copytree(ROOT / "clients" / "protocol" / "typescript", folder / "protocol" / "typescript")
    config = load_manifests()[CLIENT].config("1.2.3")
    shutil.copytree(STANDIN, folder / "node_modules" / config["module"])
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return ("node", str(folder / "adapter" / "adapter.js"), str(folder / "config.json"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapter]:
    """The adapter on the stand-in."""
    adapter = Adapter(install(tmp_path_factory.mktemp("positional")))
    hello = adapter.report()
    assert isinstance(hello, Hello)
    assert (hello.style, hello.package, hello.version) == (CLIENT, "@concordat/positional-standin", "1.2.3")
    yield adapter
    assert adapter.end() == 0


def _outcome(
    adapter: Adapter, server: str, operation: str, arguments: dict[str, Any], **settings: Any
) -> dict[str, Any]:
    opened = adapter.open(**({"serverUrl": server} | settings))
    return adapter.call(operation, arguments) if isinstance(opened, Done) else shown(opened)


PUSH = "/companies/c/connections/n/push/customers"


@pytest.mark.parametrize(
    ("operation", "arguments", "asked"),
    [
        pytest.param(
            "customers.create",
            COMPANY | {"body": {"id": "1", "phone": None}, "timeoutInMinutes": 3},
            ["POST", f"{PUSH}?timeoutInMinutes=3", '{"id":"1","phone":null}'],
            id="one by one",
        ),
        pytest.param(
            "customers.create",
            COMPANY | {"timeoutInMinutes": 3},
            ["POST", f"{PUSH}?timeoutInMinutes=3", None],
            id="one that is left out between others is undefined",
        ),
        pytest.param("customers.create", COMPANY, ["POST", PUSH, None], id="the options stay behind the optional ones"),
        pytest.param(
            "customers.get",
            {"customerId": "a/b", "companyId": "c"},
            ["GET", "/companies/c/data/customers/a%2Fb", None],
            id="in the SDK's order, not the case's",
        ),
        pytest.param(
            "customers.list",
            {"companyId": "c", "page": 2},
            ["GET", "/companies/c/data/customers?page=2", None],
            id="as one object",
        ),
        pytest.param(
            "customers.update",
            COMPANY | {"customerId": "u", "body": {}},
            ["PUT", f"{PUSH}/u", "{}"],
            id="as one object with the body in it",
        ),
    ],
)
def test_arguments_reach_their_places(
    running: Adapter, server: str, operation: str, arguments: dict[str, Any], asked: list[Any]
) -> None:
    outcome = _outcome(running, server, operation, arguments)
    method, path, body = asked
    assert outcome == {
        "phase": "call",
        "ended": "returned",
        "status": 200,
        "content_type": "application/json",
        "payload": {"asked": [method, path, "Basic key", '{"strategy":"none"}', body]},
    }


def test_the_manifests_order_is_the_documents() -> None:
    manifest = load_manifests()[CLIENT]
    operations = load_variant("typescript-accounting-positional").operations
    documented = {
        operation.name: " ".join(one.name for one in operation.arguments)
        for operation in operations
        if operation.style == "positional"
    }
    assert manifest.style_for("0.4.0").settings == documented
    assert manifest.operations.keys() == {operation.name for operation in operations}


def test_an_argument_without_a_place_is_unrepresentable(running: Adapter, server: str) -> None:
    outcome = _outcome(running, server, "customers.get", {"companyId": "c", "query": "x"})
    assert outcome == {"phase": "build", "ended": "unrepresentable", "detail": "query"}


@pytest.mark.parametrize("operation", ["customers.getAttachment", "companies.list"])
def test_an_operation_that_is_not_there_is_unsupported(running: Adapter, server: str, operation: str) -> None:
    assert _outcome(running, server, operation, {})["ended"] == "unsupported"


def test_a_failure_in_json_is_returned_and_any_other_raised(running: Adapter, server: str) -> None:
    returned = _outcome(running, server, "customers.get", {"companyId": "c", "customerId": "missing"})
    assert (returned["ended"], returned["status"], returned["error"]["status"]) == ("returned", 404, 404)
    assert returned["error"]["fields"]["asked"][0] == "GET"
    raised = _outcome(running, server, "customers.get", {"companyId": "c", "customerId": "odd"})
    assert (raised["ended"], raised["error"]["class"], raised["error"]["status"]) == ("raised", "SDKError", 502)
    assert json.loads(raised["error"]["body"])["asked"][0] == "GET"


def test_renamed_attributes_are_shown_by_their_wire_names_and_free_keys_as_they_are(
    running: Adapter, server: str
) -> None:
    outcome = _outcome(running, server, "customers.list", {"companyId": "c", "pageSize": 1})
    assert outcome["payload"] == PAGE


def test_a_download_is_drained(running: Adapter, server: str) -> None:
    given = COMPANY | {"customerId": "u", "attachmentId": "a"}
    outcome = _outcome(running, server, "customers.downloadAttachment", given)
    assert (outcome["ended"], outcome["payload"]) == ("returned", {"$bytes": "AP9wZGY="})


def test_a_download_that_breaks_is_raised_while_reading(running: Adapter, server: str) -> None:
    given = COMPANY | {"customerId": "u", "attachmentId": "cut"}
    outcome = _outcome(running, server, "customers.downloadAttachment", given)
    assert (outcome["phase"], outcome["ended"]) == ("read", "raised")


SCALED = {"initialInterval": 20, "maxInterval": 50, "maxElapsedTime": 400, "exponent": 1.5}


@pytest.mark.parametrize(
    ("retries", "reported"),
    [
        ("none", {"strategy": "none"}),
        ("default", "default"),
        (
            SCALED | {"retryConnectionErrors": True},
            {"strategy": "backoff", "backoff": SCALED, "retryConnectionErrors": True},
        ),
    ],
)
def test_the_retry_policy_is_the_clients_own(running: Adapter, server: str, retries: Any, reported: Any) -> None:
    given = {"companyId": "c", "customerId": "u"}
    outcome = _outcome(running, server, "customers.get", given, retries=retries)
    assert json.loads(outcome["payload"]["asked"][3]) == reported


def test_a_client_that_cannot_be_built_is_an_outcome_of_the_build(running: Adapter, server: str) -> None:
    outcome = _outcome(running, server, "customers.get", {}, serverUrl="refused")
    assert (outcome["phase"], outcome["ended"], outcome["error"]["class"]) == ("build", "raised", "TypeError")


def test_the_time_limit_gives_up(running: Adapter, server: str) -> None:
    outcome = _outcome(running, server, "customers.get", {"companyId": "c", "customerId": "slow"}, timeout=50)
    assert (outcome["ended"], outcome["error"]["class"]) == ("raised", "DOMException")


def test_a_cancelled_call_says_so(running: Adapter, server: str) -> None:
    running.open(serverUrl=server)
    number = running.send("call", operation="customers.get", arguments={"companyId": "c", "customerId": "slow"})
    running.orders.write(json.dumps({"type": "cancel", "id": number}).encode() + b"\n")
    report: Any = running.report()
    assert (report.id, report.outcome.ended) == (number, "cancelled")
