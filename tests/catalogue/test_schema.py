"""The JSON Schema accepts what the loader accepts, and refuses what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from concordat.catalogue import catalogue_schema
from concordat.catalogue.loader import REQUIREMENTS
from concordat.documents import read_document
from concordat.errors import CatalogueError
from concordat.resources import search

if TYPE_CHECKING:
    from pathlib import Path

VALIDATOR = jsonschema_rs.Draft202012Validator(catalogue_schema())
CASE: dict[str, Any] = {
    "id": "area.case",
    "title": "t",
    "why": "w",
    "source": "rfc:9110#15",
    "steps": [{"call": "customers.list"}],
}
FILES = sorted(
    path for folder in search("cases") for path in folder.rglob("*.yaml") if path.parent.name != REQUIREMENTS
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_built_in_case_file_is_valid(path: Path) -> None:
    assert VALIDATOR.is_valid(read_document(path, CatalogueError).value)


def step(**expect: object) -> dict[str, Any]:
    return {"steps": [{"call": "customers.list", "expect": expect}]}


@pytest.mark.parametrize(
    "change",
    [
        {"source": ["rfc:1#1", "domain:3"]},
        {"faults": [{"at": "$n", "respond": {"status": "$status"}}], "rows": [{"id": "a", "n": 1, "status": 503}]},
        {"steps": [{"parallel": [{"call": "a.b"}]}, {"advance": "90s"}, {"change": {"x": 1}}]},
        step(outcome={"payload": {"results": {"length": {"at-most": 3}}}}),
        step(attempts={"at-least": 1, "at-most": 2}),
        step(requests="any", attempts={"at-least": 1}),
        {"faults": [{"respond": {"content-type": {"absent": True}}}]},
        step(requests=[{"query": {"page": {"absent": True}}, "body": {"$literal": {"length": 3}}}]),
        {"state": {"pushes": {"length": 1}}},
        {"client": {"files": {".netrc": "x", ".config/tool/x.toml": "$text"}, "env": {"A": "b"}}},
        {"client": {"files": "$files"}, "rows": [{"id": "a", "files": {}}]},
        {"client": {"auth": {"absent": True}}},
        {"client": {"auth": "$auth"}, "rows": [{"id": "a", "auth": ""}]},
        step(attempts=2, waits={"at-least": 20}),
        step(attempts=3, waits={"at-least": [20, 40.5], "at-most": 900}),
        {"level": "$level", "rows": [{"id": "a", "level": "may"}]},
        {"faults": [{"respond": {"status": 503, "accepted": True}}]},
        {"faults": [{"respond": {"accepted": "$accepted"}}], "rows": [{"id": "a", "accepted": False}]},
    ],
)
def test_what_the_format_allows_is_valid(change: dict[str, Any]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors([{**CASE, **change}])] == []


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"id": "Area Case"},
        {"steps": []},
        {"steps": [{"cal": "x"}]},
        {"steps": [{"call": "x", "wth": {}}]},
        {"rows": [{"page": 1}]},
        {"level": 3},
        {"client": {"files": {"../x": "y"}}},
        {"client": {"files": {"/x": "y"}}},
        {"client": {"files": {"x": 1}}},
        {"client": {"auth": {"absent": False}}},
        {"client": {"auth": None, "key": "x"}},
        step(waits={"at-least": "long"}),
        step(waits={"about": 5}),
        step(attempts={"length": -1}),
        step(outcome={"payload": {"absent": False}}),
        step(requests=[{"query": {"page": {"one-of": []}}}]),
        step(requests=[{"query": {"page": None}}]),
        step(requests=[{"headers": {"x-trace": None}}]),
        step(requests="none"),
        {"faults": [{"respond": {"content-type": None}}]},
        {"faults": [{"respond": {"accepted": "maybe"}}]},
        {"faults": [{"reset": True, "accepted": True}]},
    ],
)
def test_what_the_format_forbids_is_invalid(change: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid([{**CASE, **change}])


@pytest.mark.parametrize("key", ["id", "title", "why", "source", "steps"])
def test_every_case_needs_its_key(key: str) -> None:
    assert not VALIDATOR.is_valid([{name: value for name, value in CASE.items() if name != key}])
