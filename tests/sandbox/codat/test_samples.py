from __future__ import annotations

import pytest

from concordat.contract import load_contracts
from concordat.sandbox.codat.samples import sample_customer


@pytest.mark.parametrize("number", range(1, 37))
def test_every_sample_is_a_valid_customer(number: int) -> None:
    for contract in load_contracts().values():
        assert contract.check_schema("Customer", sample_customer(number)) == ()


def test_the_same_number_gives_the_same_record() -> None:
    assert sample_customer(5) == sample_customer(5)


def test_the_samples_differ_in_shape_and_hold_no_null() -> None:
    records = [sample_customer(number) for number in range(1, 25)]
    assert len({record["id"] for record in records}) == 24
    assert len({tuple(record) for record in records}) >= 9
    assert not any(has_null(record) for record in records)
    assert {record["status"] for record in records} == {"Active", "Archived", "Unknown"}
    assert any(record.get("contactName") == "" for record in records)
    assert any("Z" not in record.get("sourceModifiedDate", "Z") for record in records)
    assert any([a["type"] for a in record.get("addresses", [])].count("Delivery") == 2 for record in records)


def has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_null(item) for item in value.values())
    if isinstance(value, list):
        return any(has_null(item) for item in value)
    return value is None
