"""With the SDK replaced by a stub: an honest adapter proves it, one that answers or sends by itself is found out."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.catalogue import load_catalogue
from concordat.checks import Verdict
from concordat.clients import Installed, load_manifests
from concordat.runner.result import Result
from concordat.runner.stub_run import CASES, check_stub, judged, sample

if TYPE_CHECKING:
    from concordat.clients import Finding

CLIENTS = Path(__file__).parents[2] / "clients"
CALL = "            result = found(**given)\n"
CAUGHT = "            try:\n                result = found(**given)\n            except Exception:\n                "
CHEATS = {
    "answers": (CAUGHT + "result = {'id': 'x'}\n", "the adapter answered for the SDK in "),
    "sends": (
        CAUGHT + "from urllib.request import urlopen\n                result = urlopen(self.url + '/companies')\n",
        "requests were sent in ",
    ),
    "never-calls": ("            raise ValueError(call.operation)\n", "no call reached the stub"),
}


def checked(folder: Path, call: str = CALL) -> Finding:
    """Return what the stub finds of the reference client's adapter, with another way to make its call."""
    manifest = load_manifests()["reference"]
    package = folder / "package"
    shutil.copytree(CLIENTS / "reference", package, ignore=shutil.ignore_patterns("__pycache__"))
    program = package / "adapter.py"
    code = program.read_text("utf-8")
    assert CALL in code
    code = code.replace(CALL, call)
    code = code.replace(
        'message["serverUrl"], message', '(setattr(self, "url", message["serverUrl"]) or self.url), message'
    )
    program.write_text(code, "utf-8")
    config = folder / "config.json"
    config.write_text(json.dumps(manifest.config(manifest.default or "")), "utf-8")
    (folder / "home").mkdir()
    helper = CLIENTS / "protocol" / "python"
    installed = Installed(
        name="reference",
        version=manifest.default or "",
        style="reference",
        package=manifest.package,
        module=manifest.module,
        language="python",
        key="0",
        command=(sys.executable, str(program), str(config)),
        env={"PYTHONPATH": os.pathsep.join(map(str, (package, helper)))},
        cwd=folder,
        sources=(package, helper),
    )
    return asyncio.run(asyncio.wait_for(check_stub(installed, manifest), scaled(300)))


def test_an_adapter_that_only_observes_has_nothing_to_show(tmp_path: Path) -> None:
    finding = checked(tmp_path)
    assert finding.problem is None
    assert finding.notes == (f"{CASES} cases, the stub was called in {CASES}",)


@pytest.mark.parametrize(("call", "said"), CHEATS.values(), ids=CHEATS.keys())
def test_an_adapter_that_does_more_is_found_out(tmp_path: Path, call: str, said: str) -> None:
    finding = checked(tmp_path, call)
    assert finding.problem is not None
    assert said in finding.problem


GREEN = Result(case="a.b", client="x@1", level="must", verdict=Verdict.PASS)
TROUBLE = Result(case="a.b", client="x@1", level="must", verdict=Verdict.HARNESS_ERROR, reason="it died")


@pytest.mark.parametrize(
    ("results", "said"),
    [([GREEN], "not red: a.b: pass"), ([TROUBLE], "not red: a.b: it died"), ([], "no call reached the stub")],
    ids=["green", "trouble", "nothing"],
)
def test_what_proves_nothing_is_a_problem(results: list[Result], said: str) -> None:
    problem = judged(results).problem
    assert problem is not None
    assert said in problem


def test_the_sample_takes_the_areas_in_turn_and_no_case_twice() -> None:
    cases = load_catalogue().cases
    chosen = sample(cases, load_manifests()["reference"])[:CASES]
    assert len({case.id for case in chosen}) == CASES
    assert len({case.area for case in chosen}) >= 8


def test_where_there_is_no_stub_the_reason_is_in_the_result() -> None:
    bare = Installed(
        name="x",
        version="1",
        style="x",
        package="x",
        module="x",
        language="go",
        key="0",
        command=(),
        env={},
        cwd=Path(),
    )
    finding = asyncio.run(check_stub(bare, msgspec.structs.replace(load_manifests()["reference"], name="x")))
    assert finding.problem is None
    assert finding.notes[0].startswith("not checked here: a go adapter")
