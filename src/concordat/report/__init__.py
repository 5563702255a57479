"""Reports of a run: from typed events to JSON, console, Markdown, JUnit XML and HTML."""

from concordat.report.builder import ReportBuilder
from concordat.report.store import ReportWriter, load_report
from concordat.report.summary import totals_of

__all__ = ["ReportBuilder", "ReportWriter", "load_report", "totals_of"]
