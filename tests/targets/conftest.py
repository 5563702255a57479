"""The builder of cases that the tests of the runner use."""

from tests.runner.conftest import case

__all__ = ["case"]
