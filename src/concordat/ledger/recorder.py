"""New failures as suggested causes of a ledger. The recorder writes the entries; a person writes the reasons."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import msgspec

from concordat.checks.model import Verdict
from concordat.documents.yaml_writer import write_yaml
from concordat.ledger.matcher import signature_of
from concordat.ledger.model import MODES, Cause, Entry, Ledger, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Case
    from concordat.checks.model import Check
    from concordat.ledger.model import Mode

__all__ = ["ledger_yaml", "record_failures"]

_WIDTH = 160
_REVIEW_AFTER = dt.timedelta(days=90)


def record_failures(
    ledger: Ledger,
    version: str,
    results: Sequence[tuple[Case, Sequence[Check]]],
    *,
    today: dt.date,
    mode: Mode | None = None,
) -> Ledger:
    """Return the ledger with a suggested cause for each new kind of failure; `mode` limits the causes to one mode.

    Failed checks with one id (without the step's label) and one signature become one cause. Its reason, source and
    smallest example are empty; lint rejects the cause until a person has written them.
    """
    groups: dict[tuple[str, Signature], list[Entry]] = {}
    for case, checks in results:
        for check in checks:
            if check.verdict is Verdict.FAIL and check.id != "ledger":
                signature = signature_of(check)
                name = check.id.rpartition(":")[2]
                entry = Entry(case=case.key, check=check.id, signature=signature)
                groups.setdefault((name, signature), []).append(entry)
    taken = {cause.id for cause in ledger.causes}
    causes = list(ledger.causes)
    for (name, signature), entries in groups.items():
        cause_id = _free_id(name, signature, taken)
        taken.add(cause_id)
        causes.append(
            Cause(
                id=cause_id,
                reason="",
                source="",
                smallest="",
                versions=f">={version}",
                review_by=today + _REVIEW_AFTER,
                modes=(mode,) if mode else MODES,
                entries=entries,
            )
        )
    return Ledger(client=ledger.client, causes=causes)


def _free_id(name: str, signature: Signature, taken: set[str]) -> str:
    digest = hashlib.sha256(msgspec.json.encode([name, signature])).hexdigest()
    base = f"new-{name.replace('.', '-')}-"
    return next(base + digest[:size] for size in range(6, 65) if base + digest[:size] not in taken)


def ledger_yaml(ledger: Ledger) -> str:
    """Return the text of a ledger's file: one line for each part of a cause and for each entry."""
    plain = msgspec.to_builtins(ledger, builtin_types=(dt.date,))
    return write_yaml(plain, block=4, width=_WIDTH, one_line=True)
