"""JUnit XML, whatever the texts in it are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import msgspec
import pytest

from concordat.checks import Check, Verdict
from concordat.report.junit import junit_xml
from concordat.runner.result import CauseView

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


HOSTILE = [
    "\x00\x01\x08\x0b\x1f",
    "]]>",
    "<![CDATA[ ]]>",
    "</failure><evil/>",
    "&amp; & &#0;",
    "🙂 \U0010ffff",
    "\ufffe\uffff",
    "\ud800 alone",
    "\"quoted\" 'twice'",
    "<!-- -- -->",
    "<?xml version='1.0'?>",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text) for text in HOSTILE])
def test_hostile_text_stays_text(text: str, result: MakeResult, report: MakeReport) -> None:
    red = result(
        "fail", title=text, reason=text, case="c.one", checks=(Check(id=text, verdict=Verdict.FAIL, message=text),)
    )
    idle = result("not-applicable", reason=text, case="c.two")
    root = ET.fromstring(junit_xml(report([red, idle])))
    assert [case.get("name") for case in root.iter("testcase")] == ["c.one", "c.two", "client available"]
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "skipped"}


def test_text_that_xml_can_hold_is_unchanged_and_the_rest_is_escaped(result: MakeResult, report: MakeReport) -> None:
    root = ET.fromstring(junit_xml(report([result("fail", title="a]]>🙂\x00\ud800b")])))
    (failure,) = root.iter("failure")
    assert "a]]>🙂\\x00\\ud800b" in (failure.text or "")


def test_a_known_failure_tells_its_checks_and_their_cause(result: MakeResult, report: MakeReport) -> None:
    made = report([result("known-failure", history="0.9 ok, 1.0 fails")])
    cause = CauseView(id="late-decoding", reason="It decodes late.")
    clients = tuple(msgspec.structs.replace(info, causes=(cause,)) for info in made.clients)
    (found,) = ET.fromstring(junit_xml(msgspec.structs.replace(made, clients=clients))).iterfind(".//testcase[@line]")
    assert (found.get("file"), found.get("line")) == ("cases/things/list.yaml", "3")
    skipped = found.find("skipped")
    assert skipped is not None
    assert skipped.text == "request.query: \n  late-decoding: It decodes late.\nhistory: 0.9 ok, 1.0 fails"


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        ("pass", None),
        ("fail", "failure"),
        ("unexpected-pass", "failure"),
        ("harness-error", "error"),
        ("known-failure", "skipped"),
        ("observation", "skipped"),
        ("blocked", "skipped"),
        ("not-applicable", "skipped"),
        ("target", "skipped"),
    ],
)
def test_only_a_pass_is_a_pass(verdict: str, tag: str | None, result: MakeResult, report: MakeReport) -> None:
    root = ET.fromstring(junit_xml(report([result(verdict)])))
    suite = root.find("testsuite[@name='one@1.0.0']")
    assert suite is not None
    (case,) = suite
    assert [child.tag for child in case] == ([] if tag is None else [tag])
    counted = {"failure": suite.get("failures"), "error": suite.get("errors"), "skipped": suite.get("skipped")}
    assert counted == {name: str(int(name == tag)) for name in counted}


def test_suites_are_clients_and_an_unavailable_one_is_skipped_with_its_reason(
    result: MakeResult, report: MakeReport
) -> None:
    made = report([result(), result(client="two@2.0.0", row="r")])
    root = ET.fromstring(junit_xml(made))
    assert [suite.get("name") for suite in root] == ["one@1.0.0", "two@2.0.0", "gone@3"]
    (skipped,) = root[2].iter("skipped")
    assert skipped.get("message") == "unavailable: no `go` | here"
    assert [case.get("name") for case in root[1]] == ["things.list.second-page[r]"]


def test_a_failure_carries_the_whole_explanation(result: MakeResult, report: MakeReport) -> None:
    red = result("fail")
    (failure,) = ET.fromstring(junit_xml(report([red]))).iter("failure")
    assert failure.get("message") == "request.query"
    assert red.command in (failure.text or "")
    assert "expected (case)" in (failure.text or "")


def test_a_known_failure_names_its_cause(result: MakeResult, report: MakeReport) -> None:
    (skipped, _) = ET.fromstring(junit_xml(report([result("known-failure")]))).iter("skipped")
    assert skipped.get("message") == "known-failure: late-decoding"


def test_it_says_its_own_encoding(result: MakeResult, report: MakeReport) -> None:
    made = junit_xml(report([msgspec.structs.replace(result("fail"), title="é")]))
    assert made.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<testsuites')
    assert "é".encode() in made
