"""References inside models."""

from __future__ import annotations

import pytest

from concordat.catalogue.model import Call, Expectation, Fault, OutcomeExpectation, RequestExpectation, ScriptedAnswer
from concordat.errors import CatalogueError
from concordat.targets.bindings import fill

BOUND = {"company": "c-1", "page": 2, "record": {"id": "7"}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$company", "c-1"),
        ("$page", 2),
        ("$record", {"id": "7"}),
        ("page ${page} of ${company}", "page 2 of c-1"),
        ("costs $$5", "costs $5"),
        ({"a": ["$company", {"b": "$page"}]}, {"a": ["c-1", {"b": 2}]}),
        (3, 3),
        (None, None),
    ],
)
def test_json_is_filled_with_its_types(value: object, expected: object) -> None:
    assert fill(value, BOUND) == expected


def test_models_are_filled_all_the_way_down() -> None:
    call = Call(
        call="things.list",
        with_={"companyId": "$company"},
        expect=Expectation(
            requests=[RequestExpectation(path=["things", "$company"])],
            outcome=OutcomeExpectation(payload={"n": "$page"}),
        ),
    )
    filled = fill(call, BOUND)
    assert filled.with_ == {"companyId": "c-1"}
    assert filled.expect.listed is not None
    assert filled.expect.listed[0].path == ["things", "c-1"]
    assert filled.expect.outcome is not None
    assert filled.expect.outcome.payload == {"n": 2}
    assert call.with_ == {"companyId": "$company"}, "the case itself stays as it was"


def test_a_model_without_references_is_handed_back_as_it_is() -> None:
    fault = Fault(on="things.list", respond=ScriptedAnswer(status=503))
    assert fill(fault, BOUND) is fault


def test_an_unbound_name_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(CatalogueError, match=r"\$compny.*did you mean `company`"):
        fill("$compny", BOUND)
