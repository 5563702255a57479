"""The pytest plugin: the options, the registration of the run, and the public fixtures for an integrator's own tests.

    def test_a_customer_is_found(concordat_client, sandbox, exchanges):
        outcome = concordat_client.call("customers.list", companyId=concordat_client.bindings["company"])
        assert exchanges()[0].request.method == "GET"

`concordat_client` is parametrised with the run's `--client` options (default: the reference client).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat.printable import terminal_entry
from concordat.pytest_plugin.options import RUN_PLUGIN, add_options, api_key_of, keep_api_key
from concordat.pytest_plugin.run_plugin import RunPlugin
from concordat.pytest_plugin.secret_reports import SecretReports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concordat.http1.exchange import Exchange
    from concordat.pytest_plugin.fixture_target import FixtureTarget
    from concordat.pytest_plugin.sdk_fixture import FixtureClient, FixtureSandbox, SdkFixture

__all__ = ["concordat_client", "concordat_sdk", "concordat_target", "exchanges", "sandbox"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add Concordat's options, and `--last-failed` if pytest runs without its cache, which has it."""
    add_options(parser, last_failed=pluginmanager.is_blocked("cacheprovider"))


def pytest_configure(config: pytest.Config) -> None:
    """Register the run, and remove the API key from the environment before workers inherit it."""
    keep_api_key(config)
    config.addinivalue_line("markers", "concordat_world(world): the world of the `sandbox` fixture")
    config.pluginmanager.register(RunPlugin(config), RUN_PLUGIN)
    if config.getoption("--target") != "sandbox" and api_key_of(config):
        config.pluginmanager.register(SecretReports(api_key_of(config)), "concordat-secret-reports")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses the public fixtures once for each client that `--client` names."""
    if "_concordat_sdk" in metafunc.fixturenames:
        clients = [one for spec in metafunc.config.getoption("--client") for one in _clients(spec)]
        metafunc.parametrize("_concordat_sdk", clients or ["reference"], indirect=True)


def _clients(spec: str) -> list[str]:
    """Return the clients of one `--client` value: more than one for `all` and `NAME@all`."""
    if "all" not in spec.split("@"):
        return [spec]
    from concordat.clients import select

    return [choice.spec for choice in select([spec])]


@pytest.fixture(name="_concordat_target", scope="session")
def concordat_target(pytestconfig: pytest.Config) -> FixtureTarget:
    """The target of the public fixtures: the sandbox, or the live endpoint of `--target`."""
    from concordat.pytest_plugin.fixture_target import FixtureTarget
    from concordat.pytest_plugin.options import settings_from

    return FixtureTarget(
        pytestconfig.getoption("--target"), api_key_of(pytestconfig), settings_from(pytestconfig).permission
    )


@pytest.fixture(name="_concordat_sdk")
def concordat_sdk(request: pytest.FixtureRequest, _concordat_target: FixtureTarget) -> Iterator[SdkFixture]:
    """The client, target and tap of the public fixtures; the plugin parametrises it with the clients."""
    from concordat.errors import ConcordatError
    from concordat.pytest_plugin.sdk_fixture import SdkFixture

    marker = request.node.get_closest_marker("concordat_world")
    if _concordat_target.live and (marker or "sandbox" in request.fixturenames):
        what = "`concordat_world`" if marker else "the fixture `sandbox`"
        pytest.skip(
            f"{what} needs the sandbox, and --target is a live endpoint; `concordat_client.bindings` works live"
        )
    world: dict[str, Any] | None = marker.args[0] if marker else None
    sdk: SdkFixture | None = None
    problem = ""
    try:
        sdk = SdkFixture(request.param, _concordat_target, world, offline=request.config.getoption("--offline"))
    except ConcordatError as error:
        problem = terminal_entry(_concordat_target.clean(str(error)))
    if sdk is None:
        pytest.fail(problem, pytrace=False)
    try:
        yield sdk
    finally:
        sdk.close()


@pytest.fixture
def concordat_client(_concordat_sdk: SdkFixture) -> FixtureClient:
    """One client, connected through a tap to this test's own sandbox, or to the live endpoint of `--target`."""
    return _concordat_sdk.client


@pytest.fixture
def sandbox(_concordat_sdk: SdkFixture) -> FixtureSandbox:
    """This test's own sandbox; mark the test with `concordat_world({...})` to give it a world.

    A live run skips the test.
    """
    return _concordat_sdk.sandbox


@pytest.fixture
def exchanges(_concordat_sdk: SdkFixture) -> Callable[[], tuple[Exchange, ...]]:
    """A function that returns the exchanges so far."""
    return _concordat_sdk.exchanges
