"""The results of cases by release: on record, and in the text beside a failure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.catalogue.catalogue import case_digest, catalogue_digest
from concordat.catalogue.release_record import Past, load_past, past_text, write_past
from concordat.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the user's, and the current folder in it."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "concordat" / "clients").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("results", "text"),
    [
        ({"8.0.1": "ok", "3.1.0": "ok", "6.2.0": "fails"}, "3.1.0 ok, 6.2.0 fails, 8.0.1 ok"),
        ({"0.9": "ok", "0.10": "fails"}, "0.9 ok, 0.10 fails"),
        ({"1": "n/a", "2": "unavailable", "3": "unknown", "4": "ok"}, "4 ok"),
        ({"1": "n/a"}, ""),
        ({str(n): "ok" if n < 5 else "fails" for n in range(1, 8)}, "1 to 4 ok, 5 to 7 fails"),
        ({str(n): "fails" if n == 3 else "ok" for n in range(1, 8)}, "1 to 2 ok, 3 fails, 4 to 7 ok"),
    ],
)
def test_the_text_names_the_oldest_release_first_and_of_many_the_first_and_last(
    results: dict[str, str], text: str
) -> None:
    assert past_text(results) == text


def test_what_is_written_is_read_and_grows(project: Path) -> None:
    past = Past(client="one").with_results("things.list", "d1", {"2": "ok"}).with_results("a[b]", "d2", {"1": "fails"})
    path = write_past(past)
    assert path == project / "concordat" / "clients" / "one.history.json"
    read = load_past("one").with_results("things.list", "d1", {"1": "fails"})
    assert read.text("things.list", "d1") == "1 fails, 2 ok"
    write_past(read)
    assert load_past("one") == read
    lines = path.read_text().splitlines()
    assert [line.split('"')[1] for line in lines[1:-1]] == ["a[b]", "things.list"]


def test_a_case_that_changed_has_no_history() -> None:
    past = Past(client="one").with_results("things.list", "d1", {"1": "ok"})
    assert past.text("things.list", "d2") is None
    assert past.text("other", "d1") is None
    assert past.with_results("things.list", "d2", {"2": "fails"}).cases["things.list"].results == {"2": "fails"}


def test_a_client_without_a_file_has_an_empty_history() -> None:
    assert load_past("nobody") == Past(client="nobody")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: this is not JSON"),
        ("[]", "1: expected `object`, got `array`"),
        ('{"client": 3}', "1:2: expected `str`, got `int`"),
        ('{"client": "one", "client": "two"}', "1:19: the key `client` occurs twice"),
    ],
)
def test_a_file_that_is_none_is_an_error_with_its_place(text: str, message: str) -> None:
    path = write_past(Past(client="one"))
    path.write_text(text)
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        load_past("one")
    assert caught.value.where is not None
    assert caught.value.where.path == path


def test_a_digest_is_of_the_case_and_not_of_its_place(project: Path) -> None:
    case = """\
- id: mine.one
  title: T
  why: W
  source: rfc:9110#9
  world: {}
  steps: [{call: customers.list, with: {companyId: $company}}]
"""
    file = project / "cases" / "mine" / "cases.yaml"
    file.parent.mkdir(parents=True)
    digests = []
    for text in (case, "# moved down\n\n" + case, case.replace("title: T", "title: U")):
        file.write_text(text)
        cases = load_catalogue([project / "cases"]).cases
        digests.append((case_digest(cases[0]), catalogue_digest(cases)))
    assert digests[0] == digests[1]
    assert digests[0][0] != digests[2][0]
    assert digests[0][1] != digests[2][1]
