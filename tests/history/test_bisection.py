"""The first bad and the first good release, by as few trials as can be trusted."""

from __future__ import annotations

import pytest

from concordat.history.bisection import bisect

WORDS = {"o": "ok", "f": "fails", "-": "n/a", "?": "unavailable"}


class Trials:
    """Releases numbered from 0, as a text tells them: `oof` is ok, ok, fails."""

    def __init__(self, text: str) -> None:
        self.versions = [str(number) for number in range(len(text))]
        self.tried: list[str] = []
        self._text = text

    def __call__(self, version: str) -> str:
        self.tried.append(version)
        return WORDS[self._text[int(version)]]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("ooff", [("1", "2", "fails")]),
        ("offffffff", [("0", "1", "fails")]),
        ("ooooooof", [("6", "7", "fails")]),
        ("fffoo", [("2", "3", "ok")]),
        ("oooo", []),
        ("ffff", []),
        ("o", []),
        ("", []),
        ("----", []),
        ("--oo?ff-", [("3", "5", "fails")]),
        ("oo---f", [("1", "5", "fails")]),
        ("ofo", [("0", "1", "fails"), ("1", "2", "ok")]),
        ("oofffoo", [("1", "2", "fails"), ("4", "5", "ok")]),
        ("ooofoooooff", [("2", "3", "fails"), ("3", "4", "ok"), ("8", "9", "fails")]),
    ],
)
def test_every_turn_is_found(text: str, turns: list[tuple[str, str, str]]) -> None:
    trials = Trials(text)
    found = bisect(trials.versions, trials, every=text == "ooofoooooff")
    assert list(found.turns) == turns
    assert found.monotonic is (len(turns) <= 1)
    assert len(trials.tried) == len(set(trials.tried)), "a release is tried once"
    assert list(found.results) == sorted(found.results, key=int)


def test_few_are_tried_where_it_turned_once() -> None:
    trials = Trials("o" * 50 + "f" * 50)
    found = bisect(trials.versions, trials)
    assert found.turns == (("49", "50", "fails"),)
    assert len(trials.tried) <= 11


def test_a_contradiction_makes_all_be_tried() -> None:
    trials = Trials("o" * 10 + "f" * 10 + "o" * 10)
    found = bisect(trials.versions, trials)
    assert not found.monotonic
    assert len(trials.tried) == 30


def test_a_turn_there_and_back_between_two_trials_stays_unseen() -> None:
    trials = Trials("oooooooofoo")
    assert bisect(trials.versions, trials).turns == ()
    assert len(bisect(trials.versions, trials, every=True).turns) == 2


def test_of_a_few_releases_none_is_left_out() -> None:
    trials = Trials("ofoooooo")
    assert [after for _, after, _ in bisect(trials.versions, trials).turns] == ["1", "2"]
    assert len(trials.tried) == 8


def test_the_first_of_a_word_is_among_those_tried() -> None:
    found = bisect(list("0123"), Trials("ooff"))
    assert (found.first("ok"), found.first("fails"), found.first("n/a")) == ("0", "2", None)
