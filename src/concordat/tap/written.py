"""The writes that a live endpoint accepted, with the ids that its answers give, so that they can be found again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from concordat.contract.operation import SAFE

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.http1.exchange import Request

__all__ = ["Written", "write_of"]

_SUCCESS = range(200, 300)
_ID = re.compile(r"(?:id|.*(?:Id|ID|_id|Key|_key))")
_MOST_IDS = 4
_LONGEST = 200
_LARGEST = 1024 * 1024


class Written(msgspec.Struct, frozen=True):
    """One accepted write. `ids` are the members of its answer whose names end like those of ids."""

    request: str
    """The method and the path: `POST /companies`."""
    status: int
    ids: dict[str, str] = {}


def write_of(request: Request, answer: Answer) -> Written | None:
    """Return the write that an endpoint's answer accepts, None for a read and for a refusal."""
    if request.method in SAFE or answer.status not in _SUCCESS:
        return None
    return Written(f"{request.method} {request.target.partition('?')[0]}", answer.status, _ids(answer.body))


def _ids(body: bytes) -> dict[str, str]:
    if not body or len(body) > _LARGEST:
        return {}
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    found: dict[str, str] = {}
    for name, raw in members.items():
        if _ID.fullmatch(name) and len(name) <= _LONGEST and len(found) < _MOST_IDS:
            try:
                value = msgspec.json.decode(raw, type=str | int)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if len(str(value)) <= _LONGEST:
                found[name] = str(value)
    return found
