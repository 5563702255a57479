"""The permission that a case needs on a live target."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from concordat.catalogue.model import Call, Case, ClientSettings, Fault, ScriptedAnswer, Step, WriteSafetyExpectation
from concordat.contract import load_contract
from concordat.targets.permission import Permission, changed_records, permission_need, removed_record

CONTRACT = load_contract("accounting")
HERE = {"companyId": "$company", "connectionId": "$connection"}
MAKE = {"call": "customers.create", "with": {**HERE, "body": {"customerName": "$mark"}}}


def case(*steps: dict[str, Any]) -> Case:
    calls: list[Step] = [msgspec.convert(step, Call) for step in steps]
    return Case(id="a.b", title="t", why="w", source=["rfc:9110"], steps=calls, needs={})


@pytest.mark.parametrize(
    ("steps", "least"),
    [
        ([{"call": "customers.get", "with": {"companyId": "$company", "customerId": "$customer"}}], Permission.READ),
        ([MAKE], Permission.WRITE),
        ([{"call": "companies.create", "with": {"body": {"name": "Made by ${mark}"}}}], Permission.WRITE),
        ([{"call": "refresh.dataType", "with": {"companyId": "$company", "dataType": "customers"}}], Permission.WRITE),
        ([{**MAKE, "via": "harness"}], Permission.WRITE),
        (
            [
                {**MAKE, "save": {"made": "/id"}},
                {
                    "call": "customers.update",
                    "with": {**HERE, "customerId": "$made", "body": {"customerName": "${mark} changed"}},
                },
            ],
            Permission.WRITE,
        ),
        ([{"call": "customers.create", "with": {**HERE, "body": {"customerName": "Ada"}}}], Permission.DISPOSABLE),
        ([{"call": "customers.create", "with": HERE}], Permission.DISPOSABLE),
        (
            [
                {
                    "call": "customers.update",
                    "with": {**HERE, "customerId": "$customer", "body": {"customerName": "$mark"}},
                }
            ],
            Permission.DISPOSABLE,
        ),
        ([{"call": "companies.delete", "with": {"companyId": "$company"}}], Permission.DISPOSABLE),
        ([{"call": "connections.unlink", "with": {**HERE, "body": {"status": "Unlinked"}}}], Permission.DISPOSABLE),
    ],
)
def test_what_a_case_does_decides_its_permission(steps: list[dict[str, Any]], least: Permission) -> None:
    assert permission_need(case(*steps), CONTRACT).least is least


@pytest.mark.parametrize(
    "fields",
    [{"faults": [Fault(reset=True)]}, {"write_safety": WriteSafetyExpectation(of="customers.create")}],
)
def test_faults_and_counted_writes_need_a_disposable_target(fields: dict[str, Any]) -> None:
    need = permission_need(msgspec.structs.replace(case(MAKE), **fields), CONTRACT)
    assert need.least is Permission.DISPOSABLE
    assert need.reason.startswith("the case ")


def test_each_permission_has_its_option() -> None:
    assert [one.option for one in Permission] == ["", "--allow-writes", "--disposable"]


DELETE = {"call": "companies.delete", "with": {"companyId": "$company"}}
GONE = ScriptedAnswer(status=503)


@pytest.mark.parametrize(
    ("fields", "removed"),
    [
        ({}, True),
        ({"faults": [Fault(on="companies.delete", respond=GONE)]}, False),
        ({"faults": [Fault(on="companies.delete", respond=GONE)], "client": ClientSettings(retries="default")}, True),
        ({"faults": [Fault(on="companies.delete", respond=GONE, times="always")]}, False),
        ({"faults": [Fault(on="companies.delete", respond=GONE, when="after")]}, True),
        ({"faults": [Fault(on="companies.get", respond=GONE)]}, True),
        ({"faults": [Fault(reset=True)]}, False),
    ],
)
def test_a_case_that_removes_what_others_need_is_named(fields: dict[str, Any], *, removed: bool) -> None:
    reason = removed_record(msgspec.structs.replace(case(DELETE), **fields), CONTRACT)
    assert (reason is not None) == removed


def test_a_record_that_the_case_has_made_is_its_own() -> None:
    made = case(
        {"call": "companies.create", "with": {"body": {"name": "$mark"}}, "save": {"made": "/id"}},
        {"call": "companies.delete", "with": {"companyId": "$made"}},
    )
    assert removed_record(made, CONTRACT) is None
    assert changed_records(made, CONTRACT) == frozenset()
    assert changed_records(case(DELETE), CONTRACT) == {"company"}
