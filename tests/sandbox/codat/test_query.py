from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concordat.sandbox.codat.fields import COMPANY_FIELDS, CUSTOMER_FIELDS, PULL_FIELDS, PUSH_FIELDS, FieldType
from concordat.sandbox.codat.query import LIMIT, MalformedQuery, parse_query

if TYPE_CHECKING:
    from concordat.values import JsonObject

FIELDS = {
    "name": FieldType.STRING,
    "status": FieldType.ENUM,
    "amount": FieldType.NUMBER,
    "due": FieldType.DATE,
    "meta.done": FieldType.BOOLEAN,
    "meta.note": FieldType.STRING,
}
RECORD: JsonObject = {
    "name": "Smith & Sons",
    "status": "Active",
    "amount": 100,
    "due": "2021-01-28T00:00:00Z",
    "meta": {"done": True, "note": None},
}
bounded = settings(derandomize=True, max_examples=100, deadline=None, database=None)


def matches(text: str, record: JsonObject = RECORD) -> bool:
    return parse_query(text, FIELDS).matches(record)


def refusal(text: str, fields: Any = FIELDS) -> str:
    with pytest.raises(MalformedQuery) as caught:
        parse_query(text, fields)
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name=Smith & Sons", True),
        ("name = smith & SONS", True),
        ("name=Smith", False),
        ("name!=Smith", True),
        ("name!=smith & sons", False),
        ("name~mith", True),
        ("name ~ & s", True),
        ("name~Jones", False),
        ("status=active", True),
        ("status!=Archived", True),
        ("amount=100", True),
        ("amount=100.0", True),
        ("amount = +100", True),
        ("amount!=100", False),
        ("amount>99.99", True),
        ("amount>100", False),
        ("amount>=100", True),
        ("amount<100", False),
        ("amount<=100", True),
        ("amount>-1", True),
        ("due=2021-01-28", True),
        ("due>2021-01-28", False),
        ("due>=2021-01-28", True),
        ("due<2021-01-28T00:00:00.0000001Z", True),
        ("due=2021-01-28T01:00:00+01:00", True),
        ("due=2021-01-28T00:00:00", True),
        ("due!=2021-01-27", True),
        ("meta.done=true", True),
        ("meta.done=TRUE", True),
        ("meta.done!=true", False),
        ("meta.done=false", False),
    ],
)
def test_a_condition_compares_by_the_type_of_its_property(text: str, expected: bool) -> None:  # noqa: FBT001
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount=100 && status=Active", True),
        ("amount=100&&status=Archived", False),
        ("amount=1 || status=Active", True),
        ("amount=1||status=Archived", False),
        ("amount=100 || amount=1 && status=Archived", True),
        ("{amount=100 || amount=1} && status=Archived", False),
        ("status=Archived && amount=1 || amount=100", True),
        ("status=Archived && {amount=1 || amount=100}", False),
        ("{{amount=100}}", True),
        ("{ amount > 100 || amount < 50 } && status != paid", False),
        ("{amount>50}&&{status!=paid||name~x}", True),
    ],
)
def test_junctions_and_groups_combine_conditions(text: str, expected: bool) -> None:  # noqa: FBT001
    assert matches(text) is expected


@pytest.mark.parametrize("value", [None, "absent"])
@pytest.mark.parametrize(
    "text", ["name=x", "name!=x", "name~x", "amount<1", "amount!=1", "due>2020-01-01", "meta.done!=true"]
)
def test_what_is_null_or_absent_matches_nothing(text: str, value: str | None) -> None:
    record = {} if value else dict.fromkeys(("name", "amount", "due", "meta"))
    assert matches(text, record) is False


@pytest.mark.parametrize(
    "record",
    [
        {"name": 5, "amount": "100", "due": "soon", "meta": []},
        {"name": ["x"], "amount": True, "due": 7, "meta": "x"},
        {"name": {"x": 1}, "amount": float("nan"), "due": None, "meta": {"done": "true"}},
    ],
)
@pytest.mark.parametrize("text", ["name!=zz", "amount!=0", "due!=2020-01-01", "meta.done!=false"])
def test_values_of_another_type_match_nothing(text: str, record: JsonObject) -> None:
    assert matches(text, record) is False


def test_a_number_of_any_length_compares_exactly() -> None:
    assert matches(f"amount={10**400 + 1}", {"amount": 10**400 + 1})
    assert not matches(f"amount={10**400}", {"amount": 10**400 + 1})
    assert matches("amount<1", {"amount": -(10**5000)})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "maiores",
        "name",
        "name=",
        "name= ",
        "=x",
        "name==x",
        "name=>x",
        "name=~x",
        "name!x",
        "name<>x",
        "&& name=x",
        "name=x &&",
        "name=x ||",
        "name=x && && name=y",
        "name=x || && name=y",
        "{name=x",
        "name=x}",
        "{}",
        "{}name=x",
        "{name=x}{name=y}",
        "{name=x} name=y",
        "name={x}",
        "name=x{",
        "}name=x{",
        ".name=x",
        "name.=x",
        "na me=x",
        "5=5",
        "'name'=x",
        "name\x00=x",
        "n\u00e4me=x",
    ],
)
def test_what_is_outside_the_grammar_is_malformed(text: str) -> None:
    assert refusal(text) == "Malformed query."


