"""The text about a wrong answer: status, URL, first words and remedy, bounded, printable and without the credential."""

from __future__ import annotations

import gzip

import pytest

from concordat.http1.answer_text import answer_text, first_words, remedy

URL = "GET https://api.example.com/companies"
KEY = "k3y-of-nobody"


def scrub(text: str) -> str:
    return text.replace(KEY, "***")


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (401, "application/json", "look at CONCORDAT_API_KEY: is it valid"),
        (403, "text/html", "look at CONCORDAT_API_KEY: is it valid"),
        (404, "application/json", "look at the URL of --target and its base path"),
        (301, "text/plain", "look at the URL of --target and its base path"),
        (200, "text/html; charset=utf-8", "look at the URL of --target and its base path"),
        (500, "text/html", "the target has trouble of its own"),
        (503, "application/json", "the target has trouble of its own"),
        (429, "application/json", "it limits requests"),
        (400, "application/json", "the target refuses a request that the contract allows"),
        (200, "application/json", "is the URL of --target that of the API?"),
    ],
)
def test_only_a_refused_key_sends_the_reader_to_the_key(status: int, kind: str, advice: str) -> None:
    text = answer_text(status, (("Content-Type", kind),), b"no", request=URL, scrub=scrub, key="CONCORDAT_API_KEY")
    assert text.startswith(f'the target answered {status} to {URL}: "no"; {advice}')
    assert ("CONCORDAT_API_KEY" in text) is (status in (401, 403))
    assert remedy(status, (("content-type", kind),), key="CONCORDAT_API_KEY") in text


def test_a_redirect_names_its_place_without_the_key() -> None:
    headers = (("Location", f"https://login.example.com/?key={KEY}&\x1b[31m"),)
    text = answer_text(302, headers, b"", request=URL, scrub=scrub)
    assert f"{URL} (to https://login.example.com/?key=***& [31m), without a body; look at the URL" in text


@pytest.mark.parametrize(
    ("headers", "body", "words"),
    [
        ((), b"", ""),
        ((), b"  one \r\n two\t", "one two"),
        ((), b"\x1b[2J\x00a\xe2\x80\xaeb\xff", "[2J a b\ufffd"),
        ((), b"x" * 500, "x" * 120 + " ..."),
        ((), f"{'x' * 115}{KEY}".encode(), "x" * 115 + "***"),
        (
            (("Content-Type", "text/html"),),
            b"<style>p {}</style><h1>Sign&nbsp;in</h1><!-- no -->now",
            "Sign&nbsp;in now",
        ),
        ((("Content-Encoding", "gzip"),), gzip.compress(b"packed"), "packed"),
        ((("Content-Encoding", "gzip"),), b"damaged", ""),
        ((("Content-Type", "text/html"),), b"<" * 300_000, "<" * 120 + " ..."),
        ((("Content-Type", "text/html"),), b"<script>" * 40_000, ""),
    ],
)
def test_the_first_words_are_one_bounded_printable_line(
    headers: tuple[tuple[str, str], ...], body: bytes, words: str
) -> None:
    assert first_words(headers, body, scrub) == words


@pytest.mark.parametrize("shift", range(-20, 4))
def test_a_key_that_a_long_body_repeats_is_never_cut_in_two(shift: int) -> None:
    blank = b"<script>" + b" " * (16 * 1024 + shift - 8) + KEY.encode() + b"</script>"
    assert "k3y" not in first_words((("Content-Type", "text/html"),), blank, scrub)
    assert "k3y" not in first_words((), b" " * (16 * 1024 + shift) + KEY.encode(), scrub)
