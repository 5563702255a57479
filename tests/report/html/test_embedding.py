"""What stands inside a page cannot get out of its element."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib

import pytest

from concordat.report.html.page import source_hash
from concordat.report.html.payload import compressed, inline_json

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "]]>",
    "a\u2028b\u2029c",
    "&lt;b&gt;",
    '"}]',
    "\x00\x1b[31m",
    "ünï 😀",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_json_in_a_script_is_the_same_json_and_has_nothing_that_ends_it(text: str) -> None:
    written = str(inline_json({text: [text]}))
    assert json.loads(written) == {text: [text]}
    assert not set(written) & set("<>&\u2028\u2029")


def test_deflated_bytes_are_base64_of_a_raw_deflate_stream() -> None:
    data = b"</script>" * 1000
    assert zlib.decompress(base64.b64decode(compressed(data)), wbits=-15) == data


def test_the_hash_of_a_source_is_the_one_that_browsers_reckon() -> None:
    digest = base64.b64encode(hashlib.sha256("ü".encode()).digest()).decode()
    assert source_hash("ü") == f"'sha256-{digest}'"
