"""The report as one self-contained HTML page, made from `report.json` alone."""

from concordat.report.html.page import render_html

__all__ = ["render_html"]
