"""The marks of a run: one beginning for all of its processes, and no mark twice."""

from __future__ import annotations

from concordat.targets.marks import Marks


def test_the_processes_of_a_run_share_the_beginning_of_their_marks_and_no_mark() -> None:
    processes = [Marks("1a2b3c", process) for process in range(3)]
    made = [marks.next() for marks in processes for _ in range(100)]
    assert len(set(made)) == 300
    assert {marks.prefix for marks in processes} == {"Concordat 1a2b3c-"}
    assert all(mark.startswith("Concordat 1a2b3c-") for mark in made)
    assert made[0] == "Concordat 1a2b3c-0001"


def test_two_runs_have_other_marks() -> None:
    assert Marks().prefix != Marks().prefix
