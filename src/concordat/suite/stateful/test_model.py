"""Tests of each client under each of its contracts against the model, on the sandbox.

`pytest_plugin.options` defines the options; docs/contract-tests.md documents the suite.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from concordat.errors import ClientUnavailable, ConcordatError
from concordat.printable import terminal_entry, terminal_text
from concordat.pytest_plugin.options import refuse
from concordat.stateful.judgement import Disagreement
from concordat.stateful.model_run import bounds_from, choices_from, run_client

if TYPE_CHECKING:
    from concordat.clients import ClientChoice


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Create a test for each client and contract. A wrong option ends the run with one error."""
    choices: list[tuple[ClientChoice, str]] = []
    try:
        choices = choices_from(metafunc.config)
    except ConcordatError as error:
        refuse(metafunc.config, error)
    names = [f"{choice.label}-{api}" for choice, api in choices]
    metafunc.parametrize(("choice", "api"), choices, ids=names)


def test_model_sandbox_and_client_agree(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], choice: ClientChoice, api: str
) -> None:
    """Fail with the participant that disagrees, and with the shortest sequence of steps."""
    try:
        known = run_client(choice, api, bounds_from(request.config))
    except ClientUnavailable as error:
        if choice.named:
            pytest.fail(terminal_entry(str(error)), pytrace=False)
        pytest.skip(terminal_entry(f"client unavailable: {error}"))
    except Disagreement as found:
        steps = "\n".join(getattr(found, "__notes__", []))
        pytest.fail(terminal_text(f"{found}\n\n{steps}"), pytrace=False)
    with capsys.disabled():
        for line in known.summary():
            sys.stdout.write("\n" + terminal_entry(f"{choice.label} on {api}: known, {line}"))
