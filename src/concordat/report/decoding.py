"""Decoding scores: field retention of changed answers, by evolution rule and client."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from concordat.checks import FieldRetention, Verdict
from concordat.printable import markdown_text
from concordat.report.tables import Formatted, bold, table
from concordat.runner.result import DecodingScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import Result

__all__ = ["decoding_scores", "decoding_section", "scores_by_rule"]


def decoding_scores(results: Iterable[Result]) -> tuple[DecodingScore, ...]:
    """Return the score of each rule and client: the retentions and the retained JSON paths. Rules keep their order."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.decoding is not None and result.verdict.executed:
            groups.setdefault((result.decoding.rule, result.client), []).append(result)
    return tuple(_score(rule, client, rows) for (rule, client), rows in groups.items())


def _score(rule: str, client: str, rows: Sequence[Result]) -> DecodingScore:
    views = [result.decoding for result in rows if result.decoding is not None]
    retentions = Counter(str(view.retention) for view in views)
    return DecodingScore(
        rule=rule,
        client=client,
        retentions={str(retention): retentions[retention] for retention in FieldRetention if retentions[retention]},
        kept=sum(view.kept for view in views),
        total=sum(view.total for view in views),
        red=sum(result.verdict.red or result.verdict is Verdict.KNOWN_FAILURE for result in rows),
    )


def scores_by_rule(
    scores: Sequence[DecodingScore], clients: Sequence[str]
) -> dict[str, tuple[tuple[str, DecodingScore | None], ...]]:
    """Return, for each rule, every client with its score, None for a client without one."""
    by_key = {(score.rule, score.client): score for score in scores}
    rules = dict.fromkeys(score.rule for score in scores)
    return {rule: tuple((client, by_key.get((rule, client))) for client in clients) for rule in rules}


def decoding_section(scores: Sequence[DecodingScore]) -> list[str]:
    """Return the report's section: one row per rule, one column per client. Empty without scores."""
    if not scores:
        return []
    clients = sorted({score.client for score in scores})
    rows = ([rule, *(_cell(score) for _, score in cells)] for rule, cells in scores_by_rule(scores, clients).items())
    return [
        "## Changed answers",
        "",
        "The retention of valid answers under each evolution rule, and the share of their JSON paths that reached the",
        "caller. Bold: rows that fail, known or not.",
        "",
        *table(["rule", *clients], rows),
        "",
    ]


def _cell(score: DecodingScore | None) -> Formatted:
    if score is None:
        return Formatted("")
    retentions = ", ".join(f"{retention} {count}" for retention, count in score.retentions.items())
    red = f", {bold(f'{score.red} red')}" if score.red else ""
    return Formatted(f"{markdown_text(retentions)}{red}; {_percentage(score.kept, score.total)}")


def _percentage(kept: int, total: int) -> str:
    """Return a percentage with one digit, rounded down, so that 100 % means all."""
    return f"{kept * 1000 // total / 10:g} %" if total else "no paths"
