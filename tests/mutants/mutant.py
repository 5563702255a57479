"""A mutant as a program: `python mutant.py NAME CONFIG` breaks the reference client and runs its own adapter."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Apply the patch, then be the adapter: same program, same protocol."""
    sys.path.insert(0, str(ROOT))
    from tests.mutants.clients import MUTANTS  # noqa: PLC0415 - the path above leads there

    MUTANTS[sys.argv.pop(1)]()
    runpy.run_path(str(ROOT / "clients" / "reference" / "adapter.py"), run_name="__main__")


if __name__ == "__main__":
    main()
