"""Decoding is total: whatever stands in a field, the caller reads its model's types or gets a DecodeError."""

from __future__ import annotations

import json
from decimal import Decimal
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concordat_reference import Client, DecodeError, codec, models
from concordat_reference.shapes import ShapeError, shaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference.conftest import Double

READ = {
    "Page": models.Page[models.Customer],
    **{
        name: getattr(models, name)
        for name in ("Attachments", "Company", "DataStatuses", "PullOperation", "PushOperation", "PushOption")
    },
}
"""The models that operations return and that hold all others."""
STRANGE: dict[str, Any] = {
    "text": "x",
    "number": 7110701885,
    "fraction": Decimal("1.5"),
    "yes": True,
    "list": [],
    "list of nulls": [None],
    "list of texts": ["x"],
    "object": {"new": 1},
}


def bare(hint: object) -> Any:
    """Return a type without `| None`."""
    if get_origin(hint) in (Union, UnionType):
        return next(arm for arm in get_args(hint) if arm is not type(None))
    return hint


def parts(model: object) -> dict[str, Any]:
    """Return a model's fields with their types, the parameter of a page filled in."""
    hints = get_type_hints(get_origin(model) or model)
    given = dict(zip(getattr(get_origin(model), "__parameters__", ()), get_args(model), strict=False))
    return {
        name: bare(hint[tuple(given.values())] if getattr(hint, "__parameters__", ()) else hint)
        for name, hint in hints.items()
    }


def sample(kind: Any, depth: int = 4) -> Any:
    """Return a value of a type that has every field, to a depth."""
    kind = bare(kind)
    if get_origin(kind) is list:
        return [sample(get_args(kind)[0], depth)]
    if get_origin(kind) is dict:
        return {"any/one": sample(get_args(kind)[1], depth)}
    if is_typeddict(get_origin(kind) or kind):
        return {name: sample(hint, depth - 1) for name, hint in parts(kind).items()} if depth else {}
    return {str: "x", int: 1, bool: True, Any: {"free": [1]}}[kind]


def places(value: Any, kind: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the pointer and the type of each place in a sample."""
    kind = bare(kind)
    yield pointer, kind
    if get_origin(kind) is list:
        yield from places(value[0], get_args(kind)[0], pointer + "/0")
    elif get_origin(kind) is dict:
        yield from places(value["any/one"], get_args(kind)[1], pointer + "/any~1one")
    elif is_typeddict(get_origin(kind) or kind):
        for name, hint in parts(kind).items():
            if name in value:
                yield from places(value[name], hint, f"{pointer}/{name}")


TABLE = [
    (name, pointer, kind)
    for name, model in READ.items()
    for pointer, kind in places(sample(model), model)
    if pointer and (name != "DataStatuses" or pointer.count("/") == 1 or pointer.startswith("/customers/"))
]
"""Every place of every model; of the data types, which are alike, the parts of one."""


def changed(value: Any, pointer: str, change: Any) -> Any:
    """Return the sample with another value at a place; the ellipsis takes the place out."""
    *way, last = [part.replace("~1", "/") for part in pointer.split("/")[1:]]
    found = value
    for part in way:
        found = found[int(part)] if isinstance(found, list) else found[part]
    key: Any = int(last) if isinstance(found, list) else last
    if change is ...:
        del found[key]
    else:
        found[key] = change
    return value


def fits(value: object, kind: object) -> bool:
    """Tell whether a strange value is one of a type, at its top."""
    wanted = dict if is_typeddict(get_origin(kind) or kind) else get_origin(kind) or kind
    return wanted is Any or type(value) is wanted


def refused(raw: bytes, model: object) -> ShapeError | None:
    """Return the error that reading raises, None for none; any other error goes on."""
    try:
        codec.loads(raw, model)
    except ShapeError as error:
        return error
    return None


def test_the_table_knows_every_model_that_is_read() -> None:
    written = {"CompanyRequestBody", "CompanyUpdateRequest", "ConnectionRequest", "ConnectionUpdate", "ErrorMessage"}
    met = {kind.__name__ for kind in READ.values() if is_typeddict(kind)} | {"Page"}
    met |= {kind.__name__ for _, _, kind in TABLE if is_typeddict(kind)}
    assert met | written == set(models.__all__)


@pytest.mark.parametrize("name", READ)
def test_a_full_answer_is_read_as_it_is(name: str) -> None:
    raw = codec.dumps(sample(READ[name]))
    assert codec.loads(raw, READ[name]) == json.loads(raw)


@pytest.mark.parametrize(("name", "pointer", "kind"), TABLE, ids=lambda it: it if isinstance(it, str) else "")
def test_each_field_may_be_null_or_missing_or_gives_a_shape_error(name: str, pointer: str, kind: object) -> None:
    model = READ[name]
    for change in (None, ...):
        full = changed(sample(model), pointer, change)
        raw = codec.dumps(full)
        if change is None and pointer[-2:] == "/0" and kind is not Any:
            with pytest.raises(ShapeError) as caught:
                codec.loads(raw, model)
            assert caught.value.pointer == pointer
        else:
            assert codec.loads(raw, model) == full
    for label, strange in STRANGE.items():
        raw = codec.dumps(changed(sample(model), pointer, strange))
        error = refused(raw, model)
        if error is None:
            assert fits(strange, kind), label
            assert codec.loads(raw, model) == codec.loads(raw), label
        else:
            assert error.pointer.startswith(pointer), label
            assert not fits(strange, kind) or error.pointer != pointer, label


@pytest.mark.parametrize("text", ["3", "3.0", "3e0", "30E-1"])
def test_an_integer_is_read_in_every_notation(text: str) -> None:
    found = codec.loads(f'{{"totalResults": {text}}}'.encode(), READ["Page"])["totalResults"]
    assert (type(found), found) == (int, 3)


@pytest.mark.parametrize("text", ["1e999999", "1e309", "3.5", "1e-999999", "true", '"3"'])
def test_what_is_no_integer_or_too_long_a_one_is_refused_quickly(text: str) -> None:
    with pytest.raises(ShapeError, match="/totalResults is not an integer"):
        codec.loads(f'{{"totalResults": {text}}}'.encode(), READ["Page"])


def test_a_model_within_itself_that_is_nested_too_deeply_is_refused() -> None:
    raw = b'{"properties":{"a":' * 600 + b"{}" + b"}}" * 600
    with pytest.raises(ValueError, match="nested too deeply"):
        codec.loads(raw, models.PushOption)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["results", "_links", "next", "href", "contacts", "phone", "address", "id", "status"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON, st.sampled_from(list(READ.values())))
@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_strangers_json_is_read_or_a_shape_error(value: object, model: object) -> None:
    error = refused(json.dumps(value).encode(), model)
    if error is None:
        assert shaped(json.loads(json.dumps(value)), model) == value
    else:
        assert error.pointer == "" or error.pointer.startswith("/")


def test_a_wrong_type_is_a_decode_error_with_its_pointer_and_all_of_the_answer(double: Double) -> None:
    answer = {"results": [{"id": "1"}, {"id": "2", "contacts": [{"phone": [{"number": 44}]}]}]}
    double.script = [double.json(answer, 200, "X-Id: abc")]
    with Client("k", double.url) as api, pytest.raises(DecodeError, match="number is not text") as caught:
        api.customers.list("c")
    error = caught.value
    assert error.pointer == "/results/1/contacts/0/phone/0/number"
    assert (error.status, json.loads(error.body), error.headers["x-id"]) == (200, answer, "abc")
    assert len(double.sent) == 1
