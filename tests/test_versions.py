from __future__ import annotations

import pytest

from concordat.errors import UsageError
from concordat.versions import check_range, covers, parse_version


@pytest.mark.parametrize(
    ("version", "text", "covered"),
    [
        ("8.0.1", ">=7,<9", True),
        ("7", ">=7,<9", True),
        ("9.0.0", ">=7,<9", False),
        ("6.9.9", ">=7,<9", False),
        ("9.0.0rc1", ">=7,<9", False),
        ("9.0.0-rc.1", ">=9", True),
        ("10.0", ">=9", True),
        ("v0.20.0", ">=0.20,<0.21", True),
        ("v0.9.0", ">=0.20", False),
        ("8.0", "==8.0.0", True),
        ("8.0rc1", "==8.0", False),
        ("8.0.1", "!=8.0.1", False),
        ("8.0.1", "<=8.0.1", True),
        ("8.0.2", ">8.0.1", True),
        ("anything", "*", True),
        ("anything", ">=0", True),
        ("anything", ">=7,<9", False),
    ],
)
def test_a_range_holds_the_versions_between_its_bounds(version: str, text: str, covered: bool) -> None:  # noqa: FBT001
    assert covers(text, version) is covered


def test_versions_sort_with_candidates_before_their_release() -> None:
    ordered = ["0.9", "1.0.0a1", "1.0.0-beta.2", "1.0.0-rc.2", "1.0.0rc10", "1.0.0", "1.0.1", "v1.2", "1.10"]
    assert sorted(ordered, key=parse_version) == ordered


def test_a_candidate_is_the_same_in_either_spelling() -> None:
    assert parse_version("v1.0.0-rc.1") == parse_version("1.0rc1")


def test_build_metadata_does_not_tell_versions_apart() -> None:
    assert parse_version("v2.0.0+incompatible") == parse_version("2.0")


@pytest.mark.parametrize("text", ["", "7", ">=", ">=7 <9", "~1.2", ">=x", ">=7,,<9"])
def test_anything_else_is_no_range(text: str) -> None:
    with pytest.raises(UsageError, match="is not a range"):
        check_range(text)
