"""The JSON Schemas of the adapter protocol, made from the message types themselves."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from concordat.clients.protocol import PROTOCOL, Order, Report

__all__ = ["protocol_schema"]


def protocol_schema(side: Literal["order", "report"]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line: an `order` to an adapter, or a `report` from it."""
    union = Order if side == "order" else Report
    (schema,), components = msgspec.json.schema_components([union], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Concordat adapter protocol {PROTOCOL}: {side}",
        **schema,
        "$defs": components,
    }
