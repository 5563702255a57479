"""Field retention of changed answers: its counts for each evolution rule and client, and their table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.checks import FieldRetention, Verdict
from concordat.printable import markdown_text
from concordat.report.tables import Formatted, bold, table_head, table_row
from concordat.runner.result import DecodingScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import Result

__all__ = ["decoding_scores", "decoding_section"]

_LEFT_OUT = (Verdict.NOT_APPLICABLE, Verdict.HARNESS_ERROR)


def decoding_scores(results: Iterable[Result]) -> tuple[DecodingScore, ...]:
    """Return field retention and kept JSON paths of each rule and client, in the order of the rules' first results."""
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.decoding is not None and result.verdict not in _LEFT_OUT:
            found.setdefault((result.decoding.rule, result.client), []).append(result)
    return tuple(_score(rule, client, rows) for (rule, client), rows in found.items())


def _score(rule: str, client: str, rows: Sequence[Result]) -> DecodingScore:
    trace = [result.decoding for result in rows if result.decoding is not None]
    retentions = Counter(str(one.retention) for one in trace)
    return DecodingScore(
        rule=rule,
        client=client,
        retentions={str(retention): retentions[retention] for retention in FieldRetention if retentions[retention]},
        kept=sum(one.kept for one in trace),
        total=sum(one.total for one in trace),
        red=sum(result.verdict.red or result.verdict is Verdict.KNOWN_FAILURE for result in rows),
    )


def decoding_section(scores: Sequence[DecodingScore]) -> list[str]:
    """Return the section of the summary: rules as rows, clients as columns; nothing without scores."""
    if not scores:
        return []
    clients = sorted({score.client for score in scores})
    by_key = {(score.rule, score.client): score for score in scores}
    lines = [
        "## Changed answers",
        "",
        "What became of valid answers under each evolution rule, and the share of their JSON paths that reached",
        "the caller. Bold: rows that fail, known or not.",
        "",
        *table_head(["rule", *clients]),
    ]
    lines += [
        table_row([rule, *(_cell(by_key.get((rule, client))) for client in clients)])
        for rule in dict.fromkeys(score.rule for score in scores)
    ]
    return [*lines, ""]


def _cell(score: DecodingScore | None) -> Formatted:
    if score is None:
        return Formatted("")
    retentions = ", ".join(f"{retention} {count}" for retention, count in score.retentions.items())
    red = f", {bold(f'{score.red} red')}" if score.red else ""
    return Formatted(f"{markdown_text(retentions)}{red}; {_share(score.kept, score.total)}")


def _share(kept: int, total: int) -> str:
    """Return a share in per cent, rounded down, so that 100 % means all."""
    return f"{kept * 1000 // total / 10:g} %" if total else "nothing to keep"
