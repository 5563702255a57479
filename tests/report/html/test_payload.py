"""The data of a page: an index of all results, and every case where the index says."""

from __future__ import annotations

import base64
import random
import zlib
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.report.html.payload import Payload, pack
from concordat.runner.result import ExchangeView, MessageView

if TYPE_CHECKING:
    from tests.report.conftest import MakeReport, MakeResult


CLIENTS = ["one@1.0.0", "two@2.0.0"]


def opened(payload: Payload) -> list[list[dict[str, Any]]]:
    return [msgspec.json.decode(zlib.decompress(base64.b64decode(piece), wbits=-15)) for piece in payload.pieces]


def test_every_case_is_where_the_index_says_with_every_clients_result(result: MakeResult, report: MakeReport) -> None:
    big = {"text": "x" * 50_000}
    results = [result("pass", case=f"c{n:02}", outcomes=(big,)) for n in range(20)]
    results += [result("fail", case="c03", client="two@2.0.0")]
    payload = pack(report(results), CLIENTS, {})
    pieces = opened(payload)
    assert len(pieces) > 1
    assert [pieces[entry.piece][entry.place]["key"] for entry in payload.index.cases] == [
        entry.key for entry in payload.index.cases
    ]
    third = payload.index.cases[3]
    assert [payload.index.verdicts[n] if n >= 0 else None for n in third.verdicts] == ["pass", "fail"]
    assert [payload.index.notes[n] if n >= 0 else None for n in third.notes] == [None, "request.query"]
    detail = pieces[third.piece][third.place]
    assert detail["why"] == "Page one for ever."
    assert detail["results"]["two@2.0.0"]["checks"][0]["observed"] == {"page": 1}
    assert "why" not in detail["results"]["two@2.0.0"]
    assert payload.cap is None


def test_texts_are_shortened_only_where_the_page_would_be_too_big(result: MakeResult, report: MakeReport) -> None:
    noise = random.Random(1)
    results = []
    for number in range(40):
        data = base64.b64encode(noise.randbytes(20_000)).decode()
        answer = MessageView(line="HTTP/1.1 200", body_base64=data)
        question = MessageView(line="POST / HTTP/1.1", body=data)
        exchange = ExchangeView(number=1, request=question, response=answer)
        results.append(result("pass", row=str(number), exchanges=(exchange,), outcomes=(data,)))
    whole = report(results)
    assert pack(whole, CLIENTS, {}).cap is None
    small = pack(whole, CLIENTS, {}, limit=200_000)
    assert small.cap == 1024
    assert sum(map(len, small.pieces)) <= 200_000
    shown = opened(small)[0][0]["results"]["one@1.0.0"]["exchanges"][0]
    assert len(base64.b64decode(shown["response"]["body_base64"])) == 768
    assert shown["request"]["body"].endswith("characters, whole in report.json)")


def test_a_page_that_can_never_be_small_enough_keeps_the_least(result: MakeResult, report: MakeReport) -> None:
    payload = pack(report([result("pass", outcomes=("y" * 9000,))]), CLIENTS, {}, limit=1)
    assert payload.cap == 128
    assert len(opened(payload)[0][0]["results"]["one@1.0.0"]["outcomes"][0]) < 200
