from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from concordat.sandbox.core.state import State

if TYPE_CHECKING:
    from pathlib import Path


def test_a_state_in_memory_starts_empty_and_its_copies_are_apart() -> None:
    one = State("")
    one.note("a", "1")
    two = State("", pages=one.pages())
    two.note("a", "2")
    assert (one.noted("a"), two.noted("a"), State("").noted("a")) == ("1", "2", None)
    for state in (one, two):
        state.close()


def test_a_block_that_raises_changes_nothing() -> None:
    state = State("")

    def fail() -> None:
        with state.together():
            state.note("a", "1")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert state.noted("a") is None
    with state.together():
        state.note("a", "2")
    assert state.noted("a") == "2"
    state.close()


def test_a_file_keeps_its_state(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    first = State("", path)
    first.note("a", "1")
    fresh = first.fresh
    first.close()
    second = State("", path)
    assert (fresh, second.fresh, second.noted("a")) == (True, False, "1")
    second.close()


def test_a_file_of_something_else_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be taken for one " * 40)
    with pytest.raises(sqlite3.DatabaseError):
        State("", str(path))
    assert path.read_text().startswith("not a database")
