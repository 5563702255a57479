"""Which part of a written record the accounting software keeps: what its options model knows.

The rest is ignored, with a warning of the validation (domain 3.1). `status` is kept always, since the contract
requires it even where a model lacks it, and so is `supplementalData`, which no model describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.options import options_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.values import JsonObject

__all__ = ["accepted_part"]

_ALWAYS = ("status", "supplementalData")
_NEVER = ("modifiedDate", "sourceModifiedDate")
_UPPER_CASED_IDS = ("sage50",)


def accepted_part(integration: str, text: bytes, body: JsonObject) -> dict[str, msgspec.Raw]:
    """Return the record as it is kept; values that are kept whole stay byte for byte as they were sent.

    `body` is `text` decoded, a JSON object.
    """
    raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    properties: Any = options_model(integration).get("properties") or {}
    kept: dict[str, msgspec.Raw] = {}
    for name, value in body.items():
        if name in _ALWAYS:
            kept[name] = raw[name]
        elif name in properties and name not in _NEVER:
            pruned = _pruned(value, properties[name])
            kept[name] = raw[name] if pruned == value else msgspec.Raw(msgspec.json.encode(pruned))
    if integration in _UPPER_CASED_IDS and "id" in kept:
        kept["id"] = msgspec.Raw(msgspec.json.encode(str(body["id"]).upper()))
    return kept


def _pruned(value: Any, about: Mapping[str, Any]) -> Any:
    """Return the value without properties that its part of the model lacks; arrays describe their elements."""
    properties = about.get("properties")
    if not properties:
        return value
    if isinstance(value, list):
        return [_pruned(item, about) for item in value]
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if name in properties or name in _ALWAYS}
        return {name: _pruned(item, properties.get(name, {})) for name, item in known.items()}
    return value
