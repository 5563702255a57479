"""The hooks as schemathesis's own command line loads them: see contracts/schemathesis.toml and `words`."""

from __future__ import annotations

import schemathesis

from concordat.contract_tests.dictionary import HOOKS

__all__ = ["HOOKS"]

for hook in HOOKS:
    schemathesis.hook(hook)
