"""Answers that are no plain success: refusals, other successes, and bodies that are not what was promised."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.value_corpus import PLAIN, Option

__all__ = ["ODD_STATUSES", "REFUSED_BODIES", "SPOILT", "SUCCESSES", "Body"]

ODD_STATUSES: Final = (405, 408, 410, 412, 413, 415, 418, 422, 423, 451, 501, 502, 504, 507, 511, 599, 300, 304)
"""Statuses that a contract seldom lists (RFC 9110, 15; 418 is reserved by it, 599 stands for one nobody registered)."""


class Body(msgspec.Struct, frozen=True):
    """What an answer carries; `statused`: its JSON repeats the status, as the contract's refusals do."""

    label: str
    json: Any = msgspec.UNSET
    text: str | None = None
    content_type: str | None = None
    statused: bool = False

    def answer(self, status: int) -> ScriptedAnswer:
        """Return the answer of a status with this body."""
        media = msgspec.UNSET if self.content_type is None else self.content_type
        if self.text is not None:
            return ScriptedAnswer(status=status, text=self.text, content_type=media)
        if self.json is msgspec.UNSET:
            return ScriptedAnswer(status=status)
        json = {"statusCode": status, **self.json} if self.statused else self.json
        return ScriptedAnswer(status=status, json=json, content_type=media)


_JSON: Final = "application/json"
_HTML: Final = "<html><body>down</body></html>"
REFUSED_BODIES: Final = (
    Body(PLAIN, {"error": "no"}, statused=True),
    Body("every member", {"error": "no", "service": "a", "correlationId": "b", "canBeRetried": "c"}, statused=True),
    Body("details", {"error": "no", "validation": {"errors": [{"message": "a"}], "warnings": None}}, statused=True),
    Body("empty object", {}),
    Body("list", []),
    Body("null", None),
    Body("text of JSON", "no"),
    Body("page of HTML", text=_HTML, content_type="text/html"),
    Body("HTML called JSON", text=_HTML, content_type=_JSON),
    Body("plain text", text="no"),
    Body("nothing"),
    Body("nothing called JSON", text="", content_type=_JSON),
)
SPOILT: Final = (
    Body("list", []),
    Body("null", None),
    Body("text of JSON", "no"),
    Body("page of HTML", text=_HTML, content_type="text/html"),
    Body("HTML called JSON", text=_HTML, content_type=_JSON),
    Body("cut JSON", text='{"a": ', content_type=_JSON),
    Body("nothing called JSON", text="", content_type=_JSON),
)
SUCCESSES: Final = (Option(201, "201"), Option(202, "202"), Option(203, "203"))
"""A success that is not listed is to be treated as a 200 (RFC 9110, 15)."""
