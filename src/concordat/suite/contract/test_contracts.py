"""Tests of a target: each operation of each contract, and then the links between the operations.

`pytest_plugin.options` defines the options; docs/contract-tests.md documents the suite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract_tests.target import options_of
from concordat.errors import ConcordatError
from concordat.printable import terminal_entry, terminal_text
from concordat.pytest_plugin.options import api_key_of, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.contract_tests.target import ServedContract


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Create a test for each operation, and one for the links. A wrong option ends the run with one error."""
    items: list[tuple[str, str]] = []
    try:
        items = list(options_of(metafunc.config, api_key=api_key_of(metafunc.config)).items())
    except ConcordatError as error:
        refuse(metafunc.config, error)
    metafunc.parametrize(("served", "operation"), items, indirect=["served"], scope="module")


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest) -> Iterator[ServedContract]:
    """The served target with one contract."""
    try:
        with options_of(request.config, api_key=api_key_of(request.config)).at(request.param) as served_contract:
            yield served_contract
    except ConcordatError as error:
        pytest.exit(terminal_entry(str(error)), returncode=error.exit_code)


def test_the_target_keeps_its_contract(served: ServedContract, operation: str) -> None:
    """Fail with all findings, each with its case for the catalogue if the format can express it."""
    findings = served.findings(operation)
    if findings:
        pytest.fail(terminal_text(findings), pytrace=False)
