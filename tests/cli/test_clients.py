"""`concordat clients list` and `prune`, with clients that have versions and one that is taken by file only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Project


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_list_has_every_version_under_the_package_it_is_published_as(project: Project) -> None:
    done = project.run("clients", "list")
    assert done.returncode == 0, done
    shown = {(row[0], row[1]): row[2] for row in rows(done.stdout) if len(row) > 2}
    moved = "github.com/codatio/client-sdk-go/previous-versions/accounting"
    assert shown["go-accounting", "v0.32.1"] == moved
    assert shown["go-accounting", "v0.20.0*"] == "github.com/codatio/client-sdk-go/accounting"
    assert shown["go-expenses", "v5.0.0*"] == "github.com/codatio/client-sdk-go/sync-for-expenses/v5"


def test_the_list_says_which_tool_is_missing(project: Project) -> None:
    done = project.run("clients", "list", env={"PATH": "/nowhere"})
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("java-expenses"))
    assert "java (missing), mvn (missing)" in row
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("python-expenses") and "8.0.1" in line)
    assert " uv " in row


def test_a_client_that_is_not_published_is_listed_and_keeps_nothing_from_being_pruned(project: Project) -> None:
    listed = project.run("clients", "list")
    row = ["typescript-positional", "by", "file", "@speakeasy-sdks/accounting", "typescript", "node,", "npm"]
    assert row in rows(listed.stdout)
    asked = project.run("run", "mine.list", "--client", "typescript-positional")
    assert asked.returncode == 2
    assert "`typescript-positional` has no default version" in asked.stderr
    assert "name one, or a file: `typescript-positional@./dist/FILE`" in asked.stderr
    own = project.cache / "own"
    pruned = project.run("clients", "prune", env={"CONCORDAT_CACHE": str(own)})
    assert (pruned.returncode, pruned.stdout) == (0, "0 folders deleted\n")
