from __future__ import annotations

from typing import Any

import msgspec
import pytest

from concordat.catalogue.model import Edit, Fault, Redirect, ScriptedAnswer
from concordat.errors import CatalogueError
from concordat.http1.answer import Answer
from concordat.sandbox.core.fault_answers import check_fault, edited, redirected, scripted_answer


def script(**raw: object) -> ScriptedAnswer:
    return msgspec.convert(raw, ScriptedAnswer)


JSON_TYPE = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        ({}, (), b""),
        ({"json": {"a": [1, None]}}, (JSON_TYPE,), b'{"a":[1,null]}'),
        ({"json": None}, (JSON_TYPE,), b"null"),
        ({"json": False}, (JSON_TYPE,), b"false"),
        ({"text": "\u20ac"}, (("Content-Type", "text/plain"),), b"\xe2\x82\xac"),
        ({"text": ""}, (("Content-Type", "text/plain"),), b""),
        ({"base64": "AP8="}, (("Content-Type", "application/octet-stream"),), b"\x00\xff"),
        (
            {"text": "{}", "content-type": "application/json; charset=utf-8"},
            (("Content-Type", "application/json; charset=utf-8"),),
            b"{}",
        ),
        ({"json": 1, "content-type": {"absent": True}}, (), b"1"),
        ({"json": 1, "headers": {"content-type": "text/html"}}, (("content-type", "text/html"),), b"1"),
        (
            {"headers": {"Set-Cookie": ["a=1", "b=2"], "X": ""}},
            (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X", "")),
            b"",
        ),
    ],
)
def test_a_script_becomes_bytes_with_the_type_that_goes_with_them(raw: Any, headers: Any, body: bytes) -> None:
    assert scripted_answer(script(**raw)) == Answer(200, headers, body, scripted=True)


@pytest.mark.parametrize(
    "raw",
    [
        {"json": 1, "text": "x"},
        {"json": None, "base64": ""},
        {"text": "", "base64": ""},
        {"base64": "?"},
        {"base64": "AP8"},
        {"status": 99},
        {"status": 600},
    ],
)
def test_a_script_that_contradicts_itself_is_refused(raw: Any) -> None:
    with pytest.raises(CatalogueError):
        scripted_answer(script(**raw))


@pytest.mark.parametrize(
    ("location", "expected"),
    [("{base}/a?b={c}", "http://h:1/a?b={c}"), ("/rel", "/rel"), ("http://elsewhere/{x}", "http://elsewhere/{x}")],
)
def test_a_redirect_points_to_the_given_location(location: str, expected: str) -> None:
    answer = redirected(Redirect(status=307, location=location), "http://h:1")
    assert (answer.status, answer.headers, answer.scripted) == (307, (("Location", expected),), True)


def test_a_redirect_elsewhere_keeps_the_port_and_names_another_host() -> None:
    answer = redirected(Redirect(location="{elsewhere}/stolen"), "http://127.0.0.1:81/v1")
    assert answer.headers == (("Location", "http://localhost:81/v1/stolen"),)


BODY = b'{"results":[{"id":"1","a/b":1},{"id":"2"}],"n":12345678901234567890}'


@pytest.mark.parametrize(
    ("set_", "remove", "expected"),
    [
        ({"/n": None}, [], b'{"results":[{"id":"1","a/b":1},{"id":"2"}],"n":null}'),
        ({"/new": 1}, ["/results"], b'{"n":12345678901234567890,"new":1}'),
        ({"/results/1/id": "9"}, ["/n"], b'{"results":[{"id":"1","a/b":1},{"id":"9"}]}'),
        ({"/results/-": 3}, ["/results/0", "/n"], b'{"results":[{"id":"2"},3]}'),
        ({"/results/0": 0}, ["/n", "/results/1"], b'{"results":[0]}'),
        ({}, ["/results/0/a~1b", "/results/1", "/n"], b'{"results":[{"id":"1"}]}'),
        ({"": [1]}, [], b"[1]"),
    ],
)
def test_an_edit_sets_and_removes_what_pointers_name(set_: Any, remove: list[str], expected: bytes) -> None:
    real = Answer(200, (("content-length", "1"), ("X", "1")), BODY)
    assert edited(Edit(set=set_, remove=remove), real) == Answer(200, (("X", "1"),), expected, scripted=True)


@pytest.mark.parametrize(
    "edit",
    [
        Edit(set={"/results/2/id": 1}),
        Edit(set={"/results/x": 1}),
        Edit(set={"/nothing/id": 1}),
        Edit(set={"/n/id": 1}),
        Edit(remove=["/nothing"]),
        Edit(remove=["/results/7"]),
        Edit(remove=["/results/-"]),
        Edit(remove=["/results/\u0661"]),
        Edit(set={"/results/9": 1}),
    ],
)
def test_an_edit_that_does_not_fit_gives_nothing(edit: Edit) -> None:
    assert edited(edit, Answer(200, (), BODY)) is None


def test_an_edit_of_what_is_no_json_gives_nothing() -> None:
    assert edited(Edit(set={"": 1}), Answer(200, (), b"<html>")) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"respond": {}},
        {"edit": {"set": {"/a": 1}}},
        {"redirect": {"status": 308, "location": "/"}},
        {"reset": True},
        {"close": True, "times": "always"},
        {"stall": 0},
        {"drip": {"size": 1, "every": 0}},
        {"cut": 0, "at": 2, "times": 3},
    ],
)
def test_a_fault_with_one_action_is_accepted(raw: object) -> None:
    fault = msgspec.convert(raw, Fault)
    assert check_fault(fault) is fault


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"reset": False},
        {"reset": True, "close": True},
        {"respond": {}, "cut": 0},
        {"stall": 0, "reset": True},
        {"reset": True, "at": 0},
        {"reset": True, "times": 0},
        {"stall": -1},
        {"cut": -1},
        {"drip": {"size": 0, "every": 0}},
        {"drip": {"size": 1, "every": -0.1}},
        {"redirect": {"status": 200, "location": "/"}},
        {"edit": {}},
        {"edit": {"set": {"a": 1}}},
        {"edit": {"remove": [""]}},
        {"respond": {"json": 1, "text": ""}},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_a_hint(raw: object) -> None:
    with pytest.raises(CatalogueError) as caught:
        check_fault(msgspec.convert(raw, Fault))
    assert caught.value.hint
