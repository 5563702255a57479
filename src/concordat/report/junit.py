"""JUnit XML: one suite per client, one testcase per case, the checks as text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from concordat.checks import Verdict
from concordat.printable import xml_text
from concordat.report.failure import failure_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.runner.result import Report, Result

__all__ = ["junit_xml"]

_SKIPPED = tuple(verdict for verdict in Verdict if verdict is not Verdict.PASS and not verdict.red)


def junit_xml(report: Report) -> bytes:
    """Return the report as JUnit XML. Known failures and observations are `skipped` with their reason.

    The text of a failure is its whole explanation. The text of a known failure names each check with its cause.
    """
    reasons = {(info.label, cause.id): cause.reason for info in report.clients for cause in info.causes}
    root = ET.Element("testsuites", name="concordat")
    by_client: dict[str, list[Result]] = {}
    for result in report.results:
        by_client.setdefault(result.client, []).append(result)
    for client, results in by_client.items():
        suite = ET.SubElement(
            root,
            "testsuite",
            name=xml_text(client),
            tests=str(len(results)),
            failures=str(sum(r.verdict in (Verdict.FAIL, Verdict.UNEXPECTED_PASS) for r in results)),
            errors=str(sum(r.verdict is Verdict.HARNESS_ERROR for r in results)),
            skipped=str(sum(r.verdict in _SKIPPED for r in results)),
            time=f"{sum(r.duration_ms for r in results) / 1000:.3f}",
        )
        for result in results:
            _testcase(suite, result, reasons)
    for info in report.clients:
        if not info.available:
            label = xml_text(info.label)
            suite = ET.SubElement(root, "testsuite", name=label, tests="1", failures="0", errors="0", skipped="1")
            case = ET.SubElement(suite, "testcase", classname=label, name="client available")
            ET.SubElement(case, "skipped", message=xml_text(f"unavailable: {info.reason}"))
    body: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def _testcase(suite: ET.Element, result: Result, reasons: Mapping[tuple[str, str], str]) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=xml_text(f"{result.client}.{result.area}"),
        name=xml_text(result.key),
        time=f"{result.duration_ms / 1000:.3f}",
    )
    file, _, line = result.path.rpartition(":")
    if file and line.isdigit():
        case.set("file", xml_text(file))
        case.set("line", line)
    if result.verdict in _SKIPPED:
        skipped = ET.SubElement(case, "skipped", message=xml_text(f"{result.verdict}: {_reason(result)}"))
        skipped.text = xml_text(_known_failures(result, reasons)) or None
    elif result.verdict.red:
        tag = "error" if result.verdict is Verdict.HARNESS_ERROR else "failure"
        failed = [check.id for check in result.checks if check.verdict.red]
        node = ET.SubElement(
            case, tag, message=xml_text(", ".join(failed) or str(result.reason)), type=str(result.verdict)
        )
        node.text = xml_text(failure_text(result))


def _known_failures(result: Result, reasons: Mapping[tuple[str, str], str]) -> str:
    """Return each known failure of a result: the check, the difference, and the ledger's reason."""
    known = [check for check in result.checks if check.verdict is Verdict.KNOWN_FAILURE and check.cause]
    lines = [
        f"{check.id}: {check.message}\n  {check.cause}: {reasons.get((result.client, check.cause or ''), '')}"
        for check in known
    ]
    return "\n".join([*lines, f"history: {result.history}"] if result.history else lines)


def _reason(result: Result) -> str:
    if result.target_events:
        return result.target_events[0].message
    causes = sorted({check.cause for check in result.checks if check.cause})
    observed = [check.id for check in result.checks if check.verdict is result.verdict]
    return result.reason or ", ".join(causes) or ", ".join(observed)
