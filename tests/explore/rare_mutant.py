"""The adapter of a rare mutant: `python rare_mutant.py NAME CONFIG` breaks the reference client and runs as it does."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Apply the mutant's patch, then run the adapter of the reference client."""
    sys.path.insert(0, str(ROOT))
    from tests.explore.rare_mutants import RARE  # noqa: PLC0415 - importable only with the path above

    RARE[sys.argv.pop(1)]()
    runpy.run_path(str(ROOT / "clients" / "reference" / "adapter.py"), run_name="__main__")


if __name__ == "__main__":
    main()
