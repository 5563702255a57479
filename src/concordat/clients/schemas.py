"""The JSON Schemas of the adapter protocol, made from the message types themselves."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from concordat.clients.protocol import PROTOCOL, AdapterMessage, EngineMessage

__all__ = ["protocol_schema"]


def protocol_schema(sender: Literal["engine", "adapter"]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line that the engine or the adapter writes."""
    union = EngineMessage if sender == "engine" else AdapterMessage
    (schema,), components = msgspec.json.schema_components([union], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Concordat adapter protocol {PROTOCOL}: messages of the {sender}",
        **schema,
        "$defs": components,
    }
