"""The pytest plugin: the options, the registration of the run, and the public fixtures for an integrator's own tests.

    def test_a_customer_is_found(concordat_client, sandbox, exchanges):
        outcome = concordat_client.call("customers.get", companyId=sandbox.bindings["company"], customerId="1")
        assert exchanges()[0].request.method == "GET"

`concordat_client` is parametrised with the run's `--client` options (default: the reference client).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.pytest_plugin.options import RUN_PLUGIN, add_options, keep_api_key
from concordat.pytest_plugin.run_plugin import RunPlugin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concordat.http1.exchange import Exchange
    from concordat.pytest_plugin.sdk_fixture import FixtureClient, FixtureSandbox, SdkFixture

__all__ = ["concordat_client", "concordat_sdk", "exchanges", "sandbox"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add Concordat's options, and `--last-failed` if pytest runs without its cache, which has it."""
    add_options(parser, last_failed=pluginmanager.is_blocked("cacheprovider"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the run, and remove the API key from the environment before workers inherit it."""
    keep_api_key(config)
    config.addinivalue_line("markers", "concordat_world(world): the world of the `sandbox` fixture")
    config.pluginmanager.register(RunPlugin(config), RUN_PLUGIN)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses the public fixtures once for each `--client`."""
    if "_concordat_sdk" in metafunc.fixturenames:
        clients = metafunc.config.getoption("--client") or ["reference"]
        metafunc.parametrize("_concordat_sdk", clients, indirect=True)


@pytest.fixture(name="_concordat_sdk")
def concordat_sdk(request: pytest.FixtureRequest) -> Iterator[SdkFixture]:
    """The client, sandbox and tap of the public fixtures; the plugin parametrises it with the clients."""
    from concordat.pytest_plugin.sdk_fixture import SdkFixture

    marker = request.node.get_closest_marker("concordat_world")
    world: dict[str, Any] | None = marker.args[0] if marker else None
    sdk = SdkFixture(request.param, world, offline=request.config.getoption("--offline"))
    try:
        yield sdk
    finally:
        sdk.close()


@pytest.fixture
def concordat_client(_concordat_sdk: SdkFixture) -> FixtureClient:
    """One client, connected to this test's own sandbox through a tap."""
    return _concordat_sdk.client


@pytest.fixture
def sandbox(_concordat_sdk: SdkFixture) -> FixtureSandbox:
    """This test's own sandbox; mark the test with `concordat_world({...})` to give it a world."""
    return _concordat_sdk.sandbox


@pytest.fixture
def exchanges(_concordat_sdk: SdkFixture) -> Callable[[], tuple[Exchange, ...]]:
    """A function that returns the exchanges so far."""
    return _concordat_sdk.exchanges
