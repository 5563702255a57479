"""A headless Chromium, driven through its DevTools protocol over a pipe: no port, no driver, no network.

`CONCORDAT_CHROMIUM` names the program where it is not found by the usual names. Without one the tests fail and say so:
a page that nobody opened is not known to open.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest
from tests.timeouts import scaled, until

from concordat.checks import Check, Verdict
from concordat.clients.public_api import PublicApiDifference
from concordat.compare.diff import Difference
from concordat.runner.result import CallView, CauseView, DecodingScore, ExchangeView, Integrity, MessageView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult

    from concordat.runner.result import Report, Result

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "chrome", "chrome-headless-shell")
DEADLINE = scaled(60)
"""Seconds for any one thing that the browser is asked to do."""
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
    "--metrics-recording-only", "--force-device-scale-factor=1", "--remote-debugging-pipe",
)  # fmt: skip

START = "import os, sys; [os.dup2(int(sys.argv[n]), n + 2) for n in (1, 2)]; os.execvp(sys.argv[3], sys.argv[3:])"
"""Starts the browser with its orders on descriptor 3 and its answers on 4."""


def _high_pipe() -> tuple[int, int]:
    """Return a pipe whose ends are well above 3 and 4, which are to become the browser's."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]


class Browser:
    """One browser with one tab. `errors` and `requests` are what its pages complained of and asked for."""

    def __init__(self, program: str, profile: Path) -> None:
        orders, self._orders = _high_pipe()
        self._answers, answers = _high_pipe()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", START, str(orders), str(answers)),
                *(program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"),
            ],
            pass_fds=(orders, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._session: str | None = None
        self._number = 0
        self._read = b""
        self.errors: list[str] = []
        self.requests: list[str] = []
        try:
            self._attach()
        except AssertionError:
            self.close()
            raise

    def _attach(self) -> None:
        targets = self._call("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> Any:
        """Send one command to the tab; return its result. Raises AssertionError when it fails or takes too long."""
        return self._call(method, self._session, **params)

    def open(self, url: str) -> None:
        """Go to a page and wait until its script says that it is ready."""
        self.errors.clear()
        self.requests.clear()
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=url)
        self.until("document.documentElement?.dataset.ready !== undefined")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page, a promise's when it is one."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """Return the value of an expression as soon as it is true."""
        try:
            return until(lambda: self.run(script), script)
        except AssertionError as error:
            error.add_note(f"the page says {self.errors}")
            raise

    def press(self, *keys: str) -> None:
        """Press keys, one after another, as a keyboard does."""
        for key in keys:
            text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
            code = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowRight": 39, "Tab": 9}.get(key, 0)
            self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click the middle of an element, where a reader would."""
        script = (
            "(selector) => { const element = document.querySelector(selector);"
            " element.scrollIntoView({block: 'center'}); const box = element.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; }"
        )
        place = self.run(f"({script})({json.dumps(selector)})")
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", buttons=1, clickCount=1
            )

    def close(self) -> None:
        """End the browser and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=DEADLINE)
        os.close(self._orders)
        os.close(self._answers)

    def _call(self, method: str, session: str | None = None, **params: object) -> Any:
        self._number += 1
        order = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        end = time.monotonic() + DEADLINE
        while True:
            message = self._next(end, method)
            if message.get("id") == self._number:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]
            self._note(message)

    def _next(self, end: float, waiting_for: str) -> Any:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"the browser did not answer {waiting_for} within {DEADLINE:.0f} s"
            data = os.read(self._answers, 1 << 20)
            assert data, f"the browser ended (exit code {self._process.poll()}) at {waiting_for}"
            self._read += data
        line, _, self._read = self._read.partition(b"\0")
        return json.loads(line)

    def _note(self, event: dict[str, Any]) -> None:
        given = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.errors.append(json.dumps(given["exceptionDetails"]))
            case "Log.entryAdded" if given["entry"]["level"] in ("error", "warning"):
                self.errors.append(given["entry"]["text"])
            case "Runtime.consoleAPICalled":
                self.errors.append(json.dumps(given["args"]))
            case "Network.requestWillBeSent":
                self.requests.append(given["request"]["url"])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests; each opens the page that it needs."""
    program = os.environ.get("CONCORDAT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail(
            "no Chromium here, and the HTML report is not tested without one: install it"
            " (Debian: apt-get install chromium), or name it in CONCORDAT_CHROMIUM",
            pytrace=False,
        )
    opened = Browser(program, tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


class OpenPage(Protocol):
    """Writes a page to disk and opens it from there: `opened(html, "#matrix")`."""

    def __call__(self, html: str, place: str = "", *, width: int = 1280, height: int = 900) -> Browser: ...


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> OpenPage:
    """Write a page to disk and open it from there: `opened(html, "#matrix")`."""

    def show(html: str, place: str = "", *, width: int = 1280, height: int = 900) -> Browser:
        file = tmp_path / "report.html"
        file.write_text(html, "utf-8")
        browser.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        browser.open(file.as_uri() + place)
        return browser

    return show


HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    "<!--<script>window.hacked = 2",
    "<img src=x onerror='window.hacked = 3'>",
    '"><svg onload="window.hacked = 4">',
    "' onmouseover='window.hacked = 5' x='",
    "</style></title><base href='http://192.0.2.1/'>",
    "{{ 7 * 7 }}{% raw %}${window.hacked = 6}",
    "javascript:window.hacked=7",
    "\u2028window.hacked = 8//\u202e\x00\u200b]]>",
    "__proto__",
)
"""What a server, an SDK or a case may have written, to do harm in a page."""


@pytest.fixture
def hostile_texts() -> tuple[str, ...]:
    """What stands in the report `hostile`."""
    return HOSTILE


@pytest.fixture
def hostile(result: MakeResult, report: MakeReport) -> Report:
    """A report in which every text is hostile, a case for each."""
    whole = report([_hostile_result(result, text) for text in HOSTILE])
    all_of_it = " ".join(HOSTILE)
    clients = tuple(
        msgspec.structs.replace(
            info,
            package=all_of_it,
            language=all_of_it,
            reason=all_of_it,
            document=all_of_it,
            public_api=(
                PublicApiDifference(kind="otherwise", operation=all_of_it, documented=all_of_it, installed="x"),
            ),
            integrity=Integrity(imports=all_of_it, version=all_of_it, user_agent=all_of_it, stub=all_of_it),
            causes=(CauseView(id=all_of_it, reason=all_of_it, source=all_of_it, smallest=all_of_it),),
        )
        for info in whole.clients
    )
    header = msgspec.structs.replace(
        whole.header, target=all_of_it, settings={all_of_it: all_of_it}, platform=all_of_it, toolchains={"x": all_of_it}
    )
    decoding = DecodingScore(rule=all_of_it, client="one@1.0.0", retentions={all_of_it: 1}, kept=0, total=1)
    return msgspec.structs.replace(
        whole, clients=clients, header=header, notes=HOSTILE, stragglers=HOSTILE, decoding=(decoding,)
    )


def _hostile_result(result: MakeResult, text: str) -> Result:
    said = Check(
        id=text,
        verdict=Verdict.FAIL,
        expected={text: text},
        observed=[text],
        message=text,
        pointer=text,
        differences=(Difference(text, "changed", {text: text}, text),),
        exchange=1,
        cause=" ".join(HOSTILE),
    )
    line = "".join(text.split())
    sent = MessageView(line=f"GET /{line} HTTP/1.1", headers=((line, text),), body=text)
    answer = MessageView(line="HTTP/1.1 200", headers=((line, text),), body=msgspec.json.encode({text: text}).decode())
    return result(
        "fail",
        case=text,
        title=text,
        why=text,
        source=(text,),
        area=text,
        path=text,
        reason=text,
        checks=(said,),
        exchanges=(
            ExchangeView(number=1, operation=text, request=sent, response=answer, problems=(text,), faults=(text,)),
        ),
        outcomes=({text: text},),
        calls=(CallView(step=text, operation=text, arguments={text: text}),),
        client_settings={text: text},
        write_safety=text,
        history=text,
        command=text,
    )
