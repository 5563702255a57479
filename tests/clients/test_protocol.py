from __future__ import annotations

from typing import Any, Literal

import jsonschema_rs
import msgspec
import pytest

from concordat.catalogue.model import RetryPolicy
from concordat.clients.protocol import (
    CallMessage,
    Cancel,
    Close,
    Describe,
    Done,
    ErrorShown,
    Failed,
    Hello,
    Open,
    Outcome,
    OutcomeMessage,
    PublicApi,
    PublicArgument,
    PublicOperation,
    RetryMessage,
    Shutdown,
    protocol_schema,
)

RETRIES = RetryMessage.of(RetryPolicy(initial=1, maximum=2, elapsed=3))
SHOWN = ErrorShown(cls="E", chain=["F"], status=404, body="{}")
THING = PublicOperation(method="get", arguments=[PublicArgument("thingId", "thing_id", required=None)])
MESSAGES: list[tuple[Literal["engine", "adapter"], Any]] = [
    ("engine", Open(id=1, server_url="http://127.0.0.1:1", auth=None, retries=RETRIES)),
    ("engine", CallMessage(id=2, operation="things.get", arguments={"a": None})),
    ("engine", Cancel(id=2)),
    ("engine", Close(id=3)),
    ("engine", Describe(id=4)),
    ("engine", Shutdown()),
    (
        "adapter",
        Hello(protocol=2, style="s", package="p", version="1", language="python", runtime="r", operations=[]),
    ),
    ("adapter", Done(id=1)),
    ("adapter", OutcomeMessage(id=2, outcome=Outcome(phase="call", ended="raised", error=SHOWN))),
    ("adapter", PublicApi(id=4, operations={"things.get": THING}, errors=["SDKError"])),
    ("adapter", Failed(id=None, message="m")),
]


def test_a_policy_crosses_the_protocol_in_the_words_of_the_call_styles() -> None:
    assert msgspec.to_builtins(RETRIES) == {
        "initialInterval": 1,
        "maxInterval": 2,
        "maxElapsedTime": 3,
        "exponent": 1.5,
        "retryConnectionErrors": True,
    }


@pytest.mark.parametrize(("sender", "message"), MESSAGES, ids=lambda value: type(value).__name__)
def test_every_message_is_valid_against_its_schema(sender: Literal["engine", "adapter"], message: object) -> None:
    validator = jsonschema_rs.validator_for(protocol_schema(sender))
    written = msgspec.json.decode(msgspec.json.encode(message))
    assert validator.is_valid(written)
    assert not validator.is_valid(written | {"unknown": 1})
