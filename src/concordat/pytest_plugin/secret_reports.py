"""The removal of a live run's credential from pytest's reports, which show values and the output of tests."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from concordat.tap import Scrubber

__all__ = ["SecretReports"]


class SecretReports:
    """Scrubs the reports of all tests of a pytest session; registered in live runs only."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    @cached_property
    def _scrubber(self) -> Scrubber:
        from concordat.tap import Scrubber
        from concordat.targets.live_environment import Credential

        return Scrubber(Credential.of(self._api_key).secrets)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Scrub the explanation of a report, and the captured output."""
        report = yield
        clean = self._scrubber.text
        report.sections = [(clean(name), clean(content)) for name, content in report.sections]
        explanation: Any = report.longrepr
        if isinstance(explanation, tuple):
            path, line, reason = explanation
            report.longrepr = (path, line, clean(reason))
        elif explanation is not None:
            text = str(explanation)
            if clean(text) != text:
                report.longrepr = clean(text)
        return report
