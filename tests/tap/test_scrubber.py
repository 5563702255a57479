from __future__ import annotations

import base64
import gzip
import json
import zlib
from urllib.parse import quote, quote_plus

import brotli  # type: ignore[import-untyped]
import pytest

from concordat.errors import UsageError
from concordat.http1.exchange import Exchange, Request, Response
from concordat.tap import BLANK, Scrubber
from concordat.values import Json, Problem

KEY = 'k3y/+="\\ \u00e9zz9'
PLAIN = "s3cr3t-api-key"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("key", [KEY, PLAIN])
@pytest.mark.parametrize(
    "writing",
    [
        pytest.param(lambda key: key, id="plain"),
        pytest.param(b64, id="base64"),
        pytest.param(lambda key: b64(key).rstrip("="), id="base64 without padding"),
        pytest.param(lambda key: base64.urlsafe_b64encode(key.encode()).decode(), id="base64 for URLs"),
        pytest.param(lambda key: "Basic " + b64(key), id="basic"),
        pytest.param(lambda key: "Basic " + b64(key + ":"), id="basic user"),
        pytest.param(lambda key: "Basic " + b64("u:" + key), id="basic password"),
        pytest.param(lambda key: "Basic " + b64("us:" + key), id="basic password at another alignment"),
        pytest.param(lambda key: "Basic " + b64("usr:" + key + ":x"), id="basic in the middle"),
        pytest.param(lambda key: quote(b64("us:" + key), safe=""), id="base64 in a URL"),
        pytest.param(lambda key: json.dumps(b64(key)).replace("/", "\\/"), id="base64 in PHP's JSON"),
        pytest.param(lambda key: quote(key, safe=""), id="percent-encoded"),
        pytest.param(quote, id="percent-encoded path"),
        pytest.param(quote_plus, id="form-encoded"),
        pytest.param(lambda key: quote(key, safe="").lower(), id="percent-encoded in lower case"),
        pytest.param(lambda key: quote(quote(key, safe=""), safe=""), id="percent-encoded twice"),
        pytest.param(lambda key: "".join(f"%{b:02X}" for b in key.encode()), id="every byte percent-encoded"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(lambda key: json.dumps(key, ensure_ascii=False), id="JSON in UTF-8"),
        pytest.param(lambda key: "".join(f"\\u{ord(c):04X}" for c in key), id="every character JSON-escaped"),
    ],
)
def test_no_writing_of_a_secret_survives(key: str, writing: object) -> None:
    assert callable(writing)
    written = writing(key)
    text = Scrubber([key]).text(f'before "{written}" after')
    assert BLANK in text
    assert text.startswith('before "')
    assert text.endswith('" after')
    for size in range(len(written), 8, -1):
        pieces = [written[at : at + size] for at in range(len(written) - size + 1)]
        assert not any(piece in text for piece in pieces if len(piece) > len(written) // 2)


def test_clean_text_stays_as_it_is() -> None:
    text = 'nothing "here" %20 \\u0041 c2VjcmV0'
    assert Scrubber([KEY]).text(text) == text


def test_several_secrets_are_taken_out_the_longer_first() -> None:
    assert Scrubber(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{BLANK} {BLANK}"


def test_a_credential_hides_its_token_and_what_a_basic_token_holds() -> None:
    scrubber = Scrubber(["Basic " + b64("user-one:" + PLAIN)])
    assert scrubber.text(f"key={PLAIN} user=user-one token={b64('user-one:' + PLAIN)}") == (
        f"key={BLANK} user={BLANK} token={BLANK}"
    )
    assert Scrubber(["Bearer tok-en"]).text("x tok-en y") == f"x {BLANK} y"


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_secrets_nothing_is_changed(secrets: list[str]) -> None:
    assert Scrubber(secrets).text("%41 \\n ***") == "%41 \\n ***"


def test_a_secret_too_short_to_find_is_refused() -> None:
    with pytest.raises(UsageError, match="four characters"):
        Scrubber(["abc"])


def test_bytes_that_are_no_text_keep_the_rest() -> None:
    assert Scrubber([PLAIN]).bytes(b"\xff\xfe" + PLAIN.encode() + b"\x00\xff") == b"\xff\xfe***\x00\xff"


def test_headers_that_carry_credentials_are_always_blank() -> None:
    headers = (("authorization", "x"), ("Cookie", "a"), ("SET-COOKIE", "b"), ("X-Echo", PLAIN), ("X", "y"))
    assert Scrubber([PLAIN]).headers(headers) == (
        ("authorization", BLANK),
        ("Cookie", BLANK),
        ("SET-COOKIE", BLANK),
        ("X-Echo", BLANK),
        ("X", "y"),
    )


@pytest.mark.parametrize("value", [KEY, KEY.encode().decode("latin-1"), "\u20ac" + KEY])
def test_a_secret_beyond_ascii_is_found_in_headers_as_they_are_recorded(value: str) -> None:
    [(_, clean)] = Scrubber([KEY]).headers((("X", value),))
    assert clean.endswith(BLANK)
    assert "zz9" not in clean


def test_nested_values_lose_secrets_in_strings_keys_and_numbers() -> None:
    value: Json = {"a": [PLAIN, {PLAIN: None}], "n": 12345678, "ok": [1, True, 2.5, None]}
    assert Scrubber([PLAIN, "12345678"]).value(value) == {
        "a": [BLANK, {BLANK: None}],
        "n": BLANK,
        "ok": [1, True, 2.5, None],
    }


def exchange(body: bytes, *headers: tuple[str, str]) -> Exchange:
    return Exchange(
        number=1,
        started=0.0,
        request=Request("GET", f"/a?key={PLAIN}", (("Authorization", PLAIN),), PLAIN.encode(), raw=PLAIN.encode()),
        response=Response(200, headers, body),
        request_problems=(Problem("query", PLAIN, "unknown", f"what is {PLAIN}?"),),
    )


def test_an_exchange_is_scrubbed_in_all_its_parts() -> None:
    clean = Scrubber([PLAIN]).exchange(exchange(PLAIN.encode(), ("X", PLAIN)))
    assert PLAIN not in repr(clean)
    assert clean.request == Request("GET", f"/a?key={BLANK}", (("Authorization", BLANK),), BLANK.encode())


@pytest.mark.parametrize(
    ("coding", "code", "decode"),
    [
        ("gzip", gzip.compress, gzip.decompress),
        ("deflate", zlib.compress, zlib.decompress),
        ("br", brotli.compress, brotli.decompress),
    ],
)
def test_a_coded_body_is_scrubbed_inside(coding: str, code: object, decode: object) -> None:
    assert callable(code)
    assert callable(decode)
    clean = Scrubber([PLAIN]).exchange(exchange(code(f"a {PLAIN} b".encode()), ("Content-Encoding", coding)))
    assert clean.response is not None
    assert decode(clean.response.body) == b"a *** b"


def test_a_body_that_nobody_can_decode_is_withheld() -> None:
    clean = Scrubber([PLAIN]).exchange(exchange(b"\x01\x02", ("Content-Encoding", "br")))
    assert clean.response is not None
    assert clean.response.body == BLANK.encode()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (f"GET /{PLAIN} x".encode(), b"GET /*** x"),
        (b"GET /a b\r\nAuthorization: other\r\nA: b\r\n", b"GET /a b\r\nAuthorization: ***\r\nA: b\r\n"),
        (b"POST / x\r\n\r\n6\r\ns3cr3t\r\n8\r\n-api-key\r\n0\r\n\r\n", b"***"),
        (
            b"POST / x\r\n\r\n6\r\nharmle\r\n2\r\nss\r\n0\r\n\r\n",
            b"POST / x\r\n\r\n6\r\nharmle\r\n2\r\nss\r\n0\r\n\r\n",
        ),
    ],
)
def test_bytes_that_were_no_request_are_scrubbed_too(raw: bytes, clean: bytes) -> None:
    unparsable = Exchange(number=1, started=0.0, unparsable=raw)
    assert Scrubber([PLAIN]).exchange(unparsable).unparsable == clean
