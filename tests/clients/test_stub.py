"""A stub stands where the SDK was: the adapters' ways to it lead nowhere, and say so."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.clients.installed import Installed
from concordat.clients.manifest import load_manifest
from concordat.clients.process import AdapterProcess
from concordat.clients.stub import STUB_ERROR, reason_without_stub, stubbed

if TYPE_CHECKING:
    from concordat.clients.protocol import Outcome

CLIENTS = Path(__file__).parents[2] / "clients"


def installed(folder: Path, name: str, style: str) -> Installed:
    """Return a client whose package is not there at all; only its package.json is, where its adapter reads that."""
    manifest = load_manifest(CLIENTS / f"{name}.yaml")
    config = manifest.config(manifest.default or "")
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "home").mkdir()
    python = manifest.language == "python"
    adapter = folder / "adapter"
    shutil.copytree(CLIENTS / style, adapter, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CLIENTS / "protocol" / manifest.language, folder / "protocol" / manifest.language)
    helper = folder / "protocol" / manifest.language
    program = adapter / ("adapter.py" if python else "adapter.js")
    if not python:
        package = folder / "node_modules" / manifest.package
        package.mkdir(parents=True)
        (package / "package.json").write_text(json.dumps({"name": manifest.package, "version": "1.0.0"}), "utf-8")
    return Installed(
        name=name,
        version=manifest.default or "",
        style=style,
        package=manifest.package,
        module=manifest.module,
        language=manifest.language,
        key="0",
        command=(
            sys.executable if python else shutil.which("node") or "node",
            str(program),
            str(folder / "config.json"),
        ),
        env={"PYTHONPATH": f"{adapter}:{helper}"},
        cwd=folder,
        sources=(adapter, helper),
    )


async def called(client: Installed, operation: str, arguments: dict[str, Any]) -> Outcome:
    process = AdapterProcess()
    try:
        await process.start(client)
        assert await process.open(server_url="http://127.0.0.1:9", auth="Basic eA==", deadline=scaled(60)) is None
        outcome = await process.call(operation, arguments, deadline=scaled(60))
        await process.close()
        return outcome
    finally:
        await process.kill()


CALLS = [
    ("customers.list", {"companyId": "a", "page": 2, "pageSize": 3}),
    ("customers.create", {"companyId": "a", "connectionId": "b", "body": {"customerName": "x"}}),
]


@pytest.mark.parametrize(("operation", "arguments"), CALLS)
@pytest.mark.parametrize(
    ("name", "style"),
    [("reference", "reference"), ("typescript-accounting", "typescript-axios")],
)
def test_an_operation_of_a_stub_raises_through_the_ordinary_adapter(
    tmp_path: Path, name: str, style: str, operation: str, arguments: dict[str, Any]
) -> None:
    folder = tmp_path / "stub"
    folder.mkdir()
    outcome = asyncio.run(called(stubbed(installed(tmp_path, name, style), folder), operation, arguments))
    assert (outcome.phase, outcome.ended) == ("call", "raised")
    assert outcome.error is not None
    assert outcome.error.cls == STUB_ERROR


LOOKS = {
    "the-module": "import sdk; assert sdk.__version__ == '7'; sdk.Sdk(security=1).close()",
    "a-module-below": "from sdk.models import shared; shared.Security(auth_header='x')",
    "an-operation": "import sdk\ntry: sdk.Sdk().things.get(request={})\nexcept sdk.StubCalled as e: print(e)",
    "async": "import sdk\ntry: sdk.Sdk().things.get_async(request={})\nexcept sdk.StubCalled as e: print(e)",
    "request-by-hints": (
        "import sdk, typing, dataclasses\nkind = typing.get_type_hints(sdk.Sdk().things.get)['request']\n"
        "assert 'companyId' in {f.name for f in dataclasses.fields(kind)}\nassert kind.model_fields['x'].alias == 'x'"
    ),
    "body-only-request": (
        "import sdk, typing, dataclasses\nkind = typing.get_type_hints(sdk.Sdk().things.put)['request']\n"
        "assert not dataclasses.is_dataclass(kind) and kind.model_fields"
    ),
    "signature": "import sdk, inspect; assert 'companyId' in inspect.signature(sdk.Sdk().things.get).parameters",
    "no-dunder": "import sdk; assert not hasattr(sdk.Sdk(), '__exit__') and not hasattr(sdk, '__wrapped__')",
}


@pytest.mark.parametrize("program", LOOKS.values(), ids=LOOKS.keys())
def test_a_python_stub_is_whatever_a_call_style_looks_for(tmp_path: Path, program: str) -> None:
    operations = {"things.get": {"call": "things.get"}, "things.put": {"call": "things.put", "body": "*"}}
    config = {"operations": operations, "settings": {}}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    client = msgspec.structs.replace(
        PLAIN, module="sdk", command=(sys.executable, "x.py", str(tmp_path / "config.json")), cwd=tmp_path
    )
    folder = tmp_path / "stub"
    folder.mkdir()
    env = stubbed(client, folder).env
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=scaled(60), check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


PLAIN = Installed(
    name="x",
    version="7",
    style="x",
    package="x",
    module="x",
    language="python",
    key="0",
    command=(),
    env={},
    cwd=Path(),
)


@pytest.mark.parametrize("language", ["go", "java"])
def test_a_language_whose_adapter_holds_its_sdk_says_why_there_is_reason_without_stub(language: str) -> None:
    reason = reason_without_stub(msgspec.structs.replace(PLAIN, language=language))
    assert reason is not None
    assert f"a {language} adapter is one program with its SDK" in reason
    assert reason_without_stub(PLAIN) is None
