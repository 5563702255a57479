"""A whole report in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.errors import UsageError
from concordat.report.badge import badge_svg
from concordat.report.har import chosen_results, har_text
from concordat.report.html import render_html
from concordat.report.junit import junit_xml
from concordat.report.markdown import markdown

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.result import Report

__all__ = ["rendered"]

_TAKES = {"har": ("--case", "--client"), "badge": ("--client",)}


def rendered(report: Report, form: str, *, folder: Path, case: str | None = None, client: str | None = None) -> str:
    """Return the report as `markdown`, `html`, `junit`, `json`, `har` or `badge`; `folder` is where it stands.

    Raises UsageError for an option that the form does not take or lacks, ReportError for a name that is not in it.
    """
    for name, value in (("--case", case), ("--client", client)):
        if value is not None and name not in _TAKES.get(form, ()):
            message = f"{name} says nothing about --format {form}"
            forms = " or ".join(known for known, names in _TAKES.items() if name in names)
            raise UsageError(message, hint=f"leave it away, or take --format {forms}")
    match form:
        case "html":
            return render_html(report)
        case "junit":
            return junit_xml(report).decode("utf-8")
        case "json":
            return msgspec.json.format(msgspec.json.encode(report), indent=1).decode("utf-8")
        case "har":
            return har_text(report, chosen_results(report, case, client), folder)
        case "badge":
            if client is None:
                message = "a badge is of one client"
                raise UsageError(message, hint="name it: --client NAME; " + ", ".join(i.label for i in report.clients))
            return badge_svg(report, client)
        case _:
            return markdown(report)
