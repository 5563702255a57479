"""Calibrates the timeouts of a session once, before its workers start."""

from __future__ import annotations

import os

import pytest
from tests import timeouts


def pytest_configure(config: pytest.Config) -> None:
    """Measure in the controller; what is in the environment reaches the workers.

    pytest loads this file in the project's folder for `--pyargs concordat.suite` as well, which has no such timeouts.
    """
    if config.option.pyargs:
        return
    try:
        os.environ[timeouts.VARIABLE] = f"{timeouts.slowness():.2f}"
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what every timeout is multiplied by."""
    if config.option.pyargs:
        return None
    return f"timeouts of tests: x {timeouts.slowness():.2f} ({timeouts.VARIABLE})"
