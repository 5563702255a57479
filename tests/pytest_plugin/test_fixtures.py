"""The public fixtures, in tests of a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.pytest_plugin.conftest import Folder


MINE = """
import pytest

THREE = {"customers": 3, "push": {"outcome": "success", "takes": "30s"}}


def test_the_default_world(concordat_client, sandbox, exchanges):
    assert exchanges() == ()
    outcome = concordat_client.call("companies.list", page=1)
    assert (outcome.ended, outcome.payload["totalResults"]) == ("returned", 1)
    (exchange,) = exchanges()
    assert (exchange.operation, exchange.request.method, exchange.response.status) == ("companies.list", "GET", 200)
    assert exchange.request_problems == ()


@pytest.mark.concordat_world(THREE)
def test_a_world_of_ones_own(concordat_client, sandbox):
    found = concordat_client.call("customers.list", companyId=sandbox.bindings["company"])
    assert found.payload["totalResults"] == 3
    assert len(sandbox.state()["customers"]) == 3
    sandbox.change({"refuse": 503})
    refused = concordat_client.call("customers.list", companyId=sandbox.bindings["company"])
    assert (refused.ended, refused.error.status) == ("raised", 503)


@pytest.mark.concordat_world(THREE)
def test_time_passes_on_demand(concordat_client, sandbox):
    where = {name + "Id": sandbox.bindings[name] for name in ("company", "connection")}
    concordat_client.call("customers.create", **where, body={"customerName": "Ada", "status": "Active"})
    assert [push["status"] for push in sandbox.state()["pushes"]] == ["Pending"]
    sandbox.advance("1m")
    assert [push["status"] for push in sandbox.state()["pushes"]] == ["Success"]


def test_the_sandbox_alone_is_enough(sandbox):
    assert sandbox.bindings["company"]
"""


def test_they_work_in_a_users_test_file(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(MINE)
    done = folder.pytest("-W", "error", "-v", autoload=True)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
    assert "test_the_default_world[reference] PASSED" in done.stdout


def test_each_named_client_gets_the_test(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text("def test_a(concordat_client):\n    assert concordat_client\n")
    done = folder.pytest("-q", "--client", "reference", "--client", "reference@1.0.0")
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout


def test_a_world_that_cannot_be_made_is_an_error_of_that_test_only(folder: Folder) -> None:
    (folder.root / "test_mine.py").write_text(
        "import pytest\n"
        "@pytest.mark.concordat_world({'custommers': 1})\n"
        "def test_a(sandbox):\n    assert sandbox\n"
        "def test_b(sandbox):\n    assert sandbox\n"
    )
    done = folder.pytest("-q")
    assert (done.returncode, "1 passed, 1 error" in done.stdout) == (1, True), done.stdout
    assert "did you mean `customers`" in done.stdout
