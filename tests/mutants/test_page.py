"""The problems that the published matrix reports, and the own checks of a case."""

from __future__ import annotations

import msgspec
import pytest
from tests.mutants.harness import cases_by_key
from tests.mutants.kill import Kill
from tests.mutants.own_checks import own_checks
from tests.mutants.page import MutantRun, Numbers, counts, numbers_of, rendered
from tests.mutants.red_checks import RedChecks

from concordat.checks import Verdict

FIRST = "customers.list.first-page"


def mutant_run(*checks: str, broken: str | None = None) -> MutantRun:
    return MutantRun.of(RedChecks("any", {FIRST: dict.fromkeys(checks, Verdict.FAIL)} if checks else {}, broken), [])


def numbers(**mutants: MutantRun) -> Numbers:
    return Numbers(catalogue="c" * 64, cases=1, rows=1, mutants=mutants)


def test_two_mutants_that_redden_the_same_checks_are_equivalent() -> None:
    found = numbers(
        one=mutant_run("outcome.payload"), other=mutant_run("outcome.payload"), third=mutant_run("outcome.reported")
    )
    assert found.equivalent_mutants() == [["one", "other"]]
    assert "- of one signature: one, other" in rendered(found)


def test_a_broken_mutant_is_broken_and_not_equivalent_to_another() -> None:
    found = numbers(one=mutant_run(broken="it does not start"), other=mutant_run())
    assert found.equivalent_mutants() == []
    assert found.broken() == {"one": "it does not start"}
    assert "broken: one: it does not start" in found.problems()


def test_a_line_that_did_not_hold_is_a_problem() -> None:
    survivor = MutantRun(cases=0, signature="", survived=["one customers.list.first-page outcome.payload"])
    assert numbers(one=survivor).survived() == survivor.survived
    assert "survived: one customers.list.first-page outcome.payload" in numbers(one=survivor).problems()


def test_the_numbers_of_a_run_are_read_back_from_the_page_and_its_summary() -> None:
    survivor = "no-authorization customers.list.first-page outcome.payload"
    found = numbers(
        **{
            "page-off-by-one": mutant_run("outcome.payload"),
            "no-authorization": msgspec.structs.replace(mutant_run("outcome.reported"), survived=[survivor]),
            "sandbox:written-twice": mutant_run(broken="it does not start"),
        }
    )
    found = msgspec.structs.replace(found, red_without_a_mutant=["customers.list.first-page outcome.reported"])
    assert numbers_of(rendered(found), found.summary()) == found
    assert found.summary().broken == {"sandbox:written-twice": "it does not start"}
    assert found.summary().survivors == [survivor]


def test_the_summary_is_of_the_numbers_in_the_page_and_of_no_others() -> None:
    found = numbers(
        **{"page-off-by-one": mutant_run("outcome.payload"), "no-authorization": mutant_run("outcome.reported")}
    )
    page, summary = rendered(found), found.summary()
    signature = found.mutants["page-off-by-one"].signature
    for changed in (page.replace(f"| 1 | `{signature}`", f"| 2 | `{signature}`"), page.replace(signature, "0" * 12)):
        assert changed != page
        assert numbers_of(changed, summary).summary() != summary


def test_a_mutant_without_numbers_is_reported_as_not_run() -> None:
    assert "| page-off-by-one | Asks for the page after the one that was meant. | not run yet |  |" in rendered(
        numbers()
    )


@pytest.mark.parametrize(
    ("case", "own", "not_own"),
    [
        pytest.param(FIRST, "outcome.payload", "client.alive", id="what-every-case-has"),
        pytest.param("auth.elsewhere.cookies", "s2:request.headers", "request.headers", id="by-step"),
        pytest.param("write-safety.create.answered-well", "write-safety", "request.contract", id="write-safety"),
        pytest.param("pagination.list.allowed-bounds[smallest]", "request.query", "request.headers", id="arguments"),
        pytest.param("requests.query.company-tags[one]", "request.query", "request.contract", id="the-wire"),
        pytest.param(
            "resilience.not-repeated.refusal[malformed-query]", "request.count", "request.unattributed", id="attempts"
        ),
        pytest.param("write-safety.create.undecodable-success[html]", "state.pushes", "fault.fired", id="state"),
        pytest.param("decoding.evolution.reordered[customers.list]", "decoding", "after:request.path", id="evolution"),
    ],
)
def test_only_what_a_case_names_is_its_own(case: str, own: str, not_own: str) -> None:
    checks = own_checks(cases_by_key()[case])
    assert own in checks
    assert not_own not in checks


def test_a_kill_through_what_every_case_has_does_not_count_for_the_case() -> None:
    assert counts(Kill("page-off-by-one", FIRST, "outcome.payload"))
    assert not counts(Kill("crashes", FIRST, "client.alive"))
    assert not counts(Kill("page-off-by-one", "no.such-case", "outcome.payload"))
