"""The public fixtures: a client, the sandbox and the exchanges, for an integrator's own tests.

    def test_a_customer_is_found(concordat_client, sandbox, exchanges):
        outcome = concordat_client.call("customers.get", companyId=sandbox.bindings["company"], customerId="1")
        assert exchanges()[0].request.method == "GET"

`concordat_client` is parametrised with the run's `--client` options (default: the reference client).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concordat.http1.exchange import Exchange
    from concordat.pytest_plugin.sdk_fixture import FixtureClient, FixtureSandbox, SdkFixture

__all__ = ["concordat_bench", "concordat_client", "exchanges", "sandbox"]


@pytest.fixture(name="_concordat_bench")
def concordat_bench(request: pytest.FixtureRequest) -> Iterator[SdkFixture]:
    """What the public fixtures share; the plugin parametrises it with the clients."""
    from concordat.pytest_plugin.sdk_fixture import SdkFixture

    marker = request.node.get_closest_marker("concordat_world")
    world: dict[str, Any] | None = marker.args[0] if marker else None
    bench = SdkFixture(request.param, world, offline=request.config.getoption("--offline"))
    try:
        yield bench
    finally:
        bench.close()


@pytest.fixture
def concordat_client(_concordat_bench: SdkFixture) -> FixtureClient:
    """One client, connected to this test's own sandbox through a tap."""
    return _concordat_bench.client


@pytest.fixture
def sandbox(_concordat_bench: SdkFixture) -> FixtureSandbox:
    """This test's own sandbox; mark the test with `concordat_world({...})` to give it a world."""
    return _concordat_bench.sandbox


@pytest.fixture
def exchanges(_concordat_bench: SdkFixture) -> Callable[[], tuple[Exchange, ...]]:
    """A function that returns what has crossed the wire so far."""
    return _concordat_bench.exchanges
