from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.clients.check import check_client
from concordat.clients.manifest import Manifest, OperationBinding, StyleRange

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from concordat.clients.installed import Installed

GOOD = "hello()\nfor order in each(): outcome(order['id'], phase='build', ended='unsupported', detail='x')\n"


def manifest(tmp_path: Path) -> Manifest:
    return Manifest(
        name="double",
        language="python",
        package="double",
        class_="Sdk",
        apis=["accounting"],
        styles=[StyleRange(versions="*", style="double")],
        operations={"things.get": OperationBinding(call="things.get")},
        registry="builtin",
        module="double",
        path=tmp_path / "double.yaml",
    )


def problems(installed: Installed, tmp_path: Path) -> dict[str, str]:
    findings = asyncio.run(check_client(installed, manifest(tmp_path)))
    return {finding.name: finding.problem for finding in findings if finding.problem is not None}


def test_an_adapter_that_keeps_to_everything_has_no_problem(
    adapter: Callable[[str], Installed], tmp_path: Path
) -> None:
    assert problems(adapter(GOOD), tmp_path) == {}


def test_how_document_and_package_differ_is_no_problem(adapter: Callable[[str], Installed], tmp_path: Path) -> None:
    (*_, last) = asyncio.run(check_client(adapter(GOOD), manifest(tmp_path)))
    assert (last.name, last.problem) == ("documented and installed", None)
    assert last.notes == ("no document covers this version",)


FAULTS = {
    "style": (GOOD.replace("hello()", "hello(style='other')"), "start and hello", "its style is `other`"),
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


SENDS = """
import urllib.error, urllib.request
hello(operations=["companies.list"])
for line in orders:
    order = json.loads(line)
    if order["type"] == "call" and order["operation"] == "companies.list":
        try:
            urllib.request.urlopen(urllib.request.Request(url, headers={"User-Agent": "AGENT"}))
        except urllib.error.HTTPError as error:
            error.close()
            outcome(order["id"], status=error.code)
    elif order["type"] == "call":
        outcome(order["id"], ended="unsupported")
    elif order["type"] != "shutdown":
        url = order.get("serverUrl")
        say(type="done", id=order["id"])
"""


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("double/1", None),
        ("urllib", None),
        ("double/1.1", "`double/1.1` names version 1.1, installed is 1"),
    ],
)
def test_a_user_agent_of_another_version_is_found(
    adapter: Callable[[str], Installed], tmp_path: Path, agent: str, said: str | None
) -> None:
    reads = msgspec.structs.replace(
        manifest(tmp_path), operations={"companies.list": OperationBinding(call="companies.list")}
    )
    findings = asyncio.run(check_client(adapter(SENDS.replace("AGENT", agent)), reads))
    by_name = {finding.name: finding.problem for finding in findings}
    assert by_name["the User-Agent does not contradict the version"] == said


def test_files_of_another_version_are_found(adapter: Callable[[str], Installed], tmp_path: Path) -> None:
    (tmp_path / "double").mkdir()
    (tmp_path / "double" / "__init__.py").write_text('__version__ = "3"\n', "utf-8")
    found = problems(adapter(GOOD), tmp_path)["the package's own name and version"]
    assert found == "the package's files are of version 3, installed was 1"


def test_a_compiled_adapter_that_cannot_be_listed_is_not_audited(
    adapter: Callable[[str], Installed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = msgspec.structs.replace(adapter(GOOD), language="go", sources=(tmp_path,))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    findings = {one.name: one for one in asyncio.run(check_client(compiled, manifest(tmp_path)))}
    found = findings["imports nothing but the SDK, the standard library and the helper"]
    assert (found.problem, found.notes) == (None, ("not audited: `go` is not installed",))
