"""The sandbox as a target: the worlds of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.targets.playability import world_of
from concordat.targets.sandbox import SandboxTarget

if TYPE_CHECKING:
    import pytest
    from tests.runner.conftest import MakeCase

    from concordat.catalogue.model import Case


def test_the_world_of_a_case_is_made_once_for_all_clients(case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(one: Case) -> object:
        made.append(one.key)
        return world_of(one)

    monkeypatch.setattr("concordat.targets.sandbox.world_of", counted)
    target, one = SandboxTarget(), case(id="things.one")
    assert target.world(one) is target.world(one)
    assert made == ["things.one"]


def test_another_case_of_the_same_key_has_its_own_world(case: MakeCase) -> None:
    target, one = SandboxTarget(), case(world={"customers": 2})
    changed = msgspec.structs.replace(one, world={"customers": 3})
    assert target.world(one) != target.world(changed)
    assert SandboxTarget().world(one) is not target.world(one), "a target keeps its own worlds"
