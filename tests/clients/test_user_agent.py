from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from concordat.clients.identity import user_agents
from concordat.clients.manifest import Manifest, OperationBinding, StyleRange
from concordat.clients.process import AdapterProcess
from concordat.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from concordat.clients.installed import Installed

SENDS = """
import urllib.error, urllib.request
hello()
for line in orders:
    order = json.loads(line)
    if order["type"] == "open":
        url = order["serverUrl"]
        say(type="done", id=order["id"])
    elif order["type"] == "call":
        request = urllib.request.Request(url + "/x", headers={"User-Agent": "double/2"})
        try:
            urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            error.close()
            outcome(order["id"], status=error.code)
"""
SILENT = "hello()\nfor order in each(): outcome(order['id'])\n"


def asked(installed: Installed, tmp_path: Path, operation: str = "companies.list") -> list[str]:
    manifest = Manifest(
        name="double",
        language="python",
        package="double",
        class_="Sdk",
        apis=["accounting"],
        styles=[StyleRange(versions="*", style="double")],
        operations={operation: OperationBinding(call=operation)},
        registry="builtin",
        module="double",
        path=tmp_path / "double.yaml",
    )

    async def run() -> list[str]:
        process = AdapterProcess()
        try:
            await process.start(installed)
            return await user_agents(process, manifest)
        finally:
            await process.kill()

    return asyncio.run(run())


def test_what_an_sdk_says_of_itself_is_heard(adapter: Callable[[str], Installed], tmp_path: Path) -> None:
    assert asked(adapter(SENDS), tmp_path) == ["double/2"]


def test_a_call_that_sends_nothing_is_an_error(adapter: Callable[[str], Installed], tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"companies\.list sent no request"):
        asked(adapter(SILENT), tmp_path)


@pytest.mark.parametrize("operation", ["things.get", "companies.create"])
def test_a_client_that_reads_nothing_is_not_called(
    adapter: Callable[[str], Installed], tmp_path: Path, operation: str
) -> None:
    assert asked(adapter(SILENT), tmp_path, operation) == []
