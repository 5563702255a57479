from __future__ import annotations

from typing import Any, Literal

import jsonschema_rs
import msgspec
import pytest

from concordat.clients.protocol import (
    Bye,
    CallOrder,
    Cancel,
    Close,
    Describe,
    Done,
    ErrorShown,
    Failed,
    Hello,
    Open,
    Outcome,
    OutcomeReport,
    Retries,
    Surface,
    SurfaceArgument,
    SurfaceOperation,
)
from concordat.clients.schemas import protocol_schema

RETRIES = Retries(initial_interval=1, max_interval=2, max_elapsed_time=3, exponent=1.5, retry_connection_errors=True)
SHOWN = ErrorShown(cls="E", chain=["F"], status=404, body="{}")
THING = SurfaceOperation(spelled="get", arguments=[SurfaceArgument("thingId", "thing_id", required=None)])
MESSAGES: list[tuple[Literal["order", "report"], Any]] = [
    ("order", Open(id=1, server_url="http://127.0.0.1:1", auth=None, retries=RETRIES)),
    ("order", CallOrder(id=2, operation="things.get", arguments={"a": None})),
    ("order", Cancel(id=2)),
    ("order", Close(id=3)),
    ("order", Describe(id=4)),
    ("order", Bye()),
    (
        "report",
        Hello(protocol=1, style="s", package="p", version="1", language="python", runtime="r", operations=[]),
    ),
    ("report", Done(id=1)),
    ("report", OutcomeReport(id=2, outcome=Outcome(phase="call", ended="raised", error=SHOWN))),
    ("report", Surface(id=4, operations={"things.get": THING}, errors=["SDKError"])),
    ("report", Failed(id=None, message="m")),
]


@pytest.mark.parametrize(("side", "message"), MESSAGES, ids=lambda value: type(value).__name__)
def test_every_message_is_valid_against_its_schema(side: Literal["order", "report"], message: object) -> None:
    validator = jsonschema_rs.validator_for(protocol_schema(side))
    written = msgspec.json.decode(msgspec.json.encode(message))
    assert validator.is_valid(written)
    assert not validator.is_valid(written | {"unknown": 1})
