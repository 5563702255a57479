"""Kills of the area `write-safety`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

from concordat.checks import Verdict

__all__ = ["KILLS"]

KILLS = (
    Kill("writes-repeated", "write-safety.company.created-once[unavailable]", "write-safety"),
    Kill(
        "writes-sent-again-after-a-lost-answer", "write-safety.company.refused-before-commit[closed]", "state.companies"
    ),
    Kill("unreadable-writes-sent-again", "write-safety.company.undecodable-success[html]", "write-safety"),
    Kill("writes-sent-again-after-a-503", "write-safety.company.deletion-refused[unavailable]", "state.companies"),
    Kill("lost-answers-read-as-empty", "write-safety.company.deletion-cut-off[reset]", "write-safety"),
    Kill("writes-repeated", "write-safety.connection.created-once[unavailable]", "write-safety"),
    Kill(
        "writes-sent-again-after-a-lost-answer",
        "write-safety.connection.unlinking-refused[closed]",
        "state.connections",
    ),
    Kill("writes-repeated", "write-safety.create.answer-lost-after-commit[unavailable]", "write-safety"),
    Kill(
        "writes-sent-again-after-a-lost-answer",
        "write-safety.create.answer-lost-without-retries[reset]",
        "write-safety",
    ),
    Kill("writes-sent-again-after-a-503", "write-safety.create.refused-before-commit[unavailable]", "state.pushes"),
    Kill(
        "writes-sent-again-after-a-lost-answer",
        "write-safety.create.connection-lost-before-commit[reset]",
        "state.pushes",
    ),
    Kill("writes-sent-again-after-a-timeout", "write-safety.create.slower-than-the-timeout", "write-safety"),
    Kill("redirected-writes-sent-on", "write-safety.create.redirected[see-other]", "write-safety"),
    Kill("unreadable-writes-sent-again", "write-safety.create.undecodable-success[html]", "write-safety"),
    Kill("accepted-creates-reported-as-failed", "write-safety.create.new-enum-value-in-success", "write-safety"),
    Kill("sandbox:write-lost", "write-safety.create.answered-well", "write-safety"),
    Kill("sandbox:written-twice", "write-safety.create.answered-well", "write-safety"),
    Kill("writes-sent-twice", "write-safety.create.answered-well", "write-safety"),
    Kill("writes-repeated", "write-safety.create.answer-lost-under-a-policy[unavailable]", "write-safety"),
    Kill("writes-repeated", "write-safety.create.given-up-by-a-gateway[request-timeout]", "write-safety"),
    Kill("refused-writes-read-as-done", "write-safety.create.refused-then-accepted[unavailable]", "write-safety"),
    Kill("refused-writes-read-as-done", "write-safety.create.refused-for-good[unavailable]", "write-safety"),
    Kill("writes-sent-again-after-a-timeout", "write-safety.create.too-slow-under-a-policy", "write-safety"),
    Kill("cancelled-writes-started-over", "write-safety.create.cancelled", "write-safety"),
    Kill("redirections-read-as-empty", "write-safety.create.moved[moved-permanently]", "write-safety"),
    Kill("sandbox:write-lost", "write-safety.create.see-other-after-commit", "state.pushes"),
    Kill("see-other-answered-by-writing-again", "write-safety.create.see-other-after-commit", "write-safety"),
    Kill("accepted-creates-reported-as-failed", "write-safety.create.sparse-success[required-alone]", "write-safety"),
    Kill("accepted-creates-reported-as-failed", "write-safety.create.two-at-once", "write-safety"),
    Kill(
        "accepted-creates-reported-as-failed", "write-safety.create.sent-again-by-the-caller", "again:outcome.reported"
    ),
    Kill("accepted-updates-reported-as-failed", "write-safety.update.answered-well", "write-safety"),
    Kill(
        "writes-sent-again-after-a-lost-answer",
        "write-safety.update.answer-lost-without-retries[reset]",
        "write-safety",
    ),
    Kill("writes-sent-again-after-a-503", "write-safety.update.refused-before-commit[unavailable]", "state.pushes"),
    Kill("accepted-updates-reported-as-failed", "write-safety.update.undecodable-success[half]", "write-safety"),
    Kill("lost-answers-read-as-empty", "write-safety.update.connection-lost-before-commit[reset]", "write-safety"),
    Kill(
        "writes-repeated",
        "write-safety.update.answer-lost-under-a-policy[unavailable]",
        "write-safety",
        Verdict.OBSERVATION,
    ),
    Kill("refused-writes-read-as-done", "write-safety.update.refused-then-accepted[unavailable]", "write-safety"),
    Kill("writes-sent-again-after-a-timeout", "write-safety.update.slower-than-the-timeout", "write-safety"),
    Kill("redirected-writes-sent-on", "write-safety.update.redirected[see-other]", "write-safety"),
    Kill("accepted-updates-reported-as-failed", "write-safety.update.new-enum-value-in-success", "write-safety"),
    Kill("writes-sent-again-after-a-lost-answer", "write-safety.update.forced[cut]", "write-safety"),
)
