"""Leaves out the tests of a selection that has none: `--operation customers.get` selects no relation of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the item that pytest makes for an empty list of parameters."""
    empty = [item for item in items if item.name.endswith("[NOTSET]")]
    if empty:
        items[:] = [item for item in items if item not in empty]
        config.hook.pytest_deselected(items=empty)
