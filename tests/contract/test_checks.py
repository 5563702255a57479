"""What is wrong with a request or a response, and how it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract
from concordat.contract.schemas import MOST_PROBLEMS

if TYPE_CHECKING:
    from concordat.values import Pairs

C = "8a210b68-6988-11ed-a1eb-0242ac120002"
K = "2e9d2c44-f675-40ba-8049-353bfcb5e171"
JSON: Pairs = (("Content-Type", "application/json"),)
PUSH_PATH = {"companyId": C, "connectionId": K}
PAGE = (
    b'{"pageNumber":1,"pageSize":100,"totalResults":1,"results":[%s],'
    b'"_links":{"self":{"href":"/a"},"current":{"href":"/a"}}}'
)

QUERIES: list[tuple[str, Pairs, list[tuple[str, str]]]] = [
    ("nothing", (), []),
    ("everything", (("page", "2"), ("pageSize", "5000"), ("query", "id=9"), ("orderBy", "-modifiedDate")), []),
    ("page-0", (("page", "0"),), [("page", "minimum")]),
    ("page-negative", (("page", "-1"),), [("page", "minimum")]),
    ("page-word", (("page", "first"),), [("page", "type")]),
    ("page-float", (("page", "1.0"),), [("page", "type")]),
    ("page-plus", (("page", "+1"),), [("page", "type")]),
    ("page-blank", (("page", " 1"),), [("page", "type")]),
    ("page-empty", (("page", ""),), [("page", "type")]),
    ("page-arabic-digits", (("page", "\u0661"),), [("page", "type")]),
    ("page-newline", (("page", "1\n"),), [("page", "type")]),
    ("page-largest", (("page", "2147483647"),), []),
    ("page-too-large", (("page", "2147483648"),), [("page", "format")]),
    ("page-endless", (("page", "9" * 5000),), [("page", "type")]),
    ("size-0", (("pageSize", "0"),), [("pageSize", "minimum")]),
    ("size-5001", (("pageSize", "5001"),), [("pageSize", "maximum")]),
    ("lower-case", (("orderby", "id"),), [("orderby", "unknown")]),
    ("snake-case", (("page_size", "10"),), [("page_size", "unknown")]),
    ("repeated", (("page", "1"), ("page", "1")), [("page", "repeated")]),
    ("repeated-unknown", (("x", "1"), ("x", "2")), [("x", "unknown")]),
    ("two-faults", (("page", "0"), ("limit", "1")), [("page", "minimum"), ("limit", "unknown")]),
]


@pytest.mark.parametrize(("query", "expected"), [row[1:] for row in QUERIES], ids=[row[0] for row in QUERIES])
def test_the_query_of_a_list_is_judged_by_the_contract(query: Pairs, expected: list[tuple[str, str]]) -> None:
    contract = load_contract("accounting")
    problems = contract.check_request("customers.list", arguments={"companyId": C}, query=query)
    assert [(problem.pointer, problem.rule) for problem in problems] == expected
    assert {problem.where for problem in problems} <= {"query"}


@pytest.mark.parametrize("text", ["true", "false"])
def test_a_boolean_is_true_or_false_in_lower_case(text: str) -> None:
    contract = load_contract("accounting")
    arguments = {**PUSH_PATH, "customerId": "9"}
    assert contract.check_request("customers.update", arguments=arguments, query=(("forceUpdate", text),)) == ()
    problems = contract.check_request(
        "customers.update", arguments=arguments, query=(("forceUpdate", text.capitalize()),)
    )
    assert [(problem.pointer, problem.rule) for problem in problems] == [("forceUpdate", "type")]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        (C, []),
        (C.upper(), []),
        ("2e9d2c44-f675-40ba-8049-353bfcb5e171", []),
        ("{companyId}", ["format"]),
        (C.replace("-", ""), ["format"]),
        ("{" + C + "}", ["format"]),
        ("urn:uuid:" + C, ["format"]),
        (C + "\n", ["format"]),
    ],
)
def test_a_path_argument_of_format_uuid_must_be_one_of_any_version(value: str, rules: list[str]) -> None:
    problems = load_contract("accounting").check_request("customers.list", arguments={"companyId": value})
    assert [problem.rule for problem in problems] == rules
    assert {(problem.where, problem.pointer) for problem in problems} <= {("path", "companyId")}


@pytest.mark.parametrize("value", ["9", "150000-933272658", "a/b", "..", "{customerId}", "7110701885", " ", "\u00e9"])
def test_a_customer_id_is_any_text(value: str) -> None:
    arguments = {"companyId": C, "customerId": value}
    assert load_contract("accounting").check_request("customers.get", arguments=arguments) == ()


def test_a_data_type_in_the_path_must_be_one_of_the_enumeration() -> None:
    contract = load_contract("accounting")
    assert contract.check_request("refresh.dataType", arguments={"companyId": C, "dataType": "customers"}) == ()
    problems = contract.check_request("refresh.dataType", arguments={"companyId": C, "dataType": "Customers"})
    assert [(problem.where, problem.rule) for problem in problems] == [("path", "enum")]


def test_a_query_parameter_of_format_uuid_is_judged_like_one_in_the_path() -> None:
    arguments = {"companyId": C, "dataType": "customers"}
    problems = load_contract("accounting").check_request(
        "refresh.dataType", arguments=arguments, query=(("connectionId", "9"),)
    )
    assert [(problem.where, problem.pointer, problem.rule) for problem in problems] == [
        ("query", "connectionId", "format")
    ]


def test_only_the_expenses_contract_knows_the_sync_after_a_push() -> None:
    query: Pairs = (("allowSyncOnPushComplete", "true"),)
    rules = {
        name: [
            problem.rule
            for problem in load_contract(name).check_request("customers.create", arguments=PUSH_PATH, query=query)
        ]
        for name in ("accounting", "sync-for-expenses")
    }
    assert rules == {"accounting": ["unknown"], "sync-for-expenses": []}


BODIES: list[tuple[str, Pairs, bytes, list[tuple[str, str, str]]]] = [
    ("none", (), b"", []),
    ("valid", JSON, b'{"status":"Active"}', []),
    ("charset", (("content-type", "Application/JSON; charset=utf-8"),), b'{"status":"Active"}', []),
    ("no-content-type", (), b'{"status":"Active"}', [("content-type", "", "media-type")]),
    ("form", (("Content-Type", "text/plain"),), b"x", [("content-type", "", "media-type")]),
    ("null", JSON, b"null", [("body", "", "type")]),
    ("list", JSON, b"[]", [("body", "", "type")]),
    ("status-missing", JSON, b'{"id":"142"}', [("body", "/status", "required")]),
    ("status-wrong", JSON, b'{"status":"active"}', [("body", "/status", "enum")]),
    ("id-number", JSON, b'{"status":"Active","id":7110701885}', [("body", "/id", "type")]),
    ("deep", JSON, b'{"status":"Active","addresses":[{"line1":"x"}]}', [("body", "/addresses/0/type", "required")]),
    ("no-json", JSON, b"{", [("body", "", "json")]),
    ("nan", JSON, b'{"status":"Active","x":NaN}', [("body", "", "json")]),
    ("bom", JSON, b'\xef\xbb\xbf{"status":"Active"}', [("body", "", "json")]),
    ("latin-1", JSON, b'{"status":"Active","id":"\xe9"}', [("body", "", "json")]),
    ("lone-surrogate", JSON, b'{"status":"Active","id":"\\ud800"}', [("body", "", "json")]),
    ("too-deep", JSON, b"[" * 100_000, [("body", "", "json")]),
]


@pytest.mark.parametrize(("headers", "body", "expected"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_the_body_of_a_push_is_judged_by_the_contract(
    headers: Pairs, body: bytes, expected: list[tuple[str, str, str]]
) -> None:
    problems = load_contract("accounting").check_request(
        "customers.create", arguments=PUSH_PATH, headers=headers, body=body
    )
    assert [(problem.where, problem.pointer, problem.rule) for problem in problems] == expected


def test_a_body_where_none_is_documented_is_unexpected() -> None:
    problems = load_contract("accounting").check_request(
        "customers.list", arguments={"companyId": C}, headers=JSON, body=b"{}"
    )
    assert [(problem.where, problem.rule) for problem in problems] == [("body", "unexpected")]


def test_the_body_that_unlinks_takes_no_other_key_and_each_such_key_is_named() -> None:
    contract = load_contract("sync-for-expenses")
    for body in (b'{"status":"Unlinked"}', b'{"status":null}', b"{}"):
        assert contract.check_request("connections.unlink", arguments=PUSH_PATH, headers=JSON, body=body) == ()
    problems = contract.check_request(
        "connections.unlink", arguments=PUSH_PATH, headers=JSON, body=b'{"status":"Linked","a":1,"b/c":2}'
    )
    assert [(problem.pointer, problem.rule) for problem in problems] == [
        ("/a", "additionalProperties"),
        ("/b~1c", "additionalProperties"),
    ]


ERROR = b'{"statusCode":404,"error":"nothing is there","validation":null}'
RESPONSES: list[tuple[str, str, int, Pairs, bytes, list[tuple[str, str, str]]]] = [
    ("page", "customers.list", 200, JSON, PAGE % b'{"status":"Active"}', []),
    ("empty-page", "customers.list", 200, JSON, PAGE % b"", []),
    ("bad-record", "customers.list", 200, JSON, PAGE % b'{"status":"gone"}', [("body", "/results/0/status", "enum")]),
    ("documented-error", "customers.list", 409, JSON, ERROR, []),
    ("other-refusal", "customers.list", 405, JSON, ERROR, []),
    ("other-refusal-wrong", "customers.list", 405, JSON, b'{"statusCode":"405"}', [("body", "/statusCode", "type")]),
    ("text-error", "customers.list", 503, (("Content-Type", "text/html"),), b"x", [("content-type", "", "media-type")]),
    ("no-type", "customers.list", 503, (), ERROR, [("content-type", "", "media-type")]),
    ("empty-error", "customers.list", 500, JSON, b"", [("body", "", "json")]),
    ("accepted", "customers.create", 202, JSON, b"{}", [("status", "", "undocumented")]),
    ("redirect", "customers.list", 302, (("Location", "/"),), b"", [("status", "", "undocumented")]),
    ("not-modified", "customers.list", 304, (), b"", [("status", "", "undocumented")]),
    ("no-content", "companies.delete", 204, (), b"", []),
    ("content-anyway", "companies.delete", 204, JSON, b"{}", [("body", "", "unexpected")]),
    ("deleted-200", "connections.delete", 200, (), b"", []),
    ("deleted-200-body", "connections.delete", 200, JSON, b"{}", [("body", "", "unexpected")]),
    ("download", "customers.downloadAttachment", 200, (("content-type", "application/octet-stream"),), b"\xff\x00", []),
    ("download-empty", "customers.downloadAttachment", 200, (("content-type", "application/octet-stream"),), b"", []),
    ("download-json", "customers.downloadAttachment", 200, JSON, b"{}", [("content-type", "", "media-type")]),
    ("download-missing", "customers.downloadAttachment", 404, JSON, ERROR, []),
]


@pytest.mark.parametrize(
    ("operation", "status", "headers", "body", "expected"),
    [row[1:] for row in RESPONSES],
    ids=[row[0] for row in RESPONSES],
)
def test_a_response_is_judged_by_its_status_type_and_body(
    operation: str, status: int, headers: Pairs, body: bytes, expected: list[tuple[str, str, str]]
) -> None:
    problems = load_contract("accounting").check_response(operation, status, headers, body)
    assert [(problem.where, problem.pointer, problem.rule) for problem in problems] == expected


def test_a_broken_page_of_thousands_names_a_bounded_number_of_problems_in_bounded_words() -> None:
    body = PAGE % b",".join([b'{"status":"' + b"x" * 10_000 + b'"}'] * (MOST_PROBLEMS + 5))
    problems = load_contract("accounting").check_response("customers.list", 200, JSON, body)
    assert len(problems) == MOST_PROBLEMS
    assert max(len(problem.message) for problem in problems) < 300
