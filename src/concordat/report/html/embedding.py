"""Data inside a page: nothing that a server or an SDK wrote can end the element it stands in, or be run.

JSON stands in `<script type="application/json">`, where only `<` could do harm; big data is deflated (RFC 1951) and in
base64, whose alphabet is harmless, and is inflated by the browser when it is looked at.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib

import msgspec
from markupsafe import Markup

from concordat.printable import json_text

__all__ = ["deflated", "inline_json", "source_hash"]

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TO_ESCAPE = re.compile("[<>&\u2028\u2029]")


def inline_json(value: object) -> Markup:
    """Return a value as JSON for a script element: no `<!--`, no `</script`, no line separator of JavaScript's."""
    text = json_text(msgspec.json.encode(value).decode("utf-8"))
    return Markup(_TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], text))  # noqa: S704 - escaped for its place


def deflated(data: bytes) -> str:
    """Return bytes deflated without a header, in base64."""
    packer = zlib.compressobj(level=6, wbits=-15)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode("ascii")


def source_hash(text: str) -> str:
    """Return the Content-Security-Policy source that allows just this inline text (CSP 3, 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
