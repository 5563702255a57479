"""Runs against a disposable target: the same cases with faults have the same checks there as in the sandbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

from concordat.checks import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess

    from tests.cli.conftest import Project

    from concordat.runner.result import Result

KEY = "k3y-of-the-target"
WAIT = scaled(60)
CASES = """
- id: faulty.read
  title: A read whose answer a fault shapes
  why: Every action of a fault works before a live target as in the sandbox.
  source: rfc:9110#9
  needs: {customers: 3}
  rows:
    - {id: respond, fault: {respond: {status: 503, json: {statusCode: 503, error: Down}}}}
    - {id: respond-after, fault: {when: after, respond: {status: 404, json: {statusCode: 404, error: Gone}}}}
    - {id: respond-on, fault: {on: customers.list, respond: {status: 429, headers: {Retry-After: "0"}}}}
    - {id: edit, fault: {edit: {set: {/results/0/status: Odd}, remove: [/results/0/customerName]}}}
    - {id: edit-that-does-not-fit, fault: {must-fire: false, edit: {set: {/results/900/status: Odd}}}}
    - {id: evolve, fault: {evolve: {rule: "null", at: /results/0/status}}}
    - {id: byte-order-mark, fault: {evolve: {rule: byte-order-mark}}}
    - {id: gzip, fault: {must-fire: false, evolve: {rule: gzip}}}
    - {id: redirect, fault: {redirect: {status: 307, location: "{base}/companies/${company}/data/customers?page=1"}}}
    - {id: elsewhere, fault: {redirect: {location: "{elsewhere}/companies/${company}/data/customers?page=1"}}}
    - {id: reset, fault: {reset: true}}
    - {id: reset-after, fault: {when: after, reset: true}}
    - {id: close, fault: {close: true}}
    - {id: stall, fault: {stall: 0.02}}
    - {id: drip, fault: {drip: {size: 400, every: 0.001}}}
    - {id: cut, fault: {cut: 20}}
    - {id: other-operation, fault: {on: companies.list, reset: true}}
    - {id: second-request, fault: {at: 2, reset: true}}
  faults: [$fault]
  steps:
    - call: customers.list
      with: {companyId: $company, page: 1, pageSize: 10}
      expect: {requests: any, outcome: {reported: ok, payload: {pageNumber: 1}}}
- id: faulty.write
  title: A write that a fault meets before or after the target has it
  why: The accepted writes are counted from the target's answers as the sandbox counts them itself.
  source: rfc:9110#9.2.2
  needs: {connections: 1}
  rows:
    - {id: unharmed, faults: []}
    - {id: respond, faults: [{on: customers.create, respond: {status: 503, json: {}}}]}
    - {id: respond-rejected, faults: [{on: customers.create, respond: {status: 503, json: {}, accepted: false}}]}
    - {id: respond-accepted, faults: [{on: customers.create, respond: {status: 503, json: {}, accepted: true}}]}
    - {id: ok-rejected, faults: [{on: customers.create, respond: {json: {status: Pending}, accepted: false}}]}
    - {id: respond-after, faults: [{on: customers.create, when: after, respond: {status: 503, json: {}}}]}
    - {id: reset, faults: [{on: customers.create, reset: true}]}
    - {id: reset-after, faults: [{on: customers.create, when: after, reset: true}]}
    - {id: close-after, faults: [{on: customers.create, when: after, close: true}]}
    - {id: cut, faults: [{on: customers.create, cut: 20}]}
    - id: two
      faults:
        - {on: customers.create, when: after, respond: {status: 400, json: {}}}
        - {on: customers.create, stall: 0.02}
    - {id: redirect, faults: [{on: customers.create, redirect: {status: 307, location: "{base}/companies"}}]}
  faults: $faults
  steps:
    - via: harness
      call: customers.create
      with: &customer
        {companyId: $company, connectionId: $connection, body: {customerName: Ada, status: Active}}
    - call: customers.create
      with: *customer
      expect: {requests: any, outcome: {reported: [ok, failed, unknown]}}
  write-safety: {of: customers.create}
- id: faulty.below-a-base-path
  title: A fault strikes its operation below a base path
  why: An operation is known by its path after the base path.
  source: rfc:9110#9
  needs: {customers: 1}
  client: {base-path: /v1}
  faults: [{on: customers.list, edit: {set: {/totalResults: 77}}}]
  steps:
    - call: customers.list
      with: {companyId: $company, page: 1}
      expect: {outcome: {reported: ok, payload: {totalResults: 77}}}
