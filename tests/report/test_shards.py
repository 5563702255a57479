"""Which reports make one run, and which do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from concordat.errors import ReportError
from concordat.report.merge import merge
from concordat.report.store import load_report

if TYPE_CHECKING:
    from pathlib import Path

    from tests.report.conftest import MakeReport, MakeResult


KEYS = [f"things.c{number}" for number in range(7)]


class Dealer:
    """Deals results out to the shards of a run, and writes the reports."""

    def __init__(self, folder: Path, result: MakeResult, report: MakeReport) -> None:
        self._folder = folder
        self._result = result
        self._report = report

    def one(self, index: int, count: int, *, left_out: int = 0, **changed: Any) -> Path:
        """Write shard `index` of `count` without its last `left_out` cases, and return its folder."""
        clients = changed.pop("of", ("one@1.0.0", "two@2.0.0"))
        keys = KEYS[index - 1 :: count]
        dealt = keys[: len(keys) - left_out]
        results = [self._result(case=key, client=client) for key in dealt for client in clients]
        report = self._report(results)
        settings = {"shard": [index, count], "clients": [], "cases": []} | changed.pop("settings", {})
        header = msgspec.structs.replace(
            report.header, settings=settings, run_id=f"r{index}", **changed.pop("header", {})
        )
        infos = tuple(
            msgspec.structs.replace(info, **changed.get("info", {})) if info.name == "two" else info
            for info in report.clients
        )
        report = msgspec.structs.replace(report, header=header, clients=infos)
        folder = self._folder / f"shard-{index}-{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        (folder / "report.json").write_bytes(msgspec.json.encode(report))
        return folder


@pytest.fixture
def deal(tmp_path: Path, result: MakeResult, report: MakeReport) -> Dealer:
    shards = tmp_path / "shards"
    shards.mkdir()
    return Dealer(shards, result, report)


def test_shards_in_any_order_make_the_whole(deal: Dealer, tmp_path: Path) -> None:
    paths = [deal.one(index, 3) for index in (3, 1, 2)]
    whole = merge(paths, tmp_path / "whole")
    assert load_report(tmp_path / "whole") == whole
    assert [result.case for result in whole.results] == sorted(KEYS * 2)
    assert (whole.totals["results"], whole.totals["clients"], whole.totals["unavailable"]) == (14, 2, 1)
    assert whole.header.settings["shard"] is None
    assert whole.header.run_id not in {"r1", "r2", "r3"}
    assert (whole.footer.complete, whole.footer.exit_code, whole.footer.duration_ms) == (True, 0, 3600.0)
    assert "merged from 3 shards" in whole.notes
    written = {path.name for path in (tmp_path / "whole").iterdir()}
    assert {"events.jsonl", "junit.xml", "report.md", "summary.md"} <= written


def test_parity_and_exit_code_are_made_anew(deal: Dealer, tmp_path: Path, result: MakeResult) -> None:
    paths = [deal.one(index, 2) for index in (1, 2)]
    loaded = load_report(paths[0])
    odd = result("fail", case=KEYS[0], client="two@2.0.0", shape="s9")
    results = tuple(odd if (one.case, one.client) == (odd.case, odd.client) else one for one in loaded.results)
    (paths[0] / "report.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(loaded, results=results)))
    whole = merge(paths, tmp_path / "whole")
    assert [row.case for row in whole.parity] == [KEYS[0]]
    assert whole.footer.exit_code == 1
    assert whole.totals["fail"] == 1


def test_big_bodies_come_along_and_a_lost_one_is_noted(deal: Dealer, tmp_path: Path) -> None:
    paths = [deal.one(index, 2) for index in (1, 2)]
    loaded = load_report(paths[0])
    exchange = loaded.results[0].exchanges[0]
    assert exchange.response is not None
    response = msgspec.structs.replace(exchange.response, body=None, body_file="bodies/abc")
    exchanges = (msgspec.structs.replace(exchange, response=response),)
    results = (msgspec.structs.replace(loaded.results[0], exchanges=exchanges), *loaded.results[1:])
    (paths[0] / "report.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(loaded, results=results)))
    with pytest.raises(ReportError, match="cannot be copied: bodies/abc"):
        merge(paths, tmp_path / "none")
    (paths[0] / "bodies").mkdir()
    (paths[0] / "bodies" / "abc").write_bytes(b"big")
    merge([path / "report.json" for path in paths], tmp_path / "whole")
    assert (tmp_path / "whole" / "bodies" / "abc").read_bytes() == b"big"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"header": {"target": "https://x"}}, "not of one run: another target"),
        ({"header": {"catalogue_sha256": "d" * 64}}, "not of one run: another catalogue"),
        ({"header": {"contracts": {}}}, "not of one run: another contracts"),
        ({"header": {"concordat": "9"}}, "not of one run: another Concordat"),
        ({"settings": {"level": "must"}}, "not of one run: another setting `level`"),
        ({"settings": {"shard": [2, 3]}}, "not of one run: another number of shards"),
        ({"settings": {"shard": None}}, "report is not of a shard"),
        ({"settings": {"shard": [1, 2]}}, "overlap: 1/2 is there twice"),
        ({"info": {"artifact_sha256": "f" * 64}}, "two@2.0.0 differs in its file or version"),
        ({"info": {"available": False, "reason": "no network"}}, "two@2.0.0 did not run in 2/2"),
        ({"of": ("one@1.0.0",)}, "results of two@2.0.0 are missing in 2/2"),
        ({"left_out": 1}, "results of one@1.0.0 are missing in 2/2"),
    ],
)
def test_what_is_no_part_of_the_run_is_refused_and_nothing_is_written(
    deal: Dealer, tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    paths = [deal.one(1, 2), deal.one(2, 2, **changed)]
    with pytest.raises(ReportError, match=message) as caught:
        merge(paths, tmp_path / "whole")
    assert caught.value.hint
    assert not (tmp_path / "whole").exists()


def test_shards_that_hold_the_same_result_overlap(deal: Dealer, tmp_path: Path) -> None:
    one = deal.one(1, 2)
    same = load_report(one)
    header = msgspec.structs.replace(same.header, settings={**same.header.settings, "shard": [2, 2]})
    two = deal.one(2, 2)
    (two / "report.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(same, header=header)))
    with pytest.raises(ReportError, match=r"overlap: things.c0 with one@1.0.0 is in 1/2 and 2/2"):
        merge([one, two], tmp_path / "whole")


def test_a_missing_shard_is_a_gap_that_is_named(deal: Dealer, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"a gap: 2/4, 3/4 is missing"):
        merge([deal.one(1, 4), deal.one(4, 4)], tmp_path / "whole")


def test_a_selection_by_expression_may_leave_shards_of_any_size(deal: Dealer, tmp_path: Path) -> None:
    chosen: dict[str, Any] = {"settings": {"expression": "c0"}}
    whole = merge([deal.one(1, 2, **chosen), deal.one(2, 2, left_out=3, **chosen)], tmp_path / "whole")
    assert whole.totals["results"] == 8


def test_another_catalogue_here_is_noted(deal: Dealer, tmp_path: Path) -> None:
    whole = merge([deal.one(1, 1)], tmp_path / "whole")
    assert whole.notes[-1].startswith("merged with another catalogue")
