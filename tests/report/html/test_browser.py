"""The page in a browser: what a reader does with it, by mouse and by keyboard, on a small report and on a large one."""

from __future__ import annotations

import json
import random
import re
import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.report.html import render_html
from concordat.runner.result import CallView, CauseView, ClientInfo, ExchangeView, MessageView

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.report.conftest import MakeReport, MakeResult
    from tests.report.html.conftest import Browser, OpenPage

    from concordat.runner.result import Report

pytestmark = pytest.mark.browser

FILTERED_IN = 200
"""Milliseconds, layout included."""
OPENED_IN = 2.0
"""Seconds from the address to the matrix on the screen."""
RENDERED_IN = 5.0
"""CPU seconds."""
SIZE = 15_000_000
CLIENTS, CASES = 10, 500


@pytest.fixture
def small(result: MakeResult, report: MakeReport) -> Report:
    """Two clients, one of which asks for the first page when the caller asks for the second."""
    call = CallView(step="s1", operation="things.list", arguments={"page": 2, "price": 1.0})
    right = ExchangeView(
        number=1,
        request=MessageView(line="GET /things?page=2 HTTP/1.1", headers=(("Accept", "application/json"),)),
        response=MessageView(line="HTTP/1.1 200", body='{"total":1.50,"a":[],"id":12345678901234567890}'),
    )
    wrong = msgspec.structs.replace(
        right, request=MessageView(line="GET /things?page=1 HTTP/1.1", headers=(("Accept", "*/*"),))
    )
    made = report(
        [
            result("known-failure", exchanges=(wrong,), calls=(call,), shape="a", history="1 ok, 2 fails"),
            result("pass", client="two@2.0.0", exchanges=(right,), shape="b"),
            result("pass", case="things.other", title="Another", shape="c"),
            result("not-applicable", case="things.other", client="two@2.0.0", title="Another", shape=None),
            result("fail", case="wares.get", area="wares", level="may", title="A ware", shape="d"),
        ]
    )
    cause = CauseView(id="late-decoding", reason="The page is read too late.", smallest="things.list with page 2")
    clients = tuple(msgspec.structs.replace(info, causes=(cause,)) for info in made.clients)
    return msgspec.structs.replace(made, clients=clients)


def text_of(browser: Browser, selector: str) -> str:
    return str(browser.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))


def shown_cases(browser: Browser) -> list[str]:
    script = "[...document.querySelectorAll('#matrix-table .row:not([hidden]) code')].filter(e => e.checkVisibility())"
    found: list[str] = browser.run(f"{script}.map(e => e.textContent)")
    return found


def choose(browser: Browser, name: str, value: str) -> None:
    browser.run(
        f"(() => {{ const e = document.getElementById('filters').elements[{json.dumps(name)}];"
        f" e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    )


def assert_quiet(browser: Browser) -> None:
    """Nothing was asked of the network, and the console is empty."""
    assert [url for url in browser.requests if not url.startswith(("file:", "about:", "data:"))] == []
    assert browser.errors == []


def test_from_the_overview_to_the_cause_and_back_by_mouse(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small))
    assert "1 result is not as expected" in text_of(browser, "#headline")
    browser.click(".verdicts .v-known-failure a")
    browser.until("!document.getElementById('matrix').hidden")
    assert shown_cases(browser) == ["things.list.second-page"]
    assert text_of(browser, "#count") == "1 case, 1 result"
    browser.click("#matrix-table a.cell.v-known-failure")
    browser.until("document.querySelector('#case h1')?.textContent === 'The second page is asked for'")
    page = text_of(browser, "#case")
    for words in (
        "Page one for ever.",
        "contract:accounting#list.page",
        "expected (case)",
        "observed (client)",
        "The page is read too late.",
        "things.list with page 2",
        "1 ok, 2 fails",
        "GET /things?page=1 HTTP/1.1",
        "concordat run 'things.list.second-page' --client one@1.0.0",
        '"price": 1.0',
        '"total": 1.50',
        '"id": 12345678901234567890',
    ):
        assert words in page, words
    assert "?page = 1" in text_of(browser, ".diff .minus")
    assert "?page = 2" in text_of(browser, ".diff .plus")
    browser.click(".crumbs a")
    browser.until("!document.getElementById('matrix').hidden")
    assert shown_cases(browser) == ["things.list.second-page"]
    assert browser.run("document.activeElement.matches('a.cell.v-known-failure')")
    assert_quiet(browser)


