"""A scenario: one call with the answer that the upstream gives, and the bodies of answers to try."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import msgspec

from concordat.catalogue.model import ScriptedAnswer
from concordat.explore.value_corpus import PLAIN

__all__ = ["BROKEN_BODIES", "REFUSAL_BODIES", "AnswerBody", "Scenario"]


class Scenario(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One call and the answer to it.

    `arguments` are plain JSON by wire name. `allowed` says whether the arguments keep to the contract; a client may
    refuse those that do not, or send them unchanged. `added` holds JSON pointers of members of the answer that are not
    in the contract. `features` name the ways in which the scenario is not plain (`argument pageSize: its maximum`,
    `answer status: 418`).
    """

    operation: str
    arguments: dict[str, Any]
    answer: ScriptedAnswer
    allowed: bool = True
    added: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> bytes:
        """An encoding that is equal for equal calls with equal answers."""
        return msgspec.json.encode((self.operation, self.arguments, self.answer), order="sorted")


class AnswerBody(msgspec.Struct, frozen=True):
    """The body of an answer. With `repeats_status`, its JSON has the status too, as the contract's error bodies do."""

    label: str
    json: Any = msgspec.UNSET
    text: str | None = None
    content_type: str | None = None
    repeats_status: bool = False

    def answer(self, status: int) -> ScriptedAnswer:
        """Return the answer with this status and body."""
        media = msgspec.UNSET if self.content_type is None else self.content_type
        if self.text is not None:
            return ScriptedAnswer(status=status, text=self.text, content_type=media)
        if self.json is msgspec.UNSET:
            return ScriptedAnswer(status=status)
        json = {"statusCode": status, **self.json} if self.repeats_status else self.json
        return ScriptedAnswer(status=status, json=json, content_type=media)


_JSON: Final = "application/json"
_HTML: Final = "<html><body>down</body></html>"
REFUSAL_BODIES: Final = (
    AnswerBody(PLAIN, {"error": "no"}, repeats_status=True),
    AnswerBody(
        "every member", {"error": "no", "service": "a", "correlationId": "b", "canBeRetried": "c"}, repeats_status=True
    ),
    AnswerBody(
        "details", {"error": "no", "validation": {"errors": [{"message": "a"}], "warnings": None}}, repeats_status=True
    ),
    AnswerBody("empty object", {}),
    AnswerBody("list", []),
    AnswerBody("null", None),
    AnswerBody("text of JSON", "no"),
    AnswerBody("page of HTML", text=_HTML, content_type="text/html"),
    AnswerBody("HTML called JSON", text=_HTML, content_type=_JSON),
    AnswerBody("plain text", text="no"),
    AnswerBody("nothing"),
    AnswerBody("nothing called JSON", text="", content_type=_JSON),
)
BROKEN_BODIES: Final = (
    AnswerBody("list", []),
    AnswerBody("null", None),
    AnswerBody("text of JSON", "no"),
    AnswerBody("page of HTML", text=_HTML, content_type="text/html"),
    AnswerBody("HTML called JSON", text=_HTML, content_type=_JSON),
    AnswerBody("cut JSON", text='{"a": ', content_type=_JSON),
    AnswerBody("nothing called JSON", text="", content_type=_JSON),
)
"""Bodies of a success that the operation does not promise."""
