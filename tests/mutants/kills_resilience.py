"""Kills of the area `resilience`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

from concordat.checks import Verdict

__all__ = ["KILLS"]

KILLS = (
    Kill("lost-answers-read-as-empty", "resilience.broken.no-answer[list-reset]", "outcome.reported"),
    Kill("lost-answers-read-as-empty", "resilience.broken.cut-body[one-byte]", "outcome.reported"),
    Kill("cut-bodies-read-as-whole", "resilience.broken.cut-but-whole-json", "outcome.reported"),
    Kill("cut-bodies-read-as-whole", "resilience.broken.cut-download[one-byte]", "outcome.reported"),
    Kill("first-piece-taken-for-the-whole", "resilience.slow.drip[small-pieces]", "outcome.reported"),
    Kill("chunks-put-together-without-their-last", "resilience.slow.chunked[whole]", "outcome.reported"),
    Kill("own-timeout-cut-short", "resilience.slow.within-the-limit", "outcome.reported"),
    Kill("own-timeout-ignored", "resilience.slow.beyond-the-limit[list]", "outcome.reported"),
    Kill("ids-in-lower-case", "resilience.client-reused", "s3:request.path"),
    Kill("ids-read-in-lower-case", "resilience.client-reused", "s1:outcome.saved"),
    Kill("credential-forgotten-after-a-refusal", "resilience.client-reused.after-a-refusal", "s3:outcome.error.status"),
    Kill("lost-answers-read-as-empty", "resilience.client-reused.after-a-failure[reset]", "s1:outcome.reported"),
    Kill(
        "lost-for-good-after-a-lost-connection", "resilience.client-reused.after-a-failure[reset]", "s2:request.count"
    ),
    Kill("failure-reported-to-every-later-call", "resilience.maintenance", "s3:request.count"),
    Kill("answers-of-reads-at-once-mixed-up", "resilience.parallel.live", "s2.1:outcome.payload"),
    Kill("extra-request", "resilience.parallel.live", "s2.1:request.count"),
    Kill("answers-of-reads-at-once-mixed-up", "resilience.parallel.out-of-order", "s1.1:outcome.payload"),
    Kill("answers-of-reads-at-once-mixed-up", "resilience.parallel.one-fails", "s1.2:outcome.reported"),
    Kill("elapsed-time-ignored", "resilience.giving-up.within-the-policy[unavailable]", "request.count"),
    Kill("waits-without-a-limit", "resilience.giving-up.cap-on-every-wait", "request.waits"),
    Kill("answer-of-a-cancelled-call-shown-to-the-next", "resilience.giving-up.cancelled", "s2:outcome.payload"),
    Kill("lost-for-good-after-a-cancelled-call", "resilience.giving-up.cancelled", "s2:request.count"),
    Kill("timeouts-not-repeated", "resilience.read-repeated.status[request-timeout]", "request.count"),
    Kill("html-failures-not-repeated", "resilience.read-repeated.html[html]", "request.count"),
    Kill("html-refusals-read-as-empty", "resilience.read-repeated.html[html]", "request.count"),
    Kill("reads-never-repeated", "resilience.read-repeated.operation[get]", "request.count"),
    Kill("lost-connections-not-repeated", "resilience.read-repeated.connection[reset]", "request.count"),
    Kill("gives-up-after-one-repeat", "resilience.read-repeated.twice[one-status]", "request.count"),
    Kill("all-pages-fetched-at-once", "resilience.read-repeated.same-request[page]", "request.query"),
    Kill("query-lost-when-repeating", "resilience.read-repeated.same-request[page]", "request.query"),
    Kill("lists-alone-repeated", "resilience.default-policy", "request.count"),
    Kill("server-errors-not-repeated", "resilience.default-policy", "request.count"),
    Kill("timeouts-not-repeated", "resilience.default-policy.all[request-timeout]", "request.count"),
    Kill("refused-reads-repeated", "resilience.not-repeated.refusal[malformed-query]", "request.count"),
    Kill("answers-without-results-repeated", "resilience.not-repeated.success[readable]", "request.count"),
    Kill("unreadable-reads-sent-again", "resilience.not-repeated.success[html]", "request.count"),
    Kill("undecodable-codings-tried-again", "resilience.not-repeated.coding[unknown]", "request.count"),
    Kill("repeats-although-retries-are-off", "resilience.retries-off.one-request[unavailable]", "request.count"),
    Kill("lost-connections-repeated-unasked", "resilience.retries-off.broken-connections[reset]", "request.count"),
    Kill("too-many-requests-not-repeated", "resilience.exhausted.status[listed]", "request.count"),
    Kill("first-failure-reported", "resilience.exhausted.changing", "outcome.error.status"),
    Kill("repeats-at-another-path", "resilience.exhausted.changing", "request.path"),
    Kill("given-up-as-a-success", "resilience.exhausted.connection", "outcome.reported"),
    Kill("lost-connections-not-repeated", "resilience.exhausted.connection", "request.count"),
    Kill("retry-after-ignored", "resilience.retry-after.seconds", "request.count"),
    Kill("retry-after-in-seconds-alone", "resilience.retry-after.date", "request.count"),
    Kill("retry-after-must-be-readable", "resilience.retry-after.unreadable[word]", "request.count"),
    Kill("absurd-retry-after-sat-out", "resilience.retry-after.absurd[day]", "client.alive"),
    Kill("first-repeat-at-once", "resilience.waits.first[unavailable]", "request.waits"),
    Kill("waits-do-not-grow", "resilience.waits.growing", "request.waits", Verdict.OBSERVATION),
)
