"""The badge of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import msgspec
import pytest

from concordat.errors import ReportError
from concordat.report.badge import badge_svg

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> tuple[list[str], str]:
    root = ET.fromstring(svg)
    assert root.tag == SVG + "svg"
    assert float(root.attrib["width"]) == sum(float(r.attrib["width"]) for r in root.findall(f"./{SVG}g/{SVG}rect"))
    return [text.text or "" for text in root.iter(SVG + "text")], root.findall(f"./{SVG}g/{SVG}rect")[1].attrib["fill"]


@pytest.mark.parametrize(
    ("verdicts", "client", "shown"),
    [
        (["pass"], "one", ("must 100%", "#2d7d5a")),
        (["pass", "known-failure"], "one@1.0.0", ("must 50%", "#9a6200")),
        (["pass", "fail"], "one", ("1 red", "#b3261e")),
        (["pass", "observation"], "one", ("must 100%", "#2d7d5a")),
        (["observation"], "one", ("nothing judged", "#6b6b6b")),
        (["not-applicable"], "one", ("nothing judged", "#6b6b6b")),
        (["pass"], "two", ("nothing judged", "#6b6b6b")),
        (["pass"], "gone", ("unavailable", "#6b6b6b")),
    ],
)
def test_a_badge_says_what_a_client_keeps_of_what_must_be(
    result: MakeResult,
    report: MakeReport,
    verdicts: list[str],
    client: str,
    shown: tuple[str, str],
) -> None:
    svg = badge_svg(report([result(verdict, row=str(n)) for n, verdict in enumerate(verdicts)]), client)
    assert read(svg) == (["concordat", shown[0]], shown[1])
    assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_a_badge_is_of_a_client_that_the_report_has(result: MakeResult, report: MakeReport) -> None:
    with pytest.raises(ReportError, match="no client `on`") as raised:
        badge_svg(report([result("pass")]), "on")
    assert "one@1.0.0" in str(raised.value.hint)


def test_a_badge_of_two_versions_asks_which(result: MakeResult, report: MakeReport) -> None:
    whole = report([result("pass")])
    twice = tuple(msgspec.structs.replace(info, name="one") for info in whole.clients)
    with pytest.raises(ReportError, match="3 versions of `one`"):
        badge_svg(msgspec.structs.replace(whole, clients=twice), "one")