"""
RED_READS = (
    "respond", "respond-after", "respond-on", "redirect", "elsewhere", "reset", "reset-after", "close", "cut",
    "other-operation", "second-request",
)  # fmt: skip
"""Rows that the reference client fails, which neither retries nor follows: it gets no page, or no fault strikes it."""
WRITES = (
    ("unharmed", "1 accepted write", "ok"),
    ("respond", "0 to 1 accepted writes", "failed"),
    ("respond-rejected", "0 accepted writes", "failed"),
    ("respond-accepted", "1 accepted write", "failed"),
    ("ok-rejected", "0 accepted writes", "ok"),
    ("respond-after", "1 accepted write", "failed"),
    ("reset", "0 accepted writes", "unknown"),
    ("reset-after", "1 accepted write", "unknown"),
    ("close-after", "1 accepted write", "unknown"),
    ("cut", "1 accepted write", "unknown"),
    ("two", "1 accepted write", "failed"),
    ("redirect", "0 accepted writes", "unknown"),
)
"""Rows of the write, with the writes of the client that were accepted, and what it reported."""
RUN = ("run", "faulty", "--client", "reference", "--report", "report")


@pytest.fixture
def served(project: Project) -> Iterator[str]:
    """The URL of an endpoint in a process of its own, which takes only `KEY`."""
    project.write("cases/faulty/cases.yaml", CASES)
    world = project.root / "world.yaml"
    world.write_text(json.dumps({"customers": 12, "auth": {"key": KEY}}))
    running = project.start("serve", "--world", str(world))
    try:
        yield project.served(running)["url"]
    finally:
        running.terminate()
        running.communicate(timeout=WAIT)


def live(project: Project, served: str, *more: str) -> CompletedProcess[str]:
    return project.run(*RUN, "--target", served, *more, env={"CONCORDAT_API_KEY": KEY})


def results(project: Project) -> dict[str, Result]:
    return {result.key: result for result in project.read_report().results}


def judged(result: Result) -> tuple[object, ...]:
    """What a run says of a case: its verdict, its checks, the faults of its exchanges and its accepted writes."""
    checks = {
        # the message about an unknown number of writes names the target
        check.id: (check.verdict, None if check.verdict is Verdict.NOT_APPLICABLE else check.message)
        for check in result.checks
    }
    exchanges = [(e.operation, e.ending, e.faults, e.response is None) for e in result.exchanges]
    return result.verdict, checks, exchanges, result.write_safety


def keys(found: dict[str, Result], verdict: Verdict) -> set[str]:
    return {key for key, result in found.items() if result.verdict is verdict}


def test_cases_with_faults_are_judged_at_a_disposable_target_as_in_the_sandbox(project: Project, served: str) -> None:
    sandboxed = project.run(*RUN)
    in_sandbox = results(project)
    at_target = live(project, served, "--disposable")
    found = results(project)
    assert (at_target.returncode, sandboxed.returncode) == (1, 1), (at_target, sandboxed)
    assert {key: judged(result) for key, result in found.items()} == {
        key: judged(result) for key, result in in_sandbox.items()
    }
    assert {result.command.partition(" --target ")[2] for result in found.values()} == {f"{served} --disposable"}
    assert keys(found, Verdict.FAIL) == {f"faulty.read[{row}]" for row in RED_READS} | {"faulty.write[ok-rejected]"}
    assert keys(found, Verdict.PASS) == found.keys() - keys(found, Verdict.FAIL)
    assert {key: result.write_safety for key, result in found.items() if key.startswith("faulty.write")} == {
        f"faulty.write[{row}]": f"{accepted}, reported {reported}" for row, accepted, reported in WRITES
    }


def test_a_target_that_is_not_disposable_gets_no_request_of_these_cases(project: Project, served: str) -> None:
    done = live(project, served, "--allow-writes")
    assert done.returncode == 3, done
    found = results(project)
    assert {result.verdict for result in found.values()} == {Verdict.NOT_APPLICABLE}
    assert {result.reason for result in found.values()} == {
        f"the case {what}; pass --disposable if the target is for tests"
        for what in ("plans faults", "counts accepted writes")
    }
    assert not any(result.exchanges for result in found.values())


@pytest.mark.parametrize("target", [(), ("--target", "sandbox")])
def test_the_sandbox_is_not_marked_as_disposable(project: Project, target: tuple[str, ...]) -> None:
    done = project.run("run", "mine.list", "--client", "reference", "--disposable", *target)
    assert done.returncode == 2
    assert done.stderr.startswith("error: --disposable is for a live target\n  hint: name its URL with --target")
    assert done.stdout == ""
