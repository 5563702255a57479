"""A badge for a client: a small SVG of its own, made here, that a README shows without asking anyone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from concordat.errors import ReportError, did_you_mean
from concordat.printable import xml_text
from concordat.report.html.shares import Tally

if TYPE_CHECKING:
    from concordat.runner.result import ClientInfo, Report

__all__ = ["badge_svg"]

_WIDTHS = {**dict.fromkeys("iljtf.,:;|!'()[] ", 4.0), **dict.fromkeys("mwMW@%", 10.0)}
_WIDTH = 6.9
"""Advance of a character of Verdana at 11 px, on average; the text is then stretched to the width that was reckoned."""
_PADDING = 6
_GREEN, _AMBER, _RED, _GREY = "#2d7d5a", "#9a6200", "#b3261e", "#6b6b6b"
_GOOD = 90


def badge_svg(report: Report, client: str) -> str:
    """Return the badge of `NAME` or `NAME@VERSION`: `concordat | must 98%`, red where a result is not as expected.

    Raises ReportError when the report has no such client, or two versions of it.
    """
    info = _chosen(report, client)
    text, colour = _told(report, info)
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


def _told(report: Report, info: ClientInfo) -> tuple[str, str]:
    if not info.available:
        return "unavailable", _GREY
    red = sum(result.client == info.label and result.verdict.red for result in report.results)
    if red:
        return f"{red} red", _RED
    tally = Tally(report.results)
    share = tally.share(info.label, level="must")
    if share.percent is None:
        return "nothing ran", _GREY
    return f"must {share.text}", _GREEN if share.percent >= _GOOD else _AMBER


def _svg(left: str, right: str, colour: str, title: str) -> str:
    one, two = _width(left), _width(right)
    whole = one + two
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img"'
        f' aria-label="{escape(xml_text(title))}"><title>{escape(xml_text(title))}</title>'
        f'<clipPath id="r"><rect width="{whole}" height="20" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{one}" height="20" fill="#24292f"/>'
        f'<rect x="{one}" width="{two}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">'
        f"{_text(left, one / 2, one)}{_text(right, one + two / 2, two)}</g></svg>\n"
    )


def _text(text: str, middle: float, width: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{width - 2 * _PADDING}">{escape(xml_text(text))}</text>'


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(character, _WIDTH) for character in text)) + 2 * _PADDING
