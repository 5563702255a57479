"""The built documentation site. `tox run -e docs` builds it and runs these."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytestmark = pytest.mark.site

DOCS = Path(__file__).resolve().parents[2] / "docs"
SITE = DOCS / "_build" / "html"
FOREIGN = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:@import|url\()\s*["']?\s*(?:https?:)?//[^\s"')]*""", re.IGNORECASE)
KINDS = {".html", ".css", ".js"}
IN_SCRIPT = re.compile(r"""(?:import|fetch|src|href)\s*[(=:]?\s*["'`](?:https?:)?//[^"'`]*""", re.IGNORECASE)


class Requests(HTMLParser):
    """Addresses of other hosts that a browser requests by itself when it opens a page: links to click are none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.found += [value for name, value in attrs if name != "xmlns" and value and FOREIGN.match(value)]
        self.found += [found for name, value in attrs if name == "style" for found in IN_STYLE.findall(value or "")]


def foreign(name: str, text: str) -> list[str]:
    match Path(name).suffix:
        case ".html":
            return Requests(text).found + IN_STYLE.findall(text)
        case ".css":
            return IN_STYLE.findall(text)
        case ".js":
            return IN_SCRIPT.findall(text)
    return []


def test_every_page_was_built() -> None:
    pages = {path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    assert [str(page) for page in sorted(pages) if not (SITE / page).exists()] == []


def test_no_page_requests_anything_from_another_host() -> None:
    texts = {path.relative_to(SITE): path.read_text("utf-8") for path in SITE.rglob("*") if path.suffix in KINDS}
    assert {path.suffix for path in texts} == KINDS
    assert {str(path): found for path, text in texts.items() if (found := foreign(path.name, text))} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<link rel="stylesheet" href="https://cdn.example/a.css">'),
        ("a.html", '<script src="//cdn.example/a.js"></script>'),
        ("a.html", "<img src='http://cdn.example/a.png'>"),
        ("a.html", "<style>@import 'https://fonts.example/css';</style>"),
        ("a.html", '<p style="background: url(https://cdn.example/a.png)">'),
        ("a.css", "@font-face { src: url( 'https://fonts.example/a.woff2' ) }"),
        ("a.css", '@import url("//fonts.example/css");'),
        ("a.js", 'fetch("https://cdn.example/a.json")'),
        ("a.js", "script.src='//cdn.example/a.js'"),
    ],
)
def test_a_request_to_another_host_is_found(name: str, text: str) -> None:
    assert foreign(name, text) != []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<a href="https://example.com">x</a><script src="_static/a.js"></script>'),
        ("a.html", '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("a.css", "a { background: url('data:image/svg+xml;<svg xmlns=\"http://www.w3.org/2000/svg\">') }"),
        ("a.js", "// https://example.com\nlet a = 1 // 2"),
    ],
)
def test_a_link_to_click_is_no_request(name: str, text: str) -> None:
    assert foreign(name, text) == []


def test_the_fixtures_are_documented_from_their_docstrings() -> None:
    page = (SITE / "pytest-fixtures.html").read_text("utf-8")
    for name in ("concordat_client", "sandbox", "exchanges"):
        assert f'id="concordat.pytest_plugin.plugin.{name}"' in page
    assert 'id="concordat.http1.exchange.Exchange.request"' in page
    assert "_concordat_sdk" not in page
