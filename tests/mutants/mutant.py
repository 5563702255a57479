"""A mutant as a program: `python mutant.py NAME CONFIG [asynchronous]` breaks the client and runs its own adapter.

With `asynchronous` every call goes through the mode of `asynchronous.py`, and can be cancelled. The whole client's
name breaks nothing.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHOLE = "reference"
"""The name of the unbroken client."""


def main() -> None:
    """Apply the patch, then be the adapter: same program, same protocol."""
    sys.path.insert(0, str(ROOT))
    name = sys.argv.pop(1)
    if name != WHOLE:
        from tests.mutants.clients import MUTANTS  # noqa: PLC0415 - the path above leads there

        MUTANTS[name]()
    if sys.argv[2:] == ["asynchronous"]:
        from tests.mutants.asynchronous import serve_asynchronously  # noqa: PLC0415 - only for such cases

        serve_asynchronously()
    else:
        runpy.run_path(str(ROOT / "clients" / "reference" / "adapter.py"), run_name="__main__")


if __name__ == "__main__":
    main()
