"""Reports of a run: from typed events to console, JSON, JUnit and Markdown."""

from concordat.report.builder import ReportBuilder, totals_of
from concordat.report.load import load_report
from concordat.report.writer import ReportWriter

__all__ = ["ReportBuilder", "ReportWriter", "load_report", "totals_of"]
