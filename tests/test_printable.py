"""Somebody else's text does nothing but stand there, wherever it is shown."""

from __future__ import annotations

import json
import re
import unicodedata
from xml.etree import ElementTree as ET

import pytest

from concordat.printable import (
    html_text,
    json_text,
    markdown_code,
    markdown_text,
    terminal_entry,
    terminal_text,
    terminal_word,
    xml_text,
)

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"]
SEPARATORS = ["\u2028", "\u2029"]
DIRECTIONS = [chr(code) for code in (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))]
OTHERS = ["\xad", "\ufeff", "\ufffe", "\uffff", "\ud800", "\udfff", "\U000e0041", "\ufff9"]
COMMANDS = [
    "::error::x",
    "::warning file=a::x",
    "::set-output name=a::x",
    "  ::add-mask::x",
    "\u2003\xa0::stop-commands::x",
    "fine\n::error::x",
    "fine\n \t::debug::x",
    "##[error]x",
    "before ##[command]x",
    "##vso[task.setvariable variable=a]x",
    "##teamcity[message text='x']",
]


def obeyed(text: str) -> bool:
    """Whether a CI service would obey a line of it: GitHub trims a line and looks for `::`, and for `##[` anywhere."""
    return any(
        line.strip().startswith("::") or re.search(r"##\w*\[", line) for line in re.split("[\r\n\x85\u2028]", text)
    )


@pytest.mark.parametrize("show", [terminal_text, terminal_entry, terminal_word, xml_text, html_text, markdown_text])
@pytest.mark.parametrize("character", [*CONTROLS, *SEPARATORS, *DIRECTIONS, *OTHERS], ids=ascii)
def test_what_is_not_seen_or_is_obeyed_is_named(character: str, show: object) -> None:
    shown = show(f"a{character}b")  # type: ignore[operator]  # one of the functions
    assert character not in shown
    assert f"{ord(character):02x}" in shown
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize("show", [terminal_text, terminal_entry, terminal_word, xml_text, html_text, markdown_text])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_ci_service_finds_a_command(command: str, show: object) -> None:
    assert obeyed(command)
    shown = show(command)  # type: ignore[operator]  # one of the functions
    assert not obeyed(shown)
    assert "x" in shown


@pytest.mark.parametrize(
    "text", ["a::b", "std::vector", "# h", "## h", "#1", "a [b]", "tab\tstays", "two\nlines", "é 日本 🙂"]
)
def test_ordinary_text_is_as_it_was(text: str) -> None:
    assert terminal_text(text) == text
    assert xml_text(text) == text


@pytest.mark.parametrize("text", [*COMMANDS, "\x1b[31m", "a\n b"])
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    assert terminal_text(terminal_text(text)) == terminal_text(text)


def test_further_lines_of_an_entry_cannot_pass_for_lines_of_ours() -> None:
    assert terminal_entry("  a message\nexit 0\n\nb") == "  a message\n    exit 0\n\n    b"
    assert terminal_word("a\nb\tc") == "a\\nb\\tc"


@pytest.mark.parametrize(
    "text", ["\x00", "\x1b]0;title\x07", "\u2028", "##[error]x", "\x7f", "\u202e", "\U000e0041", "é#[", '"']
)
def test_json_stays_the_same_and_is_seen(text: str) -> None:
    for indent in (None, 1):
        document = json.dumps({text: [text]}, ensure_ascii=False, indent=indent)
        written = json_text(document)
        assert json.loads(written) == {text: [text]}
        assert not obeyed(written)
        assert not {unicodedata.category(one) for one in written if one != "\n"} & {"Cc", "Cf", "Zl", "Zp"}


def test_xml_holds_every_text() -> None:
    text = "".join([*CONTROLS, *SEPARATORS, *DIRECTIONS, *OTHERS])
    root = ET.Element("a", name=xml_text(text))
    root.text = xml_text(text)
    read = ET.fromstring(ET.tostring(root, encoding="utf-8"))
    assert read.text == read.get("name") == xml_text(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b", "a\\|b"),
        ("two\n lines", "two lines"),
        ("`code", "\\`code"),
        ("<b>", "&lt;b>"),
        ("&lt;", "&amp;lt;"),
        ("[a](b)", "[a\\](b)"),
        ("[a]: b", "[a\\]: b"),
        ("case[row]", "case[row]"),
        ("*a* _b_ c_d", "\\*a\\* \\_b\\_ c_d"),
        ("# a", "\\# a"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("~~~", "\\~\\~\\~"),
        ("\x1b", "\\\\x1b"),
    ],
)
def test_text_of_markdown_is_text(text: str, written: str) -> None:
    assert markdown_text(text) == written


@pytest.mark.parametrize(
    ("text", "written"), [("a|b", "`a\\|b`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("\x1b", "`\\x1b`")]
)
def test_code_of_markdown_is_code(text: str, written: str) -> None:
    assert markdown_code(text) == written
