"""The text about an answer that a live target should not have given: its status, its first words and the remedy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from concordat.http1.answer import SYNTHETIC
from concordat.http1.coding import decoded
from concordat.http1.exchange import header

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.values import Pairs

__all__ = ["answer_text", "answered", "first_words", "remedy"]

_MOST_BYTES = 16 * 1024
_SEAM = 2048
"""Characters at the end of a long body that are dropped: the cut may have split a credential there."""
_MOST_WORDS = 120
"""Characters of a body that a text quotes."""
_MOST_REASON = 300
_MARKUP = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^<>]{0,400}>")
_KEY_REFUSED = (401, 403)
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER = range(500, 600)
_REDIRECT = range(300, 400)
_ERRORS = range(400, 500)


def answer_text(
    status: int, headers: Pairs, body: bytes, *, request: str, scrub: Callable[[str], str], key: str = "the key"
) -> str:
    """Return `the target answered 404 to GET URL: "first words"; remedy`.

    `key` is the name of the credential's variable, for the remedy; see `answered` for the rest.
    """
    return f"{answered(status, headers, body, request=request, scrub=scrub)}; {remedy(status, headers, key=key)}"


def answered(status: int, headers: Pairs, body: bytes, *, request: str, scrub: Callable[[str], str]) -> str:
    """Return `the target answered 404 to GET URL: "first words"`.

    `request` is the method and the scrubbed URL; `scrub` removes the credential, before the text is cut.
    """
    words = first_words(headers, body, scrub)
    quoted = f': "{words}"' if words else ", without a body"
    moved = header(headers, "location") if status in _REDIRECT else None
    where = f" (to {_line(scrub(moved), _MOST_WORDS)})" if moved else ""
    return f"the target answered {status} to {request}{where}{quoted}"


def remedy(status: int, headers: Pairs, *, key: str = "the key") -> str:
    """Return what to look at after an answer, by its status and its content type."""
    if status in _KEY_REFUSED:
        return f"look at {key}: is it valid, for this target and for this resource?"
    if status == _TOO_MANY:
        return "it limits requests: send fewer (--rate-limit), or try later"
    if status in _SERVER:
        return "the target has trouble of its own: try later, or ask its operator"
    if status == _NOT_FOUND or status in _REDIRECT or _is_page(headers):
        return "look at the URL of --target and its base path"
    if status in _ERRORS:
        return "the target refuses a request that the contract allows"
    return "is the URL of --target that of the API?"


def first_words(headers: Pairs, body: bytes, scrub: Callable[[str], str]) -> str:
    """Return the first words of a body as one line of text: scrubbed, without markup, and bounded.

    Of an answer that Concordat gave in the target's place, they are the reason.
    """
    if header(headers, SYNTHETIC) is not None:
        return _line(scrub(_reason(body)), _MOST_REASON)
    plain = decoded(headers, body) or b""
    text = scrub(plain[:_MOST_BYTES].decode("utf-8", "replace"))
    if len(plain) > _MOST_BYTES:
        text = text[:-_SEAM]
    if _is_page(headers):
        text = _MARKUP.sub(" ", text)
    return _line(text, _MOST_WORDS)


def _reason(body: bytes) -> str:
    """Return the reason in an answer of Concordat's own."""
    try:
        return msgspec.json.decode(body, type=_Refusal).error.removeprefix("Concordat: ")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body.decode("utf-8", "replace")


class _Refusal(msgspec.Struct, frozen=True):
    error: str


def _line(text: str, most: int) -> str:
    """Return a text as one line of printable characters, cut after `most` of them."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[:most].rstrip()} ..."


def _is_page(headers: Pairs) -> bool:
    return "html" in (header(headers, "content-type") or "").lower()
