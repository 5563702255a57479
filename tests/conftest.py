"""Calibrates the timeouts of a session once, before its workers start."""

from __future__ import annotations

import os

import pytest
from tests import timeouts


def pytest_configure() -> None:
    """Measure in the controller; what is in the environment reaches the workers."""
    try:
        os.environ[timeouts.VARIABLE] = f"{timeouts.slowness():.2f}"
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_report_header() -> str:
    """Say what every timeout is multiplied by."""
    return f"timeouts of tests: x {timeouts.slowness():.2f} ({timeouts.VARIABLE})"
