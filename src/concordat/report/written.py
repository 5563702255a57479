"""The section of a report that lists what a live run wrote, so that it can be found and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.printable import markdown_code
from concordat.report.tables import code, table

if TYPE_CHECKING:
    from concordat.runner.result import Report

__all__ = ["written_section"]

_SHOWN = 200


def written_section(report: Report) -> list[str]:
    """Return the section, empty for a run without writes."""
    rows = [
        (result.key, result.client, code(write.request), ", ".join(f"{name} {id_}" for name, id_ in write.ids.items()))
        for result in report.results
        for write in result.written
    ]
    if not rows:
        return []
    lines = ["## Written to the target", ""]
    mark = report.header.mark
    if mark:
        lines += [f"Names of records that this run made contain {markdown_code(mark)}.", ""]
    lines += table(["case", "client", "request", "ids in the answer"], rows[:_SHOWN])
    if len(rows) > _SHOWN:
        lines.append(f"\n{len(rows) - _SHOWN} further writes are in report.json.")
    return [*lines, ""]
