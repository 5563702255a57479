"""The model on a live endpoint: who disagrees, what only reads may do, and which writes a run makes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.contract_tests import liars
from tests.mutants.sandboxes import SANDBOXES
from tests.stateful.live_run import KEY, WORLD, endpoint, run_live
from tests.timeouts import scaled

from concordat.http1.answer import Answer
from concordat.stateful.judgement import Disagreement, Participant

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract_tests.targets import Answering

    from concordat.http1.exchange import Request
    from concordat.sandbox import Sandbox

API = "sync-for-expenses"
LISTS = {"customers.list", "companies.list", "connections.list", "pullOperations.list", "pushOperations.list"}


@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
@pytest.mark.parametrize("customers", [0, 1, 12, 101])
def test_reads_of_an_honest_endpoint_agree(api: str, customers: int, tmp_path: Path) -> None:
    with endpoint(liars.honest, api=api, world={**WORLD, "customers": customers}) as (url, acting):
        model = run_live(url, tmp_path, api=api)
    assert acting.methods <= {"GET", "HEAD"}
    assert set(model.judged) >= LISTS | {"dataStatus.get", "companies.get"}
    assert not model.unjudged


@pytest.mark.parametrize("api", ["accounting", "sync-for-expenses"])
def test_writes_to_an_honest_endpoint_agree_and_touch_only_own_records(api: str, tmp_path: Path) -> None:
    with endpoint(liars.honest, api=api) as (url, acting):
        model = run_live(url, tmp_path, api=api, writes=True, examples=6)
    written = {"customers.create", "customers.update", "pushOperations.get", "customers.get", "companies.create"}
    assert {name for name in written if model.judged[name]} == written
    assert model.judged["refresh.dataType"]
    assert all("refresh" in reason or "400" in reason for reason in model.unjudged)
    names = [one["customerName"] for one in acting.state["customers"]]
    assert sum(name.startswith("Concordat ") for name in names) == len(names) - 12
    assert len(set(names)) == len(names)
    assert [one["name"] for one in acting.state["companies"]] == ["Model Trading"]


@pytest.mark.parametrize(
    ("lie", "check"),
    [
        (liars.total_seven_too_many, "page.length"),
        (liars.total_other_on_later_pages, "list.total"),
        (liars.second_page_is_the_first_again, "list.records"),
        (liars.page_number_always_one, "page.number"),
        (liars.page_of_another_size, "page.size"),
        (liars.read_with_another_name, "record.same"),
        (liars.listed_but_not_found, "record.found"),
        (liars.filter_ignored, "filter.sound"),
        (liars.order_ignored, "order.sorted"),
    ],
)
def test_an_endpoint_that_lies_disagrees(lie: Answering, check: str, tmp_path: Path) -> None:
    with endpoint(lie, api=API) as (url, _), pytest.raises(Disagreement) as caught:
        run_live(url, tmp_path, api=API, examples=40)
    assert caught.value.participant is Participant.TARGET
    assert f"{check}: " in str(caught.value)
    assert "the target disagrees in " in str(caught.value)
    assert "the model and the client agree" in str(caught.value)


async def another_name_written(sandbox: Sandbox, request: Request) -> Answer:
    body = request.body.replace(b'"customerName":"', b'"customerName":"Not ').replace(
        b'"customerName": "', b'"customerName": "Not '
    )
    return await sandbox.answer(msgspec.structs.replace(request, body=body))


async def customer_created_twice(sandbox: Sandbox, request: Request) -> Answer:
    if request.method == "POST" and request.raw_path.endswith("/push/customers"):
        await sandbox.process(request)
    return await sandbox.answer(request)


async def company_deleted_in_words_only(sandbox: Sandbox, request: Request) -> Answer:
    return Answer(204) if request.method == "DELETE" else await sandbox.answer(request)


@pytest.mark.parametrize(
    ("lie", "check"),
    [
        (customer_created_twice, "write.once"),
        (SANDBOXES["sandbox:write-lost"], "record.found"),
        (another_name_written, "read.back"),
        (company_deleted_in_words_only, "record.found"),
    ],
)
def test_an_endpoint_that_writes_otherwise_disagrees(lie: Answering, check: str, tmp_path: Path) -> None:
    with endpoint(lie, api=API) as (url, _), pytest.raises(Disagreement) as caught:
        run_live(url, tmp_path, api=API, writes=True, examples=20)
    assert (caught.value.participant, caught.value.check) == (Participant.TARGET, check)


def test_a_push_that_never_ends_is_not_judged_and_ends_the_writes(tmp_path: Path) -> None:
    with endpoint(SANDBOXES["sandbox:pending-forever"], api=API) as (url, _):
        model = run_live(url, tmp_path, api=API, writes=True, examples=30, longest_wait=0.4)
    assert model.unjudged["a push did not end within 0.4 s"]
    assert model.unjudged["the run has waited too long for further writes"]
    assert model.judged["customers.create"] < 20


@pytest.mark.parametrize(
    ("mutant", "writes", "check"),
    [
        ("page-off-by-one", False, "request.query"),
        ("reads-from-memory", False, "request.count"),
        ("errors-swallowed", False, "outcome.reported"),
        ("writes-sent-twice", True, "write-safety"),
        ("update-as-post", True, "request.method"),
    ],
)
def test_a_broken_client_disagrees(mutant: str, writes: bool, check: str, tmp_path: Path) -> None:  # noqa: FBT001 - a row
    with endpoint(liars.honest, api=API) as (url, _), pytest.raises(Disagreement) as caught:
        run_live(url, tmp_path, api=API, client=mutant, writes=writes, examples=40)
    assert (caught.value.participant, caught.value.check) == (Participant.CLIENT, check)
    assert "the model and the target agree" in str(caught.value)


def test_a_record_that_changes_after_the_first_reading_is_no_disagreement(tmp_path: Path) -> None:
    changed: list[bool] = []

    async def busy(sandbox: Sandbox, request: Request) -> Answer:
        if changed and changed.pop():
            sandbox._state.run("DELETE FROM customers WHERE seq IN (SELECT seq FROM customers LIMIT 2)")
            sandbox._state.run("UPDATE customers SET cached = json_set(cached, '$.customerName', 'Renamed')")
        return await sandbox.answer(request)

    with endpoint(busy, api=API) as (url, _):
        model = run_live(url, tmp_path, api=API, examples=10, between=lambda: changed.append(True))
    assert model.judged["customers.list"]
    assert not changed


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>maintenance</html>", "text/html"),
        (b"", "application/json"),
        (b"\xff\xfe{}", "application/json"),
        (b"[]", "application/json"),
        (b'{"results": {}, "totalResults": 1}', "application/json"),
        (b'{"results": [1, null], "totalResults": 2}', "application/json"),
        (b'{"results":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json"),
        (b'{"results": [], "totalResults": 1e999999999, "_links": 7}', "application/json"),
        (b'{"results": [], "totalResults": ' + b"9" * 5000 + b"}", "application/json"),
        (b'{"results": [{"id": "\\ud800"}], "totalResults": 1}', "application/json"),
        (b'{"results": [{"id": {"a": 1}, "customerName": 5}], "totalResults": 1}', "application/json"),
    ],
)
def test_no_form_of_an_answer_is_an_internal_error(body: bytes, content_type: str, tmp_path: Path) -> None:
    counted = {"reads": 0}

    async def broken_later(sandbox: Sandbox, request: Request) -> Answer:
        """Honest for the discovery and the first reading."""
        if "/data/customers" not in request.target:
            return await sandbox.answer(request)
        counted["reads"] += 1
        if counted["reads"] <= 3:
            return await sandbox.answer(request)
        return Answer(200, (("Content-Type", content_type),), body)

    with endpoint(broken_later, api=API) as (url, _):
        try:
            model = run_live(url, tmp_path, api=API, examples=10)
        except Disagreement as found:
            assert "customers" in found.call  # noqa: PT017 - either end is right, and any other exception is not
        else:
            assert model.unjudged or model.judged


def pytest_of(folder: Path, *args: str, key: str | None = KEY) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT")}
    env |= {"CONCORDAT_CACHE": str(folder)} | ({} if key is None else {"CONCORDAT_API_KEY": key})
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--pyargs", "concordat.suite.stateful", *args],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=scaled(300),
        check=False,
    )


def live_args(url: str, *args: str) -> tuple[str, ...]:
    shared = ("--target", url, "--client", "reference", "--api", API, "--examples", "6", "--rate-limit", "1000/s")
    return (*shared, *args)


def test_the_suite_runs_on_a_url_and_its_output_has_no_key(tmp_path: Path) -> None:
    with endpoint(liars.honest, api=API) as (url, acting):
        done = pytest_of(tmp_path, *live_args(url, "-v"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[reference@1.0.0-sync-for-expenses] PASSED" in done.stdout
    assert acting.methods <= {"GET", "HEAD"}
    assert KEY not in done.stdout + done.stderr


def test_the_suite_names_a_lying_endpoint_and_the_requests(tmp_path: Path) -> None:
    with endpoint(liars.second_page_is_the_first_again, api=API) as (url, _):
        done = pytest_of(tmp_path, *live_args(url, "--examples", "20"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "the target disagrees in " in done.stdout
    assert "# GET /" in done.stdout
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("args", "key", "message", "code"),
    [
        (("--target", "http://127.0.0.1:9"), None, "CONCORDAT_API_KEY is not set", 4),
        (("--target", "http://127.0.0.1:9"), KEY, "does not answer", 3),
        (("--target", "http://127.0.0.1:9", "--rate-limit", "5"), KEY, "invalid rate `5`", 4),
    ],
)
def test_a_live_run_that_cannot_start_is_one_error(
    args: tuple[str, ...], key: str | None, message: str, code: int, tmp_path: Path
) -> None:
    done = pytest_of(tmp_path, *args, key=key)
    assert done.returncode == code, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
