"""Adapter integrity: where the SDK cannot send, nothing is sent, and every case that expects a request is red.

An adapter, or an engine, that answered for the SDK would keep such a case green. The stub is the reference client with
its transport taken out; adapter, protocol and engine are the ordinary ones.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from tests.mutants.harness import CLIENT, UNBROKEN, MutantHarness, NotRun, cases_by_key

from concordat.catalogue.model import Profile
from concordat.checks import Verdict

if TYPE_CHECKING:
    from concordat.catalogue.model import Case
    from concordat.runner.result import Result

OF_EACH_AREA = 3
STUB = """
from typing import NamedTuple


class Retries(NamedTuple):
    initial: float = 0.5
    maximum: float = 60.0
    elapsed: float = 3600.0
    exponent: float = 1.5
    connection_errors: bool = True


CONTRACT_RETRIES = Retries()


class Transport:
    def __init__(self, *given, **named):
        pass

    def close(self):
        pass

    def request(self, *given, **named):
        raise RuntimeError("a stub sends nothing")
"""


def expects_requests(case: Case) -> bool:
    """Whether a source binds every client to the case, and each of its calls has to send something."""
    calls = [call for call in case.calls() if call.via == "client"]
    bound = not all(source.startswith(("undefined:", "document:")) for source in case.source)
    sending = all(call.expect.listed is None or call.expect.listed for call in calls)
    return bound and sending and case.client.mode is None and not case.client.env and case.profile is Profile.DEFAULT


def sample() -> list[str]:
    """Return the first cases of each area, no two of one table."""
    chosen: dict[str, dict[str, str]] = defaultdict(dict)
    for key, case in cases_by_key().items():
        if expects_requests(case) and len(chosen[case.area]) < OF_EACH_AREA:
            chosen[case.area].setdefault(case.id, key)
    return [key for keys in chosen.values() for key in keys.values()]


SAMPLE = sample()


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result | NotRun]:
    folder = tmp_path_factory.mktemp("stub")
    package = folder / "package"
    shutil.copytree(CLIENT, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "concordat_reference" / "transport.py").write_text(STUB, "utf-8")
    return {key: found for (_, key), found in MutantHarness(folder, package=package).run({UNBROKEN: SAMPLE}).items()}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result | NotRun]:
    return {
        key: found
        for (_, key), found in MutantHarness(tmp_path_factory.mktemp("unbroken")).run({UNBROKEN: SAMPLE}).items()
    }


def test_the_sample_is_of_every_area() -> None:
    areas = {case.area for case in cases_by_key().values()}
    assert {cases_by_key()[key].area for key in SAMPLE} == areas
    assert len(SAMPLE) >= 20


@pytest.mark.parametrize("key", SAMPLE)
def test_where_the_sdk_sends_nothing_the_case_is_red_and_the_wire_is_silent(
    stubbed: dict[str, Result | NotRun], unbroken: dict[str, Result | NotRun], key: str
) -> None:
    green, red = unbroken[key], stubbed[key]
    assert not isinstance(green, NotRun), green
    assert not isinstance(red, NotRun), red
    assert green.verdict is Verdict.PASS, green.reason or [check for check in green.checks if check.verdict.red]
    assert red.verdict is Verdict.FAIL, red.reason or [check.id for check in red.checks]
    assert red.exchanges == ()
    assert "RuntimeError" in {(outcome.get("error") or {}).get("class") for outcome in red.outcomes}
