"""The adapter of the axios generation: its sources, its reader of messages, and a broken installation."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.adapters.adapter_process import DEADLINE, RunningAdapter, shown
from tests.adapters.stand_ins.stand_in import CLIENTS
from tests.adapters.stand_ins.typescript_axios import MODULE, TYPESCRIPT_AXIOS, lay_out

from concordat.clients.protocol import Failed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.conftest import Start

SOURCES = sorted(path for style in ("typescript-axios", "protocol/typescript") for path in (CLIENTS / style).iterdir())


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_source_is_valid_and_imports_no_network(source: Path) -> None:
    subprocess.run(["node", "--check", str(source)], check=True, timeout=DEADLINE)
    allowed = {"node:fs", "node:module", "node:net"} if source.parent.name == "typescript" else {"node:module"}
    if source.name == "public-api.js":
        allowed = {"node:fs", "node:path"}
    imported = {name for name in source.read_text("utf-8").split('"')[1::2] if name.startswith("node:")}
    assert imported <= allowed


def test_messages_may_arrive_in_pieces_and_in_one_piece(warm: Start) -> None:
    running = warm(TYPESCRIPT_AXIOS)
    running.open()
    text = "\u00e9" * 70_000
    numbers = [running.last + 1, running.last + 2]
    lines = [
        {"type": "call", "id": number, "operation": "companies.create", "arguments": {"body": {"t": text}}}
        for number in numbers
    ]
    running.last += 2
    sent = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    for start in range(0, len(sent), 65_537):
        running.write(sent[start : start + 65_537])
    answers = [shown(running.report()), shown(running.report())]
    assert [answer["payload"]["t"] == text for answer in answers] == [True, True]


def test_a_package_that_cannot_be_loaded_is_reported_and_ends_the_program(tmp_path: Path) -> None:
    command = lay_out(tmp_path)
    module = tmp_path / "node_modules" / MODULE / "dist" / "index.js"
    module.write_text('throw new Error("half an installation");', "utf-8")
    adapter = RunningAdapter(command)
    assert adapter.first == Failed(None, "half an installation", adapter.first.detail)  # type: ignore[union-attr]
    assert adapter.process.wait(DEADLINE) == 1
    adapter.end()