def test_everything_is_reached_by_the_keyboard(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small))
    browser.press("Tab")
    assert browser.run("document.activeElement.className") == "skip"
    browser.press("Enter")
    assert browser.run("document.activeElement.id") == "headline"
    browser.press("g", "m")
    browser.until("!document.getElementById('matrix').hidden")
    browser.press("j")
    assert browser.run("document.activeElement.getAttribute('aria-label')").endswith("one@1.0.0")
    browser.press("j", "l")
    assert browser.run("document.activeElement.getAttribute('aria-label')") == "not applicable: things.other, two@2.0.0"
    assert browser.run("document.querySelectorAll('#matrix-table a[tabindex=\"0\"]').length") == 1
    browser.press("Enter")
    browser.until("document.querySelector('#case h1')?.textContent === 'Another'")
    browser.press("k")
    browser.until("document.querySelector('#case h1')?.textContent === 'The second page is asked for'")
    browser.press("Escape")
    browser.until("!document.getElementById('matrix').hidden")
    browser.press("/")
    browser.until("document.activeElement.name === 'text'")
    browser.press("w", "a", "r", "e")
    browser.until("document.getElementById('count').textContent.startsWith('1 case,')")
    assert shown_cases(browser) == ["wares.get"]
    browser.press("Escape", "?")
    assert browser.run("document.getElementById('help').open")
    assert_quiet(browser)


@pytest.mark.parametrize(
    ("field", "value", "cases"),
    [
        ("client", "two@2.0.0", ["things.list.second-page", "things.other"]),
        ("area", "wares", ["wares.get"]),
        ("level", "may", ["wares.get"]),
        ("verdict", "red", ["wares.get"]),
        ("verdict", "pass", ["things.list.second-page", "things.other"]),
        ("text", "late-decoding", ["things.list.second-page"]),
        ("text", "another OTHER", ["things.other"]),
        ("text", "no such thing", []),
    ],
)
def test_the_matrix_is_filtered_by(opened: OpenPage, small: Report, field: str, value: str, cases: list[str]) -> None:
    browser = opened(render_html(small), "#matrix")
    choose(browser, field, value)
    assert shown_cases(browser) == cases
    assert browser.run("location.hash").startswith(f"#matrix?{field}=")
    assert browser.run("document.getElementById('none').hidden") == bool(cases)
    browser.click("button[type=reset]")
    browser.until("document.getElementById('count').textContent.startsWith('3 cases')")


def test_a_link_shows_what_its_sender_saw(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small), "#matrix?differ=yes&client=two%402.0.0")
    assert shown_cases(browser) == ["things.list.second-page"]
    browser = opened(render_html(small), "#case/things.list.second-page?client=two%402.0.0")
    assert "two@2.0.0" in text_of(browser, "#case .choices [aria-current]")
    browser = opened(render_html(small), "#case/gone")
    assert "No such case" in text_of(browser, "#case")
    assert_quiet(browser)


def test_a_case_is_a_bug_report_by_itself(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small), "#case/things.list.second-page")
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    browser.click(".rerun button:last-of-type")
    text = browser.until("window.copied")
    for words in (
        "# The second page is asked for",
        "pkg-one 1.0.0",
        "`contract:accounting#list.page` (must)",
        "Smallest: things.list with page 2",
        "Expected:",
        "GET /things?page=1 HTTP/1.1",
        "HTTP/1.1 200",
        "Clients that pass: two@2.0.0.",
        "concordat run 'things.list.second-page' --client one@1.0.0",
    ):
        assert words in text, words


def test_a_damaged_case_says_so_and_the_rest_of_the_page_works(opened: OpenPage, small: Report) -> None:
    html = re.sub(r'(id="piece-0">)[^<]*', r"\1AAAA", render_html(small))
    browser = opened(html, "#case/things.list.second-page")
    assert "This case cannot be read" in text_of(browser, "#case")
    browser.press("g", "m")
    browser.until("!document.getElementById('matrix').hidden")
    assert len(shown_cases(browser)) == 3


def test_bytes_are_shown_on_demand(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small), "#case/things.list.second-page")
    browser.click(".wire h4 button")
    assert "000000  7b 22 74 6f" in text_of(browser, "#case .wire")
    browser.click(".wire h4 button")
    assert '"total": 1.50' in text_of(browser, "#case .wire")


