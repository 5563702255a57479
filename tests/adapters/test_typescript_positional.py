"""The manifest of the positional generation."""

from __future__ import annotations

from tests.adapters.stand_ins.typescript_positional import STYLE

from concordat.clients.registry import load_manifests
from concordat.contract import load_variant


def test_the_manifests_order_is_the_documents() -> None:
    manifest = load_manifests()[STYLE]
    operations = load_variant("typescript-accounting-positional").operations
    documented = {
        operation.name: " ".join(one.name for one in operation.arguments)
        for operation in operations
        if operation.style == "positional"
    }
    assert manifest.style_for("0.4.0").settings == documented
    assert manifest.operations.keys() == {operation.name for operation in operations}
