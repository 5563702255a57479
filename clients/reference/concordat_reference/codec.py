"""JSON with exact numbers, paths whose arguments are one segment each, and the decoding of content codings."""

from __future__ import annotations

import gzip
import json
import re
import secrets
import zlib
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlencode

from concordat_reference.shapes import shaped

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["dumps", "loads", "path", "query", "uncoded"]

_VARIABLE = re.compile(r"\{(\w+)\}")


def loads(raw: bytes, kind: Any = Any) -> Any:
    """Decode UTF-8 JSON as `kind`; numbers with a fraction or exponent become Decimal, integers are exact.

    A charset in the media type is ignored (RFC 8259, section 11). Raises ValueError (also for NaN and Infinity, which
    JSON does not have, and for numbers beyond Decimal), ShapeError among them for JSON of another shape than `kind`.
    """
    try:
        return shaped(json.loads(raw.decode("utf-8-sig"), parse_float=_decimal, parse_constant=_refuse), kind)
    except RecursionError:
        message = "it is nested too deeply"
        raise ValueError(message) from None


def dumps(value: Any) -> bytes:
    """Encode as UTF-8 JSON; a Decimal is written with its own digits.

    Raises ValueError for a number that JSON cannot represent, TypeError for a value that is not JSON, and
    RecursionError for a too deeply nested value.
    """
    mark = secrets.token_hex(16)

    def default(other: Any) -> str:
        if not isinstance(other, Decimal):
            message = f"{type(other).__name__} is not JSON"
            raise TypeError(message)
        if not other.is_finite():
            _refuse(str(other))
        return f"{mark}{other}{mark}"

    text = json.dumps(value, default=default, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return re.sub(f'"{mark}([^"]+){mark}"', r"\1", text).encode()


def path(template: str, arguments: Mapping[str, str]) -> str:
    """Return a path from its template; each argument is one segment (RFC 3986, section 3.3).

    Dots are encoded too, because `..` means the parent segment. Raises ValueError for an empty argument, and for text
    with an unpaired surrogate.
    """

    def fill(variable: re.Match[str]) -> str:
        name = variable.group(1)
        if not arguments[name]:
            message = f"{name} is empty"
            raise ValueError(message)
        return quote(str(arguments[name]), safe="").replace(".", "%2E")

    return _VARIABLE.sub(fill, template)


def query(passed: Mapping[str, object]) -> str:
    """Return the query of all arguments but None, with its `?`; spaces as %20, booleans in lower case."""
    pairs = [
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name, value in passed.items()
        if value is not None
    ]
    return "?" + urlencode(pairs, quote_via=quote, safe="") if pairs else ""


def uncoded(codings: str, body: bytes) -> bytes:
    """Return a body without its content codings (RFC 9110, section 8.4), which are decoded in reverse order.

    This checks the end and the checksum of each coding, which urllib3 does not. Raises ValueError for a coding that is
    incomplete, damaged, or neither gzip nor deflate. An empty body is returned as it is.
    """
    if not body:
        return body
    for coding in reversed([name.strip().lower() for name in codings.split(",")]):
        try:
            if coding in ("gzip", "x-gzip"):
                body = gzip.decompress(body)
            elif coding == "deflate":
                body = zlib.decompress(body)
            elif coding not in ("", "identity"):
                message = f"its content coding is {coding}"
                raise ValueError(message)
        except (OSError, EOFError, zlib.error) as error:
            message = f"its {coding} coding is damaged: {error}"
            raise ValueError(message) from error
    return body


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # the exponent is too large for Decimal; InvalidOperation is not a ValueError
        message = f"the number {text[:40]} cannot be held"
        raise ValueError(message) from None


def _refuse(text: str) -> NoReturn:
    message = f"{text} is not JSON"
    raise ValueError(message)
