"""Keys without effect, and scripted answers that the API could not give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.catalogue import load_catalogue
from concordat.catalogue.sources import Anchors
from concordat.lint.catalogue import lint_cases

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.catalogue.model import Case

CASE = """\
- id: area.case
  title: A title
  why: A caller would lose data
  source: contract:accounting#list-customers
{keys}
  steps: {steps}
"""
LIST = "{call: customers.list, with: {companyId: $company}}"
GET = "{call: customers.get, with: {companyId: $company, customerId: x}}"
REFUSED = "{on: customers.list, respond: {status: 404, json: {statusCode: 404}}}"
BROKEN = "{on: customers.list, respond: {status: 200, json: {results: []}}}"
PAGE = "{pageNumber: 1, pageSize: 1, totalResults: 0, _links: {self: {href: /}, current: {href: /}}, results: []}"


def names(case: Case) -> set[str]:
    """Return what worlds bind here: every file has a name in the world that has it."""
    return {"company", "connection", *(("attachment",) if case.world and "attachments" in case.world else ())}


def findings(root: Path, keys: str, steps: str = f"[{LIST}]") -> list[str]:
    path = root / "cases" / "area" / "x.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CASE.format(keys=keys, steps=steps), "utf-8")
    found = lint_cases(
        load_catalogue([root / "cases"]), anchors=Anchors(principles=set(), undefined=set()), bound=names
    )
    return [f"{item.where and item.where.line}: {item.message}" for item in found]


def call(expect: str, **more: str) -> str:
    extra = "".join(f", {key.replace('_', '-')}: {value}" for key, value in more.items())
    return f"[{{call: customers.list, with: {{companyId: $company}}, expect: {{{expect}}}{extra}}}, {LIST}]"


@pytest.mark.parametrize(
    ("keys", "steps", "expected"),
    [
        ("  world: {}\n  faults: [{on: customers.get, reset: true}]", f"[{LIST}]",
         "6: no step calls `customers.get` through the client: the fault never fires"),
        ("  world: {}\n  faults: [{on: customers.list, at: 2, reset: true}]", f"[{LIST}]",
         "6: the fault fires at request 2, and the number of matching requests is 1"),
        (f"  world: {{}}\n  faults: [{REFUSED.replace('404,', '404, accepted: true,')}]", f"[{LIST}]",
         "6: `accepted` applies only to writes, not to customers.list"),
        ("  world: {}\n  faults: [{respond: {status: 404, accepted: false, json: {statusCode: 404}}}]",
         f"[{LIST}, {GET}]", "6: `accepted` applies only to writes, not to customers.get, customers.list"),
        ("  world: {}\n  faults: [{at: 3, reset: true}]", f"[{LIST}, {GET}]",
         "6: the fault fires at request 3, and the number of matching requests is 2"),
        ("  world: {}\n  faults: [{on: customers.list, edit: {}}]", f"[{LIST}]", "6: the edit changes nothing"),
        ("  world: {}\n  state: {}", f"[{LIST}]", "6: `state` is empty"),
        ("  world: {}", f"[{LIST}, {{advance: 5m}}]", "6: no check depends on this step"),
        ("  world: {}", f"[{LIST}, {{change: {{synced: []}}}}]", "6: no check depends on this step"),
        ("  world: {}", call("outcome: {}"), "6: `outcome` is empty"),
        ("  world: {}", call("outcome: {reported: ok}", via="harness"), "6: calls of the harness are not judged"),
        ("  world: {}", call("attempts: 1", via="harness"), "6: calls of the harness are not judged"),
        ("  world: {}", call("", via="harness", cancel_after="1"), "6: the harness cannot cancel a call"),
        ("  world: {}", call("attempts: 2, waits: {}"), "6: `waits` is empty"),
        ("  world: {}", call("waits: {at-least: 5}"), "6: the call need not wait"),
        ("  world: {}", call("attempts: 1, waits: {at-least: 5}"), "6: the call need not wait"),
        ("  world: {}", call("attempts: {at-most: 9}, waits: {at-most: 5}"), "6: the call need not wait"),
        ("  world: {}", call("attempts: 2, waits: {at-least: -5}"), "6: a limit is a number of ms, at least 0"),
        ("  world: {}", call("attempts: 2, waits: {at-most: []}"), "6: a limit is a number of ms, at least 0"),
        ("  world: {}", call("attempts: 2, waits: {at-least: 500, at-most: 100}"),
         "6: `at-least` exceeds `at-most`"),
        ("  world: {}", call("attempts: 3, waits: {at-least: [1, 50], at-most: 40}"),
         "6: `at-least` exceeds `at-most`"),
        ("  world: {}", call("attempts: 2, waits: {at-most: [5, 6]}"),
         "6: 2 requests have 1 waits between them, and `at-most` has 2"),
        (f"  world: {{customers: 3}}\n  faults: [{REFUSED}]", f"[{LIST}]",
         "5: every answer is scripted, so that the case does not depend on its world"),
        ("  world: {}\n  allow: [contract]", f"[{LIST}]", "6: no request of the case is invalid"),
        (f"  world: {{}}\n  allow: [answers]\n  faults: [{REFUSED}]", f"[{LIST}]",
         "6: no scripted answer of the case is invalid"),
        (f"  world: {{}}\n  faults: [{BROKEN}]", f"[{LIST}]",
         "6: invalid answer of customers.list by accounting: `pageNumber` is required"),
        ("  world: {}\n  faults: [{on: customers.list, respond: {status: 201, json: {}}}]", f"[{LIST}]",
         "6: invalid answer of customers.list by accounting: 201 is not documented"),
        ("  world: {}\n  faults: [{respond: {status: 200, content-type: text/html, json: {}}}]", f"[{LIST}]",
         "6: invalid answer of customers.list by accounting: the Content-Type is text/html"),
        ("  world: {}\n  faults: [{respond: {status: 404, text: gone}}]", f"[{LIST}]",
         "6: invalid answer of customers.list by accounting: the Content-Type is text/plain"),
    ],
)  # fmt: skip
def test_what_has_no_effect_is_named_by_its_line(tmp_path: Path, keys: str, steps: str, expected: str) -> None:
    found = findings(tmp_path, keys, steps)
    assert any(item.startswith(expected) for item in found), found


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("  world: {}\n  faults: [{on: customers.list, at: 2, reset: true}]", f"[{LIST}, {LIST}]"),
        ("  world: {}\n  client: {retries: default}\n  faults: [{on: customers.list, at: 2, reset: true}]",
         f"[{LIST}]"),
        ("  world: {}\n  faults: [{on: customers.list, at: 2, reset: true}]", call("attempts: 2")),
        ("  world: {}\n  faults: [{on: customers.list, redirect: {location: /x}}, {on: customers.get, reset: true}]",
         f"[{LIST}]"),
        ("  world: {}", call("attempts: 3, waits: {at-least: [0, 5], at-most: 900}")),
        ("  world: {}", call("attempts: {at-least: 2}, waits: {at-least: 5}")),
        ("  world: {}\n  state: {pushes: []}", f"[{LIST}, {{advance: 5m}}]"),
        ("  world: {}", f"[{{advance: 5m}}, {LIST}]"),
        (f"  world: {{customers: 3}}\n  faults: [{REFUSED}]\n  state: {{customers: {{length: 3}}}}", f"[{LIST}]"),
        (f"  world: {{customers: 3}}\n  faults: [{REFUSED}]", f"[{LIST}, {GET}]"),
        (f"  world: {{customers: 3}}\n  faults: [{REFUSED}]", f"[{LIST}, {LIST}]"),
        (f"  world: {{customers: 3}}\n  faults: [{REFUSED}]\n  client: {{retries: default}}", f"[{LIST}]"),
        ("  world: {customers: 3}\n  faults: [{on: customers.list, when: after, reset: true}]", f"[{LIST}]"),
        ("  world: {attachments: 1}\n  faults: [{respond: {status: 404, json: {error: $attachment}}}]", f"[{LIST}]"),
        ("  world: {}\n  allow: [contract]", "[{call: customers.list, with: {companyId: $company, page: 0}}]"),
        ("  world: {}\n  allow: [contract]", "[{call: customers.get, with: {companyId: $company, customerId: ..}}]"),
        ("  world: {}\n  allow: [contract]\n  faults: [{redirect: {location: /x}}]", f"[{LIST}]"),
        (f"  world: {{}}\n  allow: [answers]\n  faults: [{BROKEN}]", f"[{LIST}]"),
        (f"  world: {{}}\n  faults: [{{on: customers.list, respond: {{json: {PAGE}}}}}]", f"[{LIST}]"),
        ("  world: {}\n  faults: [{respond: {headers: {content-encoding: gzip}, base64: aGk=}}]", f"[{LIST}]"),
        ("  world: {}\n  faults: [{respond: {status: 404, headers: {content-type: application/json}, text: '{}'}}]",
         f"[{LIST}]"),
        ("  world: {}\n  faults: [{respond: {status: 418, json: {error: Teapot}}}]", f"[{LIST}]"),
    ],
)  # fmt: skip
def test_what_has_an_effect_is_let_be(tmp_path: Path, keys: str, steps: str) -> None:
    assert findings(tmp_path, keys, steps) == []


def test_a_key_of_a_table_is_without_effect_only_in_all_of_its_rows(tmp_path: Path) -> None:
    steps = "[{call: customers.list, with: {companyId: $company, page: $page}}]"
    rows = "  rows: [{id: one, page: 1}, {id: none, page: 0}]\n  world: {}\n  allow: [contract]"
    assert findings(tmp_path, rows, steps) == []
    assert len(findings(tmp_path, rows.replace("page: 0", "page: 2"), steps)) == 1


def test_a_value_that_only_the_run_knows_is_not_judged(tmp_path: Path) -> None:
    page = PAGE.replace("pageNumber: 1", "pageNumber: $company")
    assert findings(tmp_path, f"  world: {{}}\n  faults: [{{respond: {{json: {page}}}}}]") == []
    wrong = PAGE.replace("pageNumber: 1", "pageNumber: one")
    assert len(findings(tmp_path, f"  world: {{}}\n  faults: [{{respond: {{json: {wrong}}}}}]")) == 1


CREATE = "{call: customers.create, with: {companyId: $company, connectionId: $connection, body: {status: Active}}}"
UNKNOWN = "the script lacks `accepted`, so that `write-safety` cannot pass"


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("{on: customers.create, respond: {status: 503, json: {statusCode: 503}}}", True),
        ("{respond: {status: 503, json: {statusCode: 503}}}", True),
        ("{on: customers.create, respond: {status: 503, accepted: false, json: {statusCode: 503}}}", False),
        ("{on: customers.create, when: after, respond: {status: 503, json: {statusCode: 503}}}", False),
        ("{on: customers.create, reset: true}", False),
    ],
)
def test_write_safety_beside_a_script_that_does_not_say_accepted_is_a_finding(
    fault: str, *, found: bool, tmp_path: Path
) -> None:
    keys = f"  world: {{}}\n  faults: [{fault}]\n  write-safety: {{of: customers.create}}"
    assert (f"6: {UNKNOWN}" in findings(tmp_path, keys, f"[{CREATE}]")) is found
