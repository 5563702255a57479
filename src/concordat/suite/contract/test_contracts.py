"""Each operation of each contract by itself, and then the links between them, against the target.

The options are those of `pytest_plugin.options`; docs/contract-tests.md is the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract_tests.target import aim_of
from concordat.errors import ConcordatError
from concordat.printable import terminal_entry, terminal_text
from concordat.pytest_plugin.options import api_key_of, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract_tests.target import Aimed


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every operation, and one of the links; a wrong option ends the run with one clear error."""
    items: list[tuple[str, str]] = []
    try:
        items = list(aim_of(metafunc.config, api_key=api_key_of(metafunc.config)).items())
    except ConcordatError as error:
        refuse(metafunc.config, error)
    metafunc.parametrize(("aimed", "operation"), items, indirect=["aimed"], scope="module")


@pytest.fixture(scope="module")
def aimed(request: pytest.FixtureRequest) -> Iterator[Aimed]:
    """The target, served with one contract after the other."""
    try:
        with aim_of(request.config, api_key=api_key_of(request.config)).at(request.param) as served:
            yield served
    except ConcordatError as error:
        pytest.exit(terminal_entry(str(error)), returncode=error.exit_code)


def test_the_target_keeps_its_contract(aimed: Aimed, operation: str) -> None:
    """Fail with everything that was found, each as a case for the catalogue where one can say it."""
    found = aimed.findings(operation)
    if found:
        pytest.fail(terminal_text(found), pytrace=False)
