"""The builder of cases and the client that the tests of the runner use."""

from tests.runner.conftest import case, client

__all__ = ["case", "client"]
