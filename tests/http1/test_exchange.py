"""A request is validated once by each contract."""

from __future__ import annotations

from typing import Any

from concordat.contract import load_contract
from concordat.http1.exchange import Request

COMPANY = "8a210b68-6988-11ed-a1eb-0242ac120002"


class Counting:
    """A contract that counts its validations."""

    def __init__(self) -> None:
        self.validations = 0

    def check_request(self, *arguments: Any, **options: Any) -> tuple[object, ...]:
        self.validations += 1
        return load_contract("accounting").check_request(*arguments, **options)


def test_the_same_request_is_judged_once_by_a_contract_and_again_by_another() -> None:
    request = Request("GET", f"/companies/{COMPANY}/data/customers?page=0")
    match = load_contract("accounting").match("GET", request.raw_path)
    assert match is not None
    one, other = Counting(), Counting()
    found = [request.problems(contract, match) for contract in (one, one, other)]  # type: ignore[arg-type]  # doubles
    assert [[problem.pointer for problem in problems] for problems in found] == [["page"]] * 3
    assert (one.validations, other.validations) == (1, 1)
