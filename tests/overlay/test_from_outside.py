"""Another API with its SDK, call style and cases in somebody's own project: what works, and what says why it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.checks import Verdict

if TYPE_CHECKING:
    from tests.overlay.conftest import Project, Shelves

    from concordat.runner.result import Result


KEY = "Bearer shelf-key-of-somebody"
SCRIPTED = {"books.list.by-author", "books.add.full-shelf", "books.add.answer-lost"}
LIVE = "books.list.something"
UNANSWERED = """\
- id: books.one
  title: One more case
  why: A mistake in it would be found by nobody.
  source: contract:bookshelf#books.list
  world: {}
  steps:
    - call: books.list
      with: {shelfId: novels}
"""


def statuses(result: Result) -> list[str]:
    return [exchange.response.line.split()[1] for exchange in result.exchanges if exchange.response is not None]


def verdicts(project: Project) -> dict[str, Verdict]:
    return {key: result.verdict for key, result in project.results().items()}


def test_the_page_shows_all_files_of_the_project_and_they_are_clean(project: Project) -> None:
    assert {path.relative_to(project.root).as_posix() for path in (project.root / "concordat").rglob("*.*")} == {
        "concordat/contracts/bookshelf.openapi.yaml",
        "concordat/clients/bookshelf-sdk.yaml",
        "concordat/clients/python-plain/adapter.py",
        "concordat/cases/books/books.yaml",
    }
    done = project.concordat("cases", "lint")
    assert (done.returncode, done.stdout) == (0, ""), done


def test_its_adapter_is_one(project: Project) -> None:
    done = project.concordat("clients", "check", project.client)
    assert done.returncode == 0, done
    assert "adapter.py" not in done.stdout + done.stderr


def test_scripted_cases_run_in_the_sandbox_and_the_others_say_what_they_wait_for(project: Project) -> None:
    done = project.run("books")
    assert done.returncode == 0, done
    assert verdicts(project) == dict.fromkeys(SCRIPTED, Verdict.PASS) | {LIVE: Verdict.NOT_APPLICABLE}
    assert project.results()[LIVE].reason == (
        "the sandbox does not implement books.list; the case runs against a live target (--target)"
    )
    assert project.results()["books.add.answer-lost"].client == "bookshelf-sdk@1.0.0"


def test_a_release_that_forgets_an_argument_is_red(project: Project) -> None:
    project.publish("1.1.0", ('{"author": author}', "{}"))
    done = project.run("books")
    assert done.returncode == 1, done
    red = {key: [check.id for check in one.checks if check.verdict.red] for key, one in project.results().items()}
    assert {key: checks for key, checks in red.items() if checks} == {"books.list.by-author": ["request.query"]}


def test_its_known_failures_stand_in_its_own_ledger(project: Project) -> None:
    project.publish("1.1.0", ('{"author": author}', "{}"))
    assert project.run("books", "--record-failures").returncode == 1
    ledger = project.root / "concordat" / "clients" / "bookshelf-sdk.ledger.yaml"
    by_hand = {"reason": "It forgets the author.", "source": "contract:bookshelf#books.list", "smallest": "Any author."}
    text = ledger.read_text("utf-8")
    for key, value in by_hand.items():
        text = text.replace(f'{key}: ""', f'{key}: "{value}"')
    ledger.write_text(text, "utf-8")
    assert project.concordat("cases", "lint").returncode == 0
    assert project.run("books").returncode == 0
    assert verdicts(project)["books.list.by-author"] is Verdict.KNOWN_FAILURE


def test_a_live_run_takes_its_names_from_the_environment(project: Project, shelves: Shelves) -> None:
    env = {"CONCORDAT_API_KEY": KEY, "CONCORDAT_BIND_SHELF": "old novels", "CONCORDAT_OFFER_BOOKS": "1"}
    done = project.run("books", "--target", shelves.url, **env)
    assert done.returncode == 0, done
    assert verdicts(project) == dict.fromkeys(SCRIPTED, Verdict.NOT_APPLICABLE) | {LIVE: Verdict.PASS}
    assert shelves.asked == [("/shelves/old%20novels/books", KEY)], "the API that is not known is asked nothing else"
    written = [path for path in (project.root / "report").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"shelf-key" in path.read_bytes()]
    assert "shelf-key" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"CONCORDAT_OFFER_BOOKS": "1"}, "this target has no binding for $shelf; set CONCORDAT_BIND_SHELF"),
        ({"CONCORDAT_BIND_SHELF": "novels"}, "the case needs 1 books; the target offers 0"),
    ],
)
def test_what_the_environment_leaves_out_is_named(
    project: Project, shelves: Shelves, env: dict[str, str], reason: str
) -> None:
    done = project.run("books", "--target", shelves.url, CONCORDAT_API_KEY=KEY, **env)
    assert done.returncode == 3
    assert "no case was executed" in done.stdout + done.stderr
    assert project.results()[LIVE].reason == reason
    assert shelves.asked == []


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"CONCORDAT_OFFER_BOOKS": "many"}, "error: CONCORDAT_OFFER_BOOKS is not a count: 'many'"),
        ({"CONCORDAT_BIND_2": "x"}, "error: CONCORDAT_BIND_2: `2` is not a reference name"),
    ],
)
def test_what_the_environment_gets_wrong_is_one_message(
    project: Project, shelves: Shelves, env: dict[str, str], message: str
) -> None:
    done = project.run("books", "--target", shelves.url, CONCORDAT_API_KEY=KEY, **env)
    assert done.returncode == 2, done
    assert done.stderr.startswith(message)


def test_a_case_that_nobody_could_answer_is_an_error_before_anything_runs(project: Project) -> None:
    file = project.add_case(UNANSWERED)
    message = "the sandbox does not implement `books.list`, and the case scripts no answer to its request 1"
    done = project.run("books.one")
    assert done.returncode == 2, done
    assert done.stderr.startswith(f"error: {file}:1: {message}\n")
    assert not (project.root / "report" / "report.json").exists()
    linted = project.concordat("cases", "lint")
    assert linted.returncode == 2
    assert message in linted.stdout


RAISES = "            raise ShelfError(error.code"
RETRIES = "            if error.code == 503:\n                return self._send(method, shelf, query, body)\n"
RETRIED = """\
- id: books.retried
  title: A book is added although the first answer was lost
  why: Whoever gives up too soon has no book at all.
  source: contract:bookshelf#books.add
  world: {{}}
  allow: [answers]
  faults:
    - {{on: books.add, respond: {{status: 503{first}}}}}
    - {{on: books.add, at: 2, respond: {{status: 201, json: {{id: 8, title: Emma}}{second}}}}}
  steps:
    - call: books.add
      with: {{shelfId: novels, body: {{title: Emma}}}}
      expect: {{outcome: {{reported: ok}}}}
