"""Bodies beside the report."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest

from concordat.checks import Verdict
from concordat.report.store import INLINE_LIMIT, extract_bodies
from concordat.runner.result import ExchangeView, MessageView, Result

if TYPE_CHECKING:
    from pathlib import Path


def result(message: MessageView) -> Result:
    exchange = ExchangeView(number=1, response=message)
    return Result(case="things.get", client="a@1", level="must", verdict=Verdict.PASS, exchanges=(exchange,))


def response_of(found: Result) -> MessageView:
    response = found.exchanges[0].response
    assert response is not None
    return response


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (MessageView(line="l", body="x" * (INLINE_LIMIT + 1)), b"x" * (INLINE_LIMIT + 1)),
        (MessageView(line="l", body="é" * INLINE_LIMIT), "é".encode() * INLINE_LIMIT),
        (
            MessageView(line="l", body_base64=base64.b64encode(b"\xff" * (INLINE_LIMIT + 1)).decode()),
            b"\xff" * (INLINE_LIMIT + 1),
        ),
    ],
)
def test_a_big_body_stands_beside_the_report_by_its_digest(tmp_path: Path, message: MessageView, data: bytes) -> None:
    response = response_of(extract_bodies(result(message), tmp_path))
    assert (response.body, response.body_base64) == (None, None)
    assert response.body_file == f"bodies/{hashlib.sha256(data).hexdigest()}"
    assert (tmp_path / response.body_file).read_bytes() == data


@pytest.mark.parametrize(
    "message",
    [
        MessageView(line="l"),
        MessageView(line="l", body="x" * INLINE_LIMIT),
        MessageView(line="l", body_base64=base64.b64encode(b"\xff" * INLINE_LIMIT).decode()),
    ],
)
def test_a_body_that_fits_stays_where_it_is(tmp_path: Path, message: MessageView) -> None:
    assert response_of(extract_bodies(result(message), tmp_path)) is message
    assert not (tmp_path / "bodies").exists()
