from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from concordat.clients.check import check_client
from concordat.clients.manifest import Manifest, Spelled, StyleRange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from concordat.clients.installed import Installed

GOOD = "hello()\nfor order in each(): outcome(order['id'], phase='build', ended='unsupported', detail='x')\n"


def problems(installed: Installed, tmp_path: Path) -> dict[str, str]:
    manifest = Manifest(
        name="double",
        language="python",
        package="double",
        class_="Sdk",
        apis=["accounting"],
        styles=[StyleRange(versions="*", style="double")],
        operations={"things.get": Spelled(call="things.get")},
        registry="builtin",
        module="double",
        path=tmp_path / "double.yaml",
    )
    findings = asyncio.run(check_client(installed, manifest))
    return {finding.name: finding.problem for finding in findings if finding.problem is not None}


def test_an_adapter_that_keeps_to_everything_has_no_problem(
    adapter: Callable[[str], Installed], tmp_path: Path
) -> None:
    assert problems(adapter(GOOD), tmp_path) == {}


FAULTS = {
    "style": (GOOD.replace("hello()", "hello(style='other')"), "start and hello", "says its style is `other`"),
    "version": (
        GOOD.replace("hello()", "hello(version='2')"),
        "the package's own name and version",
        "the package is double 2, installed was double 1",
    ),
    "operations": (
        GOOD.replace("hello()", "hello(operations=['things.put'])"),
        "the manifest's operations",
        "missing: things.get; not in the manifest: things.put",
    ),
    "pretends": (
        "hello()\nfor order in each(): outcome(order['id'], payload={})\n",
        "an unknown operation is unsupported",
        "it answered `returned`",
    ),
    "dies": ("hello()\nfor order in each(): sys.exit(3)\n", "an unknown operation is unsupported", "exited with 3"),
    "no-start": ("import no_such_sdk\n", "start and hello", "No module named 'no_such_sdk'"),
    "own-http": (
        "import urllib.request\n" + GOOD,
        "imports nothing but the SDK, the standard library and the helper",
        "`urllib.request`",
    ),
}


@pytest.mark.parametrize(("program", "name", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_found_and_named(
    adapter: Callable[[str], Installed], tmp_path: Path, program: str, name: str, said: str
) -> None:
    assert said in problems(adapter(program), tmp_path)[name]
