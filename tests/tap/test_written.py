"""The writes that a live endpoint accepted, with the ids of its answers."""

from __future__ import annotations

import pytest

from concordat.http1.answer import Answer
from concordat.http1.exchange import Request
from concordat.tap.written import Written, write_of


def write(body: bytes = b"", *, method: str = "POST", status: int = 200) -> Written | None:
    return write_of(Request(method, "/companies?x=1", (), b"{}"), Answer(status, (), body))


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b'{"id": "c1", "name": "Ada"}', {"id": "c1"}),
        (
            b'{"pushOperationKey": "k", "companyId": "c", "status": "Pending"}',
            {"pushOperationKey": "k", "companyId": "c"},
        ),
        (b'{"id": 7, "object": "charge", "customer_id": "cus"}', {"id": "7", "customer_id": "cus"}),
        (b'{"id": null, "otherId": {"a": 1}, "thirdId": ["x"]}', {}),
        (b'{"id": "' + b"x" * 300 + b'"}', {}),
        (b'{"id": "\xff"}', {}),
        (b'["id"]', {}),
        (b"<html>", {}),
        (b"", {}),
        (b"[" * 20000, {}),
    ],
)
def test_an_accepted_write_has_the_ids_of_its_answer(body: bytes, ids: dict[str, str]) -> None:
    assert write(body) == Written("POST /companies", 200, ids)


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("HEAD", 200), ("POST", 400), ("PUT", 503), ("DELETE", 302)]
)
def test_a_read_and_a_refusal_are_no_writes(method: str, status: int) -> None:
    assert write(b'{"id": "1"}', method=method, status=status) is None
