"""The pace of live runs: the rate and the number of requests, pauses, and the stop at a target that fails."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.endpoints import KEY, AsksForAnHour, AsksForAPause, HasAnotherBasePath, MocksWithExamples, Sound, serving

if TYPE_CHECKING:
    import subprocess

    from tests.cli.conftest import Project

LISTS = ("mine.list", "customers.list", "resilience.client-reused")


def run(project: Project, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    args = ("run", *LISTS, "--client", "reference", "--report", "report", "--target", url, *more)
    return project.run(*args, env={"CONCORDAT_API_KEY": KEY})


def results(project: Project) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((project.report / "report.json").read_bytes())["results"]
    return read


def test_after_the_given_number_of_requests_nothing_is_sent_and_the_other_cases_do_not_apply(project: Project) -> None:
    with serving(Sound) as (url, sound):
        done = run(project, url, "--max-requests", "20")
    assert sound.received == 20
    assert 0 < sound.requests < 20, "the discovery needed some of them"
    stopped = [one for one in results(project) if "(--max-requests)" in one.get("reason", "")]
    assert {one["verdict"] for one in stopped} == {"not-applicable"}
    assert {one["verdict"] for one in results(project) if one not in stopped} == {"pass", "not-applicable"}
    assert stopped[0]["reason"] == "the run has sent its 20 requests (--max-requests)"
    noun = "result" if len(stopped) == 1 else "results"
    note = f"the run has sent as many requests as --max-requests allows: {len(stopped):,} {noun} did not run"
    assert note in " ".join(done.stdout.split())
    assert done.returncode == 0, done


@pytest.mark.parametrize("way", [(), ("--workers", "2")], ids=["alone", "two workers"])
def test_requests_keep_the_rate(project: Project, way: tuple[str, ...]) -> None:
    with serving(Sound) as (url, sound):
        done = run(project, url, "--rate-limit", "20/s", *way)
    assert done.returncode == 0, done
    assert sound.requests > 4
    times = sorted(sound.times)
    assert times[-1] - times[0] >= 0.045 * (len(times) - 1)
    if not way:
        assert min(second - first for first, second in itertools.pairwise(times)) >= 0.03


def test_a_pause_that_the_target_asks_for_is_made_between_cases(project: Project) -> None:
    with serving(AsksForAPause) as (url, limited):
        done = run(project, url, "-k", "not reused")
    assert done.returncode == 3, done
    assert "a pause of 2 s, for which the target asks" in done.stdout
    assert limited.times[1] - limited.times[0] >= 1.9
    assert sum(one["verdict"] == "target" for one in results(project)) == 1


def test_a_pause_that_is_too_long_ends_the_run(project: Project) -> None:
    with serving(AsksForAnHour) as (url, limited):
        done = run(project, url, "-k", "not reused")
    assert (done.returncode, limited.requests) == (3, 1), done
    text = " ".join(done.stdout.split())
    assert "answered 429 to one request" in text
    assert "the run stopped: the target asks for a pause of 3600 s, and the run waits 120 s at most, before" in text


def test_a_target_that_fails_again_and_again_ends_the_run_with_one_sentence(project: Project) -> None:
    with serving(HasAnotherBasePath) as (url, lost):
        done = run(project, url, "--max-target-failures", "2")
    assert (done.returncode, lost.requests) == (3, 2), done
    text = " ".join(done.stdout.split())
    sentence = "the run stopped after 2 results in a row that the target broke (--max-target-failures), before"
    assert text.count(sentence) == 1
    stopped = [one for one in results(project) if one.get("reason", "").startswith("the run stopped after 2 results")]
    assert {one["verdict"] for one in stopped} == {"not-applicable"}
    assert f"{sentence} {len(stopped)} others" in text


def test_a_mock_with_data_of_its_own_does_not_end_the_run(project: Project) -> None:
    with serving(MocksWithExamples) as (url, _):
        done = run(project, url, "--max-target-failures", "1")
    assert "the run stopped" not in done.stdout
    assert sum(one["verdict"] == "target" for one in results(project)) > 1, done


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--rate-limit", "5/s"), "--rate-limit is for a live target"),
        (("--max-requests", "5"), "--max-requests is for a live target"),
        (("--max-target-failures", "5"), "--max-target-failures is for a live target"),
        (("--target", "http://127.0.0.1:9", "--rate-limit", "fast"), "invalid rate `fast`"),
        (("--target", "http://127.0.0.1:9", "--rate-limit", "1/d"), "the rate `1/d` is too slow for a run"),
        (("--max-requests", "0"), "--max-requests"),
        (("--max-target-failures", "x"), "--max-target-failures"),
    ],
)
def test_a_wrong_pace_is_one_clear_error(project: Project, args: tuple[str, ...], message: str) -> None:
    done = project.run("run", "mine.list", "--client", "reference", *args, env={"CONCORDAT_API_KEY": KEY})
    assert done.returncode == 2, done
    assert message in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_run_without_an_executed_case_counts_the_reasons(project: Project) -> None:
    with serving(Sound) as (url, _):
        args = ("run", "mine.world", "mine.write", "--client", "reference", "--report", "report", "--target", url)
        done = project.run(*args, env={"CONCORDAT_API_KEY": KEY})
    assert done.returncode == 3, done
    text = " ".join(done.stdout.split())
    assert "no case was executed" in text
    assert "1: the case writes; pass --allow-writes to permit that" in text
    assert "1: the case needs a separate world; a live target has its own" in text
