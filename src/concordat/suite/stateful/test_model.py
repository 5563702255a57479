"""Tests of each client under each of its contracts against the model, on the sandbox or a live endpoint.

`pytest_plugin.options` defines the options; docs/contract-tests.md documents the suite.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from concordat.errors import ClientUnavailable, ConcordatError, NothingRan
from concordat.printable import terminal_entry, terminal_text
from concordat.pytest_plugin.options import api_key_of, refuse
from concordat.stateful.judgement import Disagreement
from concordat.stateful.model_run import (
    bounds_from,
    choices_from,
    live_options_from,
    run_client,
    run_live_client,
)
from concordat.targets.live_environment import Credential

if TYPE_CHECKING:
    from concordat.clients import ClientChoice
    from concordat.stateful.model_run import LiveOptions
    from concordat.targets.live import LiveTarget


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Create a test for each client and contract. A wrong option ends the run with one error."""
    choices: list[tuple[ClientChoice, str]] = []
    try:
        choices = choices_from(metafunc.config)
        options = live_options_from(metafunc.config, api_key=api_key_of(metafunc.config))
        if options is not None:
            Credential.of(options.api_key)  # raises without a key, before any client is installed
    except ConcordatError as error:
        refuse(metafunc.config, error)
    names = [f"{choice.label}-{api}" for choice, api in choices]
    metafunc.parametrize(("choice", "api"), choices, ids=names)


@pytest.fixture(scope="module")
def live(request: pytest.FixtureRequest) -> tuple[LiveOptions, LiveTarget] | None:
    """The live endpoint with its records, None on the sandbox."""
    options = live_options_from(request.config, api_key=api_key_of(request.config))
    if options is None:
        return None
    try:
        return options, options.discover(sorted({api for _, api in choices_from(request.config)}))
    except ConcordatError as error:
        pytest.exit(terminal_entry(str(error)), returncode=error.exit_code)


def test_model_target_and_client_agree(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    live: tuple[LiveOptions, LiveTarget] | None,
    choice: ClientChoice,
    api: str,
) -> None:
    """Fail with the participant that disagrees, and with the shortest sequence of steps."""
    scrubber = None if live is None else live[1].scrubber

    def clean(text: str) -> str:
        return text if scrubber is None else scrubber.text(text)

    unjudged: list[str] = []
    try:
        if live is None:
            known = run_client(choice, api, bounds_from(request.config))
        else:
            known, unjudged = run_live_client(choice, api, bounds_from(request.config), *live)
    except ClientUnavailable as error:
        if choice.named:
            pytest.fail(terminal_entry(clean(str(error))), pytrace=False)
        pytest.skip(terminal_entry(clean(f"client unavailable: {error}")))
    except NothingRan as error:
        pytest.skip(terminal_entry(clean(str(error))))
    except Disagreement as found:
        steps = "\n".join(getattr(found, "__notes__", []))
        pytest.fail(terminal_text(clean(f"{found}\n\n{steps}")), pytrace=False)
    with capsys.disabled():
        for line in known.summary():
            sys.stdout.write("\n" + terminal_entry(clean(f"{choice.label} on {api}: known, {line}")))
        for line in unjudged:
            sys.stdout.write("\n" + terminal_entry(clean(f"{choice.label} on {api}: not judged, {line}")))
