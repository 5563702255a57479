"""Tests of a target: each operation of each contract, the links between them, and the relations between answers.

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
    """Create a test for each operation, one for the links, and one for each relation of each list operation.

    A wrong option ends the run with one error.
    """
    names = ("served", "operation", *(["relation"] if "relation" in metafunc.fixturenames else []))
    items: list[tuple[str, ...]] = []
    try:
        options = options_of(metafunc.config, api_key=api_key_of(metafunc.config))
        items = list(options.relations() if "relation" in names else options.items())
    except ConcordatError as error:
        refuse(metafunc.config, error)
    metafunc.parametrize(names, items, indirect=["served"], scope="module")


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


def test_the_answers_agree(served: ServedContract, operation: str, relation: str) -> None:
    """Fail with the contradictions and the requests that show them. Skip a relation that no example could judge."""
    result = served.contradictions(operation, relation)
    if result.contradictions:
        pytest.fail(terminal_text(served.scrubbed(result.text())), pytrace=False)
    if not result.judged:
        reasons = "; ".join(result.unjudged) or "no example was judged"
        pytest.skip(terminal_entry(served.scrubbed(f"not judged: {reasons}")))
