"""The report as one page for a browser: self-contained, from `report.json` alone."""

from concordat.report.html.page import render_html

__all__ = ["render_html"]
