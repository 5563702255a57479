"""The reach of a live run: what each permission brings."""

from __future__ import annotations

import pytest

from concordat.targets.permission import Permission
from concordat.targets.reach import Reach

NEEDS = [Permission.READ] * 3 + [Permission.WRITE] * 2 + [Permission.DISPOSABLE] * 5


@pytest.mark.parametrize(
    ("permission", "text"),
    [
        (Permission.READ, "c@1: 3 results on this target; 2 more with --allow-writes; 5 more with --disposable"),
        (Permission.WRITE, "c@1: 5 results on this target; 5 more with --disposable"),
        (Permission.DISPOSABLE, "c@1: 10 results on this target"),
    ],
)
def test_the_line_says_what_a_further_permission_adds(permission: Permission, text: str) -> None:
    assert Reach.of(NEEDS) == Reach(3, 5, 10)
    assert Reach.of(NEEDS).text("c@1", permission) == text


def test_a_permission_that_adds_nothing_is_not_named() -> None:
    assert Reach.of([Permission.READ]).text("c@1", Permission.READ) == "c@1: 1 results on this target"
