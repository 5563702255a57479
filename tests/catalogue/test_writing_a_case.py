"""The reference of the case format says what is true: its examples load, lint clean, and match as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from concordat.catalogue import catalogue_schema, load_catalogue
from concordat.catalogue.expansion import STEP_KINDS, RawCase
from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.rules import ACTIONS
from concordat.compare.matchers import WORDS
from concordat.documents import parse_document, read_document
from concordat.errors import CatalogueError
from concordat.lint.catalogue import lint_cases
from concordat.lint.worlds import Worlds
from concordat.sandbox.codat.needs import Needs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-a-case.md"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
MATCHERS = parse_document(
    re.findall(r"^```yaml matchers\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)[0], PAGE, CatalogueError
).value


def test_every_example_loads_and_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "cases" / "example" / "examples.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(EXAMPLES), "utf-8")
    catalogue = load_catalogue([tmp_path / "cases"])
    assert len({case.id for case in catalogue.cases}) == len(re.findall(r"^- id: ", "".join(EXAMPLES), re.MULTILINE))
    assert [str(finding) for finding in (*lint_cases(catalogue), *Worlds().findings(catalogue))] == []
    validator = jsonschema_rs.Draft202012Validator(catalogue_schema())
    assert validator.is_valid(read_document(path, CatalogueError).value)


@pytest.mark.parametrize("row", MATCHERS, ids=lambda row: str(row["expected"]))
def test_every_matcher_holds_as_the_page_says(row: dict[str, Any]) -> None:
    for value in row["holds"]:
        assert match(row["expected"], value, mode="has") == ()
    for value in row["differs"]:
        assert match(row["expected"], value, mode="has") != ()


@pytest.mark.parametrize(
    "word",
    [*sorted(WORDS), *ACTIONS, *STEP_KINDS, *RawCase.__struct_encode_fields__, *Needs.__struct_encode_fields__],
)
def test_every_word_of_the_format_is_on_the_page(word: str) -> None:
    assert re.search(rf"`{re.escape(word)}[`:]", TEXT)
