"""Kills of the area `hazards`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

from concordat.checks import Verdict

__all__ = ["KILLS"]

KILLS = (
    Kill("writes-repeated", "hazards.company.created-once[unavailable]", "hazard"),
    Kill("writes-sent-again-after-a-lost-answer", "hazards.company.refused-before-commit[closed]", "state.companies"),
    Kill("unreadable-writes-sent-again", "hazards.company.undecodable-success[html]", "hazard"),
    Kill("writes-sent-again-after-a-503", "hazards.company.deletion-refused[unavailable]", "state.companies"),
    Kill("lost-answers-read-as-empty", "hazards.company.deletion-cut-off[reset]", "hazard"),
    Kill("writes-repeated", "hazards.connection.created-once[unavailable]", "hazard"),
    Kill("writes-sent-again-after-a-lost-answer", "hazards.connection.unlinking-refused[closed]", "state.connections"),
    Kill("writes-repeated", "hazards.create.answer-lost-after-commit[unavailable]", "hazard"),
    Kill("writes-sent-again-after-a-lost-answer", "hazards.create.answer-lost-without-retries[reset]", "hazard"),
    Kill("writes-sent-again-after-a-503", "hazards.create.refused-before-commit[unavailable]", "state.pushes"),
    Kill(
        "writes-sent-again-after-a-lost-answer", "hazards.create.connection-lost-before-commit[reset]", "state.pushes"
    ),
    Kill("writes-sent-again-after-a-timeout", "hazards.create.slower-than-the-timeout", "hazard"),
    Kill("redirected-writes-sent-on", "hazards.create.redirected[see-other]", "hazard"),
    Kill("unreadable-writes-sent-again", "hazards.create.undecodable-success[html]", "hazard"),
    Kill("accepted-creates-told-as-failed", "hazards.create.new-enum-value-in-success", "hazard"),
    Kill("sandbox:write-lost", "hazards.create.answered-well", "hazard"),
    Kill("sandbox:written-twice", "hazards.create.answered-well", "hazard"),
    Kill("writes-sent-twice", "hazards.create.answered-well", "hazard"),
    Kill("writes-repeated", "hazards.create.answer-lost-under-a-policy[unavailable]", "hazard"),
    Kill("writes-repeated", "hazards.create.given-up-by-a-gateway[request-timeout]", "hazard"),
    Kill("refused-writes-read-as-done", "hazards.create.refused-then-accepted[unavailable]", "hazard"),
    Kill("refused-writes-read-as-done", "hazards.create.refused-for-good[unavailable]", "hazard"),
    Kill("writes-sent-again-after-a-timeout", "hazards.create.too-slow-under-a-policy", "hazard"),
    Kill("cancelled-writes-started-over", "hazards.create.cancelled", "hazard"),
    Kill("redirections-read-as-empty", "hazards.create.moved[moved-permanently]", "hazard"),
    Kill("sandbox:write-lost", "hazards.create.see-other-after-commit", "state.pushes"),
    Kill("see-other-answered-by-writing-again", "hazards.create.see-other-after-commit", "hazard"),
    Kill("accepted-creates-told-as-failed", "hazards.create.sparse-success[required-alone]", "hazard"),
    Kill("accepted-creates-told-as-failed", "hazards.create.two-at-once", "hazard"),
    Kill("accepted-creates-told-as-failed", "hazards.create.sent-again-by-the-caller", "again:outcome.told"),
    Kill("accepted-updates-told-as-failed", "hazards.update.answered-well", "hazard"),
    Kill("writes-sent-again-after-a-lost-answer", "hazards.update.answer-lost-without-retries[reset]", "hazard"),
    Kill("writes-sent-again-after-a-503", "hazards.update.refused-before-commit[unavailable]", "state.pushes"),
    Kill("accepted-updates-told-as-failed", "hazards.update.undecodable-success[half]", "hazard"),
    Kill("lost-answers-read-as-empty", "hazards.update.connection-lost-before-commit[reset]", "hazard"),
    Kill("writes-repeated", "hazards.update.answer-lost-under-a-policy[unavailable]", "hazard", Verdict.OBSERVATION),
    Kill("refused-writes-read-as-done", "hazards.update.refused-then-accepted[unavailable]", "hazard"),
    Kill("writes-sent-again-after-a-timeout", "hazards.update.slower-than-the-timeout", "hazard"),
    Kill("redirected-writes-sent-on", "hazards.update.redirected[see-other]", "hazard"),
    Kill("accepted-updates-told-as-failed", "hazards.update.new-enum-value-in-success", "hazard"),
    Kill("writes-sent-again-after-a-lost-answer", "hazards.update.forced[cut]", "hazard"),
)
