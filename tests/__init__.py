"""Tests of Concordat, and the programs beside them.

The reference client and its mutants are imported from where they stand in the checkout. Its folder goes to the end of
the path, so that a stand-in that `PYTHONPATH` names comes first.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "clients" / "reference"))
