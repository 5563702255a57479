"""A symptom in words: what a person reads first."""

from __future__ import annotations

import pytest

from concordat.explore.deviations import CHECKS, Deviation
from concordat.explore.dictionary import sentence, shown, trigger_words


@pytest.mark.parametrize(
    ("symptom", "expected"),
    [
        (Deviation("client.alive", "died"), "its process ended in the call"),
        (Deviation("client.alive", "silent"), "it never answered"),
        (Deviation("call.possible", "unrepresentable", "/tags"), "it has no place for tags"),
        (Deviation("request.count", "missing", "", "ValueError", 1, 0), "nothing was sent (ValueError)"),
        (Deviation("request.count", "extra", "", "", 1, 2), "2 requests were sent"),
        (
            Deviation("request.contract", "media-type", "/header"),
            "the request breaks the contract at /header (media-type)",
        ),
        (Deviation("request.method", "changed", "", "", "PUT", "POST"), "POST was sent in place of PUT"),
        (Deviation("request.path", "changed", "/id", "", "a", "b"), 'the path has "b" in place of "a" at /id'),
        (Deviation("request.query", "extra", "/page", "", None, "1"), '"1" was added to the query at /page'),
        (Deviation("request.body", "missing", "/a", "", None, None), "null is missing from the body at /a"),
        (
            Deviation("outcome.reported", "changed", "", "unknown E", ["ok"], "unknown"),
            "the client reported unknown (E)",
        ),
        (Deviation("outcome.error.status", "changed", "", "", 404, None), "the caller was shown the status null"),
        (
            Deviation("outcome.payload", "count", "/results", "", 2, 1),
            "the payload has 1 items in place of 2 at /results",
        ),
        (
            Deviation("outcome.payload", "changed", "/n", "", {"number": "1"}, {"number": "2"}),
            "the payload has 2 in place of 1 at /n",
        ),
    ],
)
def test_a_symptom_reads_like_this(symptom: Deviation, expected: str) -> None:
    assert symptom.check in CHECKS
    assert sentence(symptom) == expected


def test_a_place_that_is_told_of_in_detail_is_named_once() -> None:
    triggers = {"argument body", "argument query", "argument query: emoji", "answer status: 418"}
    assert trigger_words(triggers) == " with answer status: 418, argument body, argument query: emoji"
    assert trigger_words(()) == ""


def test_a_long_value_is_cut() -> None:
    assert len(shown("a" * 500)) == 60