"""


@pytest.mark.parametrize(
    ("first", "second", "verdict", "commits"),
    [
        ("", "", Verdict.NOT_APPLICABLE, "0 to 2 accepted writes"),
        ("", ", accepted: true", Verdict.NOT_APPLICABLE, "1 to 2 accepted writes"),
        (", accepted: false", ", accepted: true", Verdict.PASS, "1 accepted write"),
        (", accepted: true", ", accepted: true", Verdict.FAIL, "2 accepted writes"),
        (", accepted: false", ", accepted: false", Verdict.FAIL, "0 accepted writes"),
    ],
)
def test_a_scripted_write_that_is_retried_is_judged_by_what_the_script_says_of_it(
    project: Project, first: str, second: str, verdict: Verdict, commits: str
) -> None:
    project.publish("1.3.0", (RAISES, RETRIES + RAISES))
    project.add_case(RETRIED.format(first=first, second=second))
    done = project.run("books.retried")
    assert done.returncode == (1 if verdict is Verdict.FAIL else 0), done
    result = project.results()["books.retried"]
    assert statuses(result) == ["503", "201"]
    assert {check.verdict for check in result.checks if check.id == "write-safety"} == {verdict}
    assert result.verdict is (Verdict.FAIL if verdict is Verdict.FAIL else Verdict.PASS)
    assert result.write_safety == f"{commits}, reported ok"


def test_a_request_more_than_was_scripted_is_the_clients_own(project: Project) -> None:
    send = "return json.loads(answer.read())"
    project.publish("1.2.0", (send, f"answer.read(); {send.replace('answer', 'self._opener.open(answer.url)')}"))
    done = project.run("books.list.by-author")
    assert done.returncode == 1, done
    result = project.results()["books.list.by-author"]
    assert [check.id for check in result.checks if check.verdict is Verdict.FAIL] == ["request.count"]
    assert statuses(result) == ["200", "501"]


def test_the_built_in_cases_do_not_apply_to_the_sdk(project: Project) -> None:
    done = project.run("customers.list.first-page")
    assert done.returncode == 3
    assert "no case was executed" in done.stdout + done.stderr


def test_the_built_in_clients_go_on_as_before(project: Project) -> None:
    args = ("run", "customers.list.first-page", "books", "--client", "reference", "--report", "report")
    done = project.concordat(*args)
    assert done.returncode == 0, done
    assert verdicts(project).pop("customers.list.first-page") is Verdict.PASS
    assert {verdict for key, verdict in verdicts(project).items() if key.startswith("books")} == {
        Verdict.NOT_APPLICABLE
    }


def test_the_sandbox_does_not_serve_what_it_cannot_play(project: Project) -> None:
    done = project.concordat("serve", "--api", "bookshelf")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "the sandbox implements none of the operations of `bookshelf`" in done.stderr


BUILT_IN_NAMES = {"books.list": "customers.list", "books.add": "customers.create"}
"""The names that the page gives, and those of other operations in the built-in contracts."""


@pytest.fixture
def namesake(project: Project) -> Project:
    """The project of the page, its operations called as some of the built-in contracts are."""
    for file in (project.root / "concordat").rglob("*.yaml"):
        text = file.read_text("utf-8")
        for own, name in BUILT_IN_NAMES.items():
            text = text.replace(own, name)
        file.write_text(text, "utf-8")
    return project


def test_a_contract_may_call_its_operations_as_a_built_in_one_does(namesake: Project) -> None:
    done = namesake.concordat("cases", "lint")
    assert (done.returncode, done.stdout) == (0, ""), done


def test_a_client_of_ones_own_plays_ones_own_cases_only(namesake: Project) -> None:
    done = namesake.run()
    assert done.returncode == 0, done
    own = {"customers.list.by-author", "customers.create.full-shelf", "customers.create.answer-lost"}
    found = verdicts(namesake)
    assert {key for key, verdict in found.items() if verdict is not Verdict.NOT_APPLICABLE} == own
    assert {found[key] for key in own} == {Verdict.PASS}
    others = [result for key, result in namesake.results().items() if key not in own | {"customers.list.something"}]
    assert len(others) > 1000, "the built-in catalogue is there"
    assert {(result.reason or "").partition(";")[2] for result in others} == {" the client supports bookshelf"}


def test_ones_own_operations_are_never_answered_by_the_built_in_sandbox(namesake: Project) -> None:
    file = namesake.add_case(UNANSWERED.replace("books.list", "customers.list"))
    for done in (namesake.concordat("cases", "lint"), namesake.run("books.one")):
        assert done.returncode == 2, done
        assert f"{file}:" in done.stdout + done.stderr
        assert "the sandbox does not implement `customers.list`" in done.stdout + done.stderr


def test_a_built_in_client_plays_the_built_in_cases_as_ever(namesake: Project) -> None:
    chosen = ("pagination", "--client", "reference", "--offline", "--report", "report")
    done = namesake.concordat("run", *chosen, "-k", "not full")
    assert done.returncode == 0, done
    assert Verdict.PASS in verdicts(namesake).values()
    done = namesake.concordat("run", "books", "--client", "reference", "--offline", "--report", "report")
    assert set(verdicts(namesake).values()) == {Verdict.NOT_APPLICABLE}, done


def test_a_case_that_means_an_operation_of_another_project_has_to_say_so(namesake: Project) -> None:
    file = namesake.add_case(UNANSWERED.replace("books.list", "companies.list").replace("{shelfId: novels}", "{}"))
    done = namesake.concordat("cases", "lint")
    assert done.returncode == 2, done
    assert f"{file}:7:" in done.stdout
    assert "no contract of the case (bookshelf) has an operation `companies.list`" in done.stdout
    assert "write `apis: [accounting]` if the case is about that contract" in done.stdout
