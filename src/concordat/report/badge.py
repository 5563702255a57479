"""The badge of a client: a small self-contained SVG for a README."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from concordat.errors import ReportError, did_you_mean
from concordat.printable import xml_text
from concordat.report.summary import Tally, red_results

if TYPE_CHECKING:
    from concordat.runner.result import ClientInfo, Report

__all__ = ["badge_svg"]

_WIDTHS = {**dict.fromkeys("iljtf.,:;|!'()[] ", 4.0), **dict.fromkeys("mwMW@%", 10.0)}
_WIDTH = 6.9
"""Average advance of a character of Verdana at 11 px. `textLength` stretches the text to the estimated width."""
_PADDING = 6
_GREEN, _AMBER, _RED, _GREY = "#2d7d5a", "#9a6200", "#b3261e", "#6b6b6b"
_COLOURS = {"all": _GREEN, "most": _GREEN, "few": _AMBER, "none": _GREY}


def badge_svg(report: Report, client: str) -> str:
    """Return the badge of `NAME` or `NAME@VERSION`: `concordat | must 98%`, or the number of red results.

    Raises ReportError when the report has no such client, or two versions of it.
    """
    info = _chosen(report, client)
    text, colour = _value(report, info)
    return _svg("concordat", text, colour, f"{info.label}: {text}, Concordat {report.header.started[:10]}")


def _chosen(report: Report, client: str) -> ClientInfo:
    found = [info for info in report.clients if client in (info.label, info.name)]
    if not found:
        message = f"the report has no client `{client}`"
        raise ReportError(message, hint=did_you_mean(client, {info.label for info in report.clients}))
    if len(found) > 1:
        message = f"the report has {len(found)} versions of `{client}`"
        raise ReportError(message, hint="name one: " + ", ".join(info.label for info in found))
    return found[0]


def _value(report: Report, info: ClientInfo) -> tuple[str, str]:
    if not info.available:
        return "unavailable", _GREY
    if red := len(red_results(report.results, info.label)):
        return f"{red} red", _RED
    share = Tally(report.results).share(info.label, level="must")
    text = f"must {share.text}" if share.judged else "nothing judged"
    return text, _COLOURS[share.tone("must")]


def _svg(left: str, right: str, colour: str, title: str) -> str:
    left_width, right_width = _width(left), _width(right)
    width = left_width + right_width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
        f' aria-label="{escape(xml_text(title))}"><title>{escape(xml_text(title))}</title>'
        f'<clipPath id="r"><rect width="{width}" height="20" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left_width}" height="20" fill="#24292f"/>'
        f'<rect x="{left_width}" width="{right_width}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">'
        f"{_text(left, left_width / 2, left_width)}"
        f"{_text(right, left_width + right_width / 2, right_width)}</g></svg>\n"
    )


def _text(text: str, middle: float, width: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{width - 2 * _PADDING}">{escape(xml_text(text))}</text>'


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(character, _WIDTH) for character in text)) + 2 * _PADDING