@pytest.mark.parametrize("name", ["isDone", "meta", "meta.other", "Name", "lineItems.unitAmount", "supplementalData.x"])
def test_an_unknown_property_is_named(name: str) -> None:
    assert refusal(f"{name}=x") == f"Could not resolve property {name} on Dataset"


def test_a_table_of_fields_gives_the_kind_of_record_its_name() -> None:
    assert refusal("isCompleted=true", PULL_FIELDS) == "Could not resolve property isCompleted on Dataset"
    assert refusal("addresses.city=x", CUSTOMER_FIELDS) == "Could not resolve property addresses.city on Customer"
    assert refusal("supplementalData=x", CUSTOMER_FIELDS).endswith("on Customer")
    assert refusal("changes.type=Created", PUSH_FIELDS).endswith("on PushOperation")


@pytest.mark.parametrize(
    "text", ["name>x", "name<=x", "status~Act", "status>Active", "amount~1", "due~2021", "meta.done>true"]
)
def test_an_operator_that_the_type_lacks_is_refused(text: str) -> None:
    assert refusal(text).startswith("Operator ")


@pytest.mark.parametrize(
    "text",
    [
        "amount=ten",
        "amount=1e3",
        "amount=0x1",
        "amount=1_0",
        "amount=\u0661",
        "due=tomorrow",
        "due=2021-13-01",
        "meta.done=1",
    ],
)
def test_a_value_of_another_type_is_refused(text: str) -> None:
    assert refusal(text).startswith("Value of property ")


def test_a_query_is_shorter_than_2048_characters() -> None:
    longest = "name=" + "x" * (LIMIT - len("name=") - 1)
    assert parse_query(longest, FIELDS).matches({"name": "X" * (LIMIT - 6)})
    assert "2048" in refusal(longest + "x")


@pytest.mark.parametrize(
    "text",
    [
        "{" * 1000 + "name=x" + "}" * 1000,
        "{" * 2040 + "name=x",
        "&&".join(["name=x"] * 240),
        "||".join(["{amount=1}"] * 160),
    ],
)
def test_the_deepest_nesting_that_fits_is_read_without_recursion(text: str) -> None:
    try:
        outcome = parse_query(text, FIELDS).matches({"name": "x", "amount": 1})
    except MalformedQuery as error:
        outcome = error.message == "Malformed query." and text.count("{") != text.count("}")
    assert outcome is True


@pytest.mark.parametrize("prefix", ["2", "-", "2021-01-01T", "1.", "amount="])
def test_hostile_values_are_refused_at_once(prefix: str) -> None:
    with pytest.raises(MalformedQuery):
        parse_query(f"due={prefix * 300}", FIELDS)


def test_companies_can_be_asked_by_the_status_of_any_connection() -> None:
    query = parse_query("dataConnections.status=PendingAuth", COMPANY_FIELDS)
    assert query.matches({"dataConnections": [{"status": "Linked"}, {"status": "PendingAuth"}]})
    assert not query.matches({"dataConnections": [{"status": "Linked"}, None]})
    assert not query.matches({"dataConnections": []})


@bounded
@given(st.text(max_size=200) | st.text(alphabet="{}&|=!<>~ .ame1tru-", max_size=60))
def test_no_text_raises_anything_but_a_malformed_query(text: str) -> None:
    try:
        outcome: object = parse_query(text, FIELDS).matches(RECORD)
    except MalformedQuery as error:
        outcome = error.message
    assert outcome is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["done", "note", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
conditions = st.sampled_from(
    ["name=x", "status!=Active", "amount>=0", "due<2030-01-01", "meta.done=true", "meta.note~a"]
)


@bounded
@given(st.dictionaries(st.sampled_from(["name", "status", "amount", "due", "meta"]), json_values), conditions)
def test_no_record_makes_a_query_fail(record: dict[str, Any], text: str) -> None:
    assert matches(text, record) in {True, False}


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> tuple[str, bool]:
    """Draw a query of amounts and the answer for a record whose amount is 100."""
    if depth == 0 or draw(st.booleans()):
        wanted = draw(st.sampled_from([1, 100]))
        return f"amount={wanted}", wanted == 100
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if draw(st.booleans()):
        return f"{{{left[0]}}} && {{{right[0]}}}", left[1] and right[1]
    return f"{{{left[0]}}} || {{{right[0]}}}", left[1] or right[1]


@bounded
@given(expressions())
def test_a_grouped_query_means_what_it_was_built_from(expression: tuple[str, bool]) -> None:
    text, expected = expression
    assert matches(text) is expected


@bounded
@given(
    st.lists(
        st.tuples(st.sampled_from(["amount=1", "amount=100"]), st.sampled_from([" && ", " || "])),
        min_size=1,
        max_size=12,
    )
)
def test_and_binds_tighter_than_or(parts: list[tuple[str, str]]) -> None:
    text = "".join(condition + junction for condition, junction in parts[:-1]) + parts[-1][0]
    expected = any(
        all(condition.strip().endswith("=100") for condition in clause.split("&&")) for clause in text.split("||")
    )
    assert matches(text) is expected
