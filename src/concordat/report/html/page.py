"""The HTML page of a report: sections from templates that escape every value, one style, one script and its data."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import jinja2
import msgspec
from markupsafe import Markup

from concordat.printable import html_text
from concordat.report.decoding import scores_by_rule
from concordat.report.html.overview import overview
from concordat.report.html.payload import LIMIT, inline_json, pack
from concordat.report.html.tables import coverage_tables, write_safety_table
from concordat.report.summary import LEVELS

if TYPE_CHECKING:
    from concordat.runner.result import ClientInfo, Report

__all__ = ["render_html", "source_hash", "style_sheet", "template_environment"]

SCRIPTS = (
    "dom", "data", "format", "filters", "matrix", "lines", "wire", "exchange", "checks", "bugreport", "case", "keys",
    "main",
)  # fmt: skip
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='#197a67' stroke-width='4'>"
    "<circle cx='12' cy='16' r='8'/><circle cx='20' cy='16' r='8'/></svg>"
)
STYLES = ("base", "overview", "tables", "matrix", "case", "print")


def render_html(report: Report, *, limit: int = LIMIT) -> str:
    """Return the report as one HTML page; `limit` is the largest size of the recorded cases, in characters.

    The page fetches nothing. Its Content-Security-Policy allows only its own style and script.
    """
    summary = overview(report)
    labels = [row.info.label for row in summary.clients]
    labels += sorted({result.client for result in report.results} - set(labels))
    about = {
        "concordat": report.header.concordat,
        "target": report.header.target,
        "started": report.header.started,
        "clients": {info.label: _client(info) for info in report.clients},
        "causes": {info.label: {cause.id: cause for cause in info.causes} for info in report.clients if info.causes},
    }
    payload = pack(report, labels, about, limit=limit)
    style, script = style_sheet(STYLES), _joined("script", SCRIPTS, "js")
    return (
        template_environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            summary=summary,
            labels=labels,
            levels=LEVELS,
            write_safety=write_safety_table(report, labels),
            decoding=tuple(scores_by_rule(report.decoding, labels).items()),
            coverage=coverage_tables(report.coverage),
            cap=payload.cap,
            icon=quote(ICON),
            index=inline_json(payload.index),
            pieces=payload.pieces,
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - files of this package
            policy=_policy(style, script),
        )
    )


def style_sheet(names: tuple[str, ...]) -> str:
    """Return the package's style sheets of these names, joined."""
    return _joined("style", names, "css")


@cache
def template_environment() -> jinja2.Environment:
    """Return the environment of the package's templates. It escapes every value; an unknown name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("concordat.report.html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else html_text("" if value is None else value),
    )
    environment.globals.update(matrix_link=_matrix_link, case_link=_case_link)
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["json"] = lambda value: msgspec.json.encode(value).decode("utf-8")
    return environment


@cache
def _joined(folder: str, names: tuple[str, ...], ending: str) -> str:
    root = files("concordat.report.html") / folder
    return "\n".join((root / f"{name}.{ending}").read_text("utf-8") for name in names)


def _policy(style: str, script: str) -> str:
    """Return a policy that allows this style and this script, and no form, frame or base."""
    return (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def source_hash(text: str) -> str:
    """Return the Content-Security-Policy source that allows only this inline text (CSP 3, 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _client(info: ClientInfo) -> dict[str, str]:
    """Return the facts about a client that a bug report states."""
    facts = {"package": info.package, "version": info.version, "language": info.language, "runtime": info.runtime}
    return {key: value for key, value in facts.items() if value}


def _matrix_link(**filters: str) -> str:
    return "#matrix?" + urlencode(filters, quote_via=quote)


def _case_link(key: str, client: str = "") -> str:
    return f"#case/{quote(key, safe='')}" + (f"?client={quote(client, safe='')}" if client else "")
