"""A new SDK of a known call style is a page of YAML, and a call style a few pages of code."""

from __future__ import annotations

from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parents[2] / "clients"
MANIFESTS = sorted(path for path in CLIENTS.glob("*.yaml") if not path.name.endswith(".ledger.yaml"))
MOST_OF_A_MANIFEST = 29


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_is_a_page(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MOST_OF_A_MANIFEST
