"""schemathesis's own command line against the sandbox, as docs/contract-tests.md shows it, with fewer examples."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract_tests.targets import Counting, sandbox_factory
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.contract_tests import generation_hooks, server
from concordat.resources import package_root
from concordat.sandbox import open_sandbox
from concordat.sandbox.serve import read_world

UNREACHED = {"pushOptions.get"}
"""The sandbox writes customers only, whose options have another operation."""
DEADLINE = scaled(600)
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("contract", ["accounting", "sync-for-expenses"])
def test_schemathesis_finds_nothing_in_the_sandbox(contract: str, tmp_path: Path) -> None:
    root = package_root() / "contracts"
    operations = load_contract(contract).operations
    counting = Counting(load_contract(contract))
    with server.serve(sandbox_factory(contract, counting.answer)) as served:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(root / "schemathesis.toml")),
                *("--no-color", "run", str(root / f"{contract}.openapi.yaml"), "--url", served.url),
                *("--max-examples", "10"),
            ],
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT")},
        )
    assert served.failures == []
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert set(operations) - set(counting.succeeded) <= UNREACHED, "an operation was never reached"
    assert f"Tested: {len(operations)}" in done.stdout
    for phase in ("Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout.replace("✅  ", "✅ ")


def test_the_configuration_has_the_credential_of_the_sandbox_and_disables_no_check() -> None:
    config = (package_root() / "contracts" / "schemathesis.toml").read_text("utf-8")
    general, *narrowed = config.split("[[operations]]")
    assert json.dumps(open_sandbox(load_contract("accounting"), read_world(server.world_file())).auth) in general
    assert "enabled = false" not in general
    assert general.count("docs/undefined-behaviour.md#") == len(narrowed) == 1


def test_every_narrowing_names_a_decided_behaviour() -> None:
    config = (package_root() / "contracts" / "schemathesis.toml").read_text("utf-8")
    decided = (DOCS / "undefined-behaviour.md").read_text("utf-8")
    hooks = Path(generation_hooks.__file__).read_text("utf-8")
    named = set(re.findall(r"#([a-z]+(?:-[a-z]+)+)", config + hooks))
    assert {"query-language", "order-by", "write-without-body", "refresh-without-connection"} <= named
    assert [anchor for anchor in sorted(named) if f'id="{anchor}"' not in decided] == []


def test_the_world_has_the_records_that_operations_destroy_or_extend() -> None:
    sandbox = open_sandbox(load_contract("accounting"), read_world(server.world_file()))
    there = {one["id"] for kind in ("companies", "connections") for one in sandbox.state()[kind]}  # type: ignore[index,union-attr,call-overload]  # JSON
    assert {identifier for _, identifier in generation_hooks.OWN_RECORDS.values()} <= there
    sandbox.close()
