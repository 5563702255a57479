"""What the sandbox plays, what a case has to script, and what only a live endpoint can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.catalogue.model import Call, Fault, WriteSafetyExpectation
from concordat.errors import CatalogueError
from concordat.targets.playability import check_playable, check_scripts, live_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.runner.conftest import MakeCase

    from concordat.catalogue.model import Case

OWN = {"call": "customers.list"}
FOREIGN = {"call": "books.list"}
OTHER = {"call": "books.add"}
ANSWER = {"respond": {"status": 200}}


def made(case: Callable[..., Case], steps: list[dict[str, Any]], faults: list[dict[str, Any]], **more: object) -> Case:
    return case(*msgspec.convert(steps, list[Call]), faults=msgspec.convert(faults, list[Fault]), **more)


@pytest.mark.parametrize(
    ("steps", "faults"),
    [
        ([OWN, OWN], []),
        ([FOREIGN], [ANSWER]),
        ([FOREIGN], [{**ANSWER, "on": "books.list"}]),
        ([FOREIGN], [{"on": "books.list", "reset": True}]),
        ([FOREIGN], [{"on": "books.list", "close": True}]),
        ([FOREIGN], [{"on": "books.list", "redirect": {"location": "/"}}]),
        ([FOREIGN, FOREIGN], [{**ANSWER, "on": "books.list", "times": 2}]),
        ([FOREIGN, FOREIGN, FOREIGN], [{**ANSWER, "times": "always"}]),
        ([FOREIGN, FOREIGN], [{**ANSWER, "on": "books.list"}, {"on": "books.list", "at": 2, "reset": True}]),
        ([FOREIGN, OTHER], [{**ANSWER, "on": "books.list"}, {**ANSWER, "on": "books.add"}]),
        ([OWN, FOREIGN], [{**ANSWER, "at": 2}]),
        ([{**FOREIGN, "expect": {"requests": []}}], []),
        ([{**FOREIGN, "expect": {"attempts": 2}}], [{**ANSWER, "times": 2}]),
    ],
)
def test_what_the_sandbox_plays_or_the_case_scripts_can_be_answered(
    case: MakeCase, steps: list[dict[str, Any]], faults: list[dict[str, Any]]
) -> None:
    tried = made(case, steps, faults)
    check_scripts(tried)
    assert live_only(tried) is None


@pytest.mark.parametrize(
    ("steps", "faults", "request_number"),
    [
        ([FOREIGN], [], 1),
        ([OWN, FOREIGN], [ANSWER], 1),
        ([FOREIGN], [{**ANSWER, "on": "books.add"}], 1),
        ([FOREIGN], [{**ANSWER, "at": 2}], 1),
        ([FOREIGN, FOREIGN], [{**ANSWER, "on": "books.list"}], 2),
        ([FOREIGN], [{"stall": 0.1}], 1),
        ([FOREIGN], [{"edit": {"remove": ["/a"]}}], 1),
        ([{**FOREIGN, "expect": {"requests": [{}, {}]}}], [ANSWER], 2),
        ([{**FOREIGN, "expect": {"attempts": 3}}], [{**ANSWER, "times": 2}], 3),
    ],
)
def test_a_request_that_nothing_answers_is_named(
    case: MakeCase, steps: list[dict[str, Any]], faults: list[dict[str, Any]], request_number: int
) -> None:
    with pytest.raises(CatalogueError) as caught:
        check_scripts(made(case, steps, faults))
    assert caught.value.message.endswith(f"scripts no answer to its request {request_number}")
    assert "live" in (caught.value.hint or "")


def test_nothing_of_a_foreign_contract_can_be_prepared_here(case: MakeCase) -> None:
    with pytest.raises(CatalogueError, match="preparing call"):
        check_scripts(made(case, [{**FOREIGN, "via": "harness"}, OWN], [ANSWER]))


def test_nobody_counts_what_a_foreign_write_commits(case: MakeCase) -> None:
    with pytest.raises(CatalogueError, match="cannot count"):
        check_scripts(made(case, [OTHER], [ANSWER], write_safety=WriteSafetyExpectation(of="books.add")))


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ([{"status": 503, "accepted": False}, {"status": 200, "accepted": True}], True),
        ([{"status": 503}, {"status": 200, "accepted": True}], False),
        ([{"status": 503, "accepted": True}, {"status": 200}], False),
    ],
)
def test_what_a_foreign_write_commits_is_counted_when_every_script_says_so(
    case: MakeCase, answers: list[dict[str, Any]], *, counted: bool
) -> None:
    faults = [{"on": "books.add", "at": at, "respond": answer} for at, answer in enumerate(answers, 1)]
    tried = made(case, [OTHER], faults, write_safety=WriteSafetyExpectation(of="books.add"))
    if counted:
        check_scripts(tried)
        return
    with pytest.raises(CatalogueError, match="cannot count") as caught:
        check_scripts(tried)
    assert "accepted: true" in (caught.value.hint or "")


def test_a_case_with_needs_of_a_foreign_contract_waits_for_a_live_endpoint(case: MakeCase) -> None:
    waiting = made(case, [FOREIGN], [], world=None, needs={"books": 1})
    assert "--target" in (live_only(waiting) or "")
    check_playable(waiting)
    assert live_only(made(case, [OWN], [], world=None, needs={"customers": 1})) is None


def test_a_world_that_cannot_be_made_is_still_an_error(case: MakeCase) -> None:
    with pytest.raises(CatalogueError, match="custmers"):
        check_playable(made(case, [OWN], [], world={"custmers": 1}))
