"""A mutant as a program: `python mutant.py NAME CONFIG [asynchronous]` patches the client and runs its adapter.

With `asynchronous` every call goes through the client of `async_client.py`, and can be cancelled. The name `reference`
patches nothing.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNBROKEN = "reference"
"""The name of the unbroken client."""


def main() -> None:
    """Apply the patch, and run the ordinary adapter in this process."""
    sys.path.insert(0, str(ROOT))
    name = sys.argv.pop(1)
    if name != UNBROKEN:
        from tests.mutants.clients import MUTANTS  # noqa: PLC0415 - the path above leads there

        MUTANTS[name]()
    if sys.argv[2:] == ["asynchronous"]:
        from tests.mutants.async_client import serve_asynchronously  # noqa: PLC0415 - only for such cases

        serve_asynchronously()
    else:
        runpy.run_path(str(ROOT / "clients" / "reference" / "adapter.py"), run_name="__main__")


if __name__ == "__main__":
    main()
