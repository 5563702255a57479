"""HAR files made of reports: whole by HAR 1.2, and true to the bytes."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from concordat.errors import ReportError
from concordat.report.har import har_text, selected_results
from concordat.runner.result import ExchangeView, MessageView

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult


ENTRY = {
    "startedDateTime": str,
    "time": (int, float),
    "request": dict,
    "response": dict,
    "cache": dict,
    "timings": dict,
}
REQUEST = {
    "method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
    "headersSize": int, "bodySize": int,
}  # fmt: skip
RESPONSE = {
    "status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict,
    "redirectURL": str, "headersSize": int, "bodySize": int,
}  # fmt: skip


def check_shape(value: dict[str, Any], shape: dict[str, Any]) -> None:
    for name, kind in shape.items():
        assert isinstance(value.get(name), kind), name


def check_har(text: str) -> list[dict[str, Any]]:
    """Hold a file to what HAR 1.2 asks of every part; return its entries."""
    log = json.loads(text)["log"]
    check_shape(log, {"version": str, "creator": dict, "entries": list})
    assert log["version"] == "1.2"
    check_shape(log["creator"], {"name": str, "version": str})
    for entry in log["entries"]:
        check_shape(entry, ENTRY)
        check_shape(entry["request"], REQUEST)
        check_shape(entry["response"], RESPONSE)
        check_shape(entry["response"]["content"], {"size": int, "mimeType": str})
        check_shape(entry["timings"], dict.fromkeys(("send", "wait", "receive"), (int, float)))
        assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None
        assert entry["time"] == pytest.approx(sum(ms for ms in entry["timings"].values() if ms > 0))
        for side in (entry["request"], entry["response"]):
            assert all(set(pair) >= {"name", "value"} for pair in side["headers"])
        if "postData" in entry["request"]:
            check_shape(entry["request"]["postData"], {"mimeType": str, "text": str})
    entries: list[dict[str, Any]] = log["entries"]
    return entries


def exchange(**more: object) -> ExchangeView:
    host = (("Host", "127.0.0.1:8080"), ("Content-Type", "application/json"))
    given: dict[str, Any] = {
        "number": 1,
        "operation": "things.create",
        "started": 0.5,
        "finished": 0.75,
        "request": MessageView(line="POST /things?a=1&b=%20 HTTP/1.1", headers=host, body='{"a":1}'),
        "response": MessageView(line="HTTP/1.1 201", headers=(("Content-Type", "image/png"),), body_base64="/9j/"),
    }
    return ExchangeView(**(given | more))


def test_an_exchange_is_an_entry_with_its_bytes(result: MakeResult, report: MakeReport, tmp_path: Path) -> None:
    whole = report([result("fail", exchanges=(exchange(problems=("request query /a: no",), faults=("late",)),))])
    (entry,) = check_har(har_text(whole, whole.results, tmp_path))
    assert entry["request"]["url"] == "http://127.0.0.1:8080/things?a=1&b=%20"
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": " "}]
    assert entry["request"]["postData"]["text"] == '{"a":1}'
    assert base64.b64decode(entry["response"]["content"]["text"]) == b"\xff\xd8\xff"
    assert entry["response"]["content"]["encoding"] == "base64"
    assert entry["time"] == 250
    assert entry["startedDateTime"].startswith("2026-01-02T03:04:05.5")
    for words in ("things.list.second-page with one@1.0.0: fail", "request query /a: no", "faults: late"):
        assert words in entry["comment"]


def test_what_was_no_request_and_what_got_no_answer_are_entries_too(
    result: MakeResult, report: MakeReport, tmp_path: Path
) -> None:
    garbage = exchange(request=None, unparsable_base64=base64.b64encode(b"\x16\x03").decode(), ending="unparsable")
    silent = exchange(number=2, response=None, ending="reset", finished=None)
    whole = report([result("fail", exchanges=(garbage, silent))])
    first, second = check_har(har_text(whole, whole.results, tmp_path))
    assert first["request"]["method"] == "UNPARSABLE"
    assert second["response"]["status"] == 0
    assert "reset" in second["comment"]


def test_cases_follow_one_another_in_time(result: MakeResult, report: MakeReport, tmp_path: Path) -> None:
    whole = report([result("pass", case=case, duration_ms=2000.0, exchanges=(exchange(),)) for case in ("a", "b")])
    entries = check_har(har_text(whole, whole.results, tmp_path))
    times = [datetime.fromisoformat(entry["startedDateTime"]) for entry in entries]
    assert (times[1] - times[0]).total_seconds() == 2


def test_a_body_beside_the_report_is_read_and_one_outside_or_gone_is_named(
    result: MakeResult, report: MakeReport, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    (folder / "bodies").mkdir(parents=True)
    (folder / "bodies" / "abc").write_bytes(b"beside")
    (tmp_path / "secret").write_bytes(b"outside")
    exchanges = tuple(
        exchange(number=n, response=MessageView(line="HTTP/1.1 200", body_file=name))
        for n, name in enumerate(("bodies/abc", "../secret", "bodies/gone"), 1)
    )
    whole = report([result("pass", exchanges=exchanges)])
    beside, outside, gone = check_har(har_text(whole, whole.results, folder))
    assert beside["response"]["content"]["text"] == "beside"
    assert outside["response"]["content"].get("text", "") == ""
    assert "missing beside the report: ../secret" in outside["comment"]
    assert "missing beside the report: bodies/gone" in gone["comment"]


@pytest.mark.parametrize(
    ("case", "client", "found"),
    [
        (None, None, 3),
        ("a", None, 3),
        ("a[x]", None, 2),
        ("a[x]", "two", 1),
        (None, "one@1.0.0", 2),
    ],
)
def test_results_are_chosen_by_case_row_and_client(
    result: MakeResult, report: MakeReport, case: str | None, client: str | None, found: int
) -> None:
    rows = [("x", "one@1.0.0"), ("y", "one@1.0.0"), ("x", "two@2.0.0")]
    whole = report([result("pass", case="a", row=row, client=who) for row, who in rows])
    assert len(selected_results(whole, case, client)) == found


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (("thinks.list.second-page", None), "no case `thinks.list.second-page`.*`things.list.second-page`"),
        ((None, "ome@1.0.0"), "no results of `ome@1.0.0`.*`one@1.0.0`"),
    ],
)
def test_a_name_that_the_report_does_not_have_is_refused_with_the_nearest(
    result: MakeResult, report: MakeReport, named: tuple[str | None, str | None], message: str
) -> None:
    with pytest.raises(ReportError) as raised:
        selected_results(report([result("pass")]), *named)
    assert re.search(message, f"{raised.value.message} {raised.value.hint}")


def test_results_without_exchanges_make_no_empty_file(result: MakeResult, report: MakeReport, tmp_path: Path) -> None:
    whole = report([result("pass", exchanges=())])
    with pytest.raises(ReportError, match="have no exchanges"):
        har_text(whole, whole.results, tmp_path)
