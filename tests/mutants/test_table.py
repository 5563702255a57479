"""The table of kills is whole: every case and every mutant stands in it, and every line is about what there is."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.mutants.clients import MUTANTS
from tests.mutants.harness import cases_by_key
from tests.mutants.kills import KILLS
from tests.mutants.own_checks import own_checks
from tests.mutants.page import PAGE, SUMMARY, case_of, counts, load_numbers, load_summary, rendered, sentence
from tests.mutants.sandboxes import SANDBOXES

from concordat.checks import Verdict

HOW = """\
no mutant kills these cases through a check of their own:
  {}
`python -m tests.mutants.matrix -k CASE` shows which mutants redden one. Add `Kill(MUTANT, CASE, CHECK)` to
tests/mutants/kills_AREA.py; a case that nothing reddens needs a mutant of its own, see docs/mutants.md."""


def test_every_case_is_killed_through_a_check_that_it_names() -> None:
    killed = {case_of(kill) for kill in KILLS if counts(kill)}
    alive = [
        f"{key} ({', '.join(sorted(own_checks(case)))})"
        for key, case in cases_by_key().items()
        if case.id not in killed and case.row in (None, *case.rows[:1])
    ]
    assert alive == [], HOW.format("\n  ".join(alive))


def test_every_mutant_is_in_the_table_and_every_line_is_about_a_mutant() -> None:
    assert {kill.mutant for kill in KILLS} == {*MUTANTS, *SANDBOXES}
    assert [line for line, count in Counter(map(str, KILLS)).items() if count > 1] == []


def test_every_case_of_the_table_is_in_the_catalogue() -> None:
    assert {kill.case for kill in KILLS} - cases_by_key().keys() == set()


@pytest.mark.parametrize("mutant", [*MUTANTS, *SANDBOXES])
def test_every_mutant_says_in_a_sentence_what_it_does_wrong(mutant: str) -> None:
    assert sentence(mutant).endswith(".")


def test_a_line_is_a_failure_unless_nobody_is_bound_or_a_sandbox_breaks_the_contract() -> None:
    for kill in KILLS:
        case = cases_by_key()[kill.case]
        nobody = all(source.startswith("undefined:") for source in case.source)
        ours = kill.check == "response.contract"
        expected = Verdict.OBSERVATION if nobody else Verdict.HARNESS_ERROR if ours else Verdict.FAIL
        assert kill.verdict is expected, kill


def test_no_mutant_of_the_last_run_was_broken_or_equivalent_to_another_or_survived() -> None:
    numbers = load_numbers()
    assert numbers.broken() == {}
    assert numbers.equivalent_mutants() == []
    assert numbers.survived() == []
    assert numbers.red_without_a_mutant == []


def test_the_published_matrix_is_that_of_the_table() -> None:
    assert PAGE.read_text("utf-8") == rendered(load_numbers()), "run `python -m tests.mutants.publish`"


def test_every_mutant_was_run_and_the_summary_is_of_what_the_page_has() -> None:
    numbers = load_numbers()
    assert numbers.mutants.keys() == {*MUTANTS, *SANDBOXES}, "run `python -m tests.mutants.publish --missing`"
    assert load_summary() == numbers.summary(), "run `python -m tests.mutants.publish --run`"


def test_the_summary_is_small() -> None:
    assert SUMMARY.stat().st_size < 10_000
