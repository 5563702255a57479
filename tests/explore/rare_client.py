"""A rare mutant as a program: `python rare_client.py NAME CONFIG` breaks the reference client and is its adapter."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Apply the patch, then be the adapter: same program, same protocol."""
    sys.path.insert(0, str(ROOT))
    from tests.explore.rare import RARE  # noqa: PLC0415 - the path above leads there

    RARE[sys.argv.pop(1)]()
    runpy.run_path(str(ROOT / "clients" / "reference" / "adapter.py"), run_name="__main__")


if __name__ == "__main__":
    main()