def test_the_colours_follow_the_system_and_the_button(opened: OpenPage, small: Report) -> None:
    browser = opened(render_html(small))
    ground = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        seen.append(browser.run(ground))
    browser.click("#theme")
    seen.append(browser.run(ground))
    assert seen[0] != seen[1]
    assert seen[2] == seen[0]
    browser.run("localStorage.clear()")
    browser.call("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("place", ["", "#matrix", "#case/things.list.second-page", "#clients"])
def test_a_narrow_page_scrolls_inside_its_boxes_only(opened: OpenPage, small: Report, place: str) -> None:
    browser = opened(render_html(small), place, width=380, height=700)
    assert browser.run("document.documentElement.scrollWidth") <= 380


def test_hostile_texts_are_shown_and_never_run(
    opened: OpenPage, hostile: Report, hostile_texts: tuple[str, ...]
) -> None:
    html = render_html(hostile)
    browser = opened(html)
    assert browser.run("window.hacked") is None
    for view in ("matrix", "write-safety", "decoding", "clients", "run"):
        browser.run(f"location.hash = '#{view}'")
        browser.until(f"!document.getElementById('{view}').hidden")
    for text in hostile_texts:
        browser.run(f"location.hash = '#case/' + encodeURIComponent({json.dumps(text)})")
        browser.until("document.documentElement.dataset.ready === location.hash")
        page = browser.run("document.getElementById('case').textContent")
        assert (text if text.isprintable() else "\\u202e") in page
        browser.run("document.querySelectorAll('#case button, #case input').forEach((one) => one.click())")
    assert browser.run("window.hacked") is None
    assert browser.run("document.scripts.length") == browser.run("document.querySelectorAll('body > script').length")
    assert browser.run("document.querySelectorAll('#case img, #case script, #case svg, base').length") == 0
    assert_quiet(browser)


@pytest.fixture(scope="module")
def large() -> Callable[[MakeResult, MakeReport], tuple[Report, str, float]]:
    """Render 10 clients x 500 cases once: the report, its page, and the CPU seconds that the page took."""
    made: list[tuple[Report, str, float]] = []

    def render(result: MakeResult, report: MakeReport) -> tuple[Report, str, float]:
        if not made:
            whole = _large(result, report)
            began = time.process_time()
            html = render_html(whole)
            made.append((whole, html, time.process_time() - began))
        return made[0]

    return render


def _large(result: MakeResult, report: MakeReport) -> Report:
    noise = random.Random(7)
    results = []
    for number in range(CASES):
        body = msgspec.json.encode(
            {
                "results": [
                    {"id": noise.randbytes(16).hex(), "name": f"Thing {n}", "n": noise.random()} for n in range(20)
                ]
            }
        ).decode()
        for client in range(CLIENTS):
            verdict = noise.choices(("pass", "known-failure", "fail", "not-applicable"), (90, 6, 1, 3))[0]
            headers = tuple((f"X-Header-{n}", noise.randbytes(8).hex()) for n in range(8))
            exchanges = tuple(
                ExchangeView(
                    number=n,
                    operation="things.list",
                    request=MessageView(line=f"GET /things/{number}?page={n} HTTP/1.1", headers=headers),
                    response=MessageView(line="HTTP/1.1 200", headers=headers, body=body),
                )
                for n in (1, 2)
            )
            results.append(
                result(
                    verdict,
                    case=f"area-{number % 9}.case-{number:03}.of-a-large-report",
                    area=f"area-{number % 9}",
                    client=f"client-{client}@1.{client}.0",
                    exchanges=exchanges,
                    outcomes=(msgspec.json.decode(body),),
                )
            )
    whole = report(results)
    names = [ClientInfo(name=f"client-{n}", version=f"1.{n}.0", package=f"package-{n}") for n in range(CLIENTS)]
    return msgspec.structs.replace(whole, clients=tuple(names))


def test_five_thousand_results_are_rendered_quickly_into_one_file_of_moderate_size(
    large: Callable[[MakeResult, MakeReport], tuple[Report, str, float]], result: MakeResult, report: MakeReport
) -> None:
    whole, html, seconds = large(result, report)
    assert len(whole.results) == 5000
    assert seconds < RENDERED_IN
    assert len(html.encode("utf-8")) < SIZE


def test_a_large_report_opens_at_once_and_its_filter_answers_at_once(
    opened: OpenPage,
    large: Callable[[MakeResult, MakeReport], tuple[Report, str, float]],
    result: MakeResult,
    report: MakeReport,
) -> None:
    html = large(result, report)[1]
    ready = "Number(document.documentElement.dataset.opened)"
    times = [opened(html, "#matrix").run(ready) for _ in range(3)]  # the machine may be busy with something else, once
    assert min(times) < OPENED_IN * 1000
    browser = opened(html, "#matrix")
    filters = [
        ("text", "case-1"), ("text", ""), ("verdict", "known-failure"), ("verdict", ""), ("client", "client-3@1.3.0"),
        ("client", ""), ("area", "area-4"), ("area", ""), ("text", "late-decoding"), ("text", ""),
    ]  # fmt: skip
    took: dict[tuple[str, str], float] = {}
    for _ in range(3):
        for field, value in filters:
            choose(browser, field, value)
            spent = float(browser.run("document.getElementById('filters').dataset.took"))
            took[field, value] = min(spent, took.get((field, value), spent))
    assert {which: spent for which, spent in took.items() if spent >= FILTERED_IN} == {}
    assert len(shown_cases(browser)) == CASES
    assert_quiet(browser)
