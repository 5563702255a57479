"""Runs cases with the published releases of one client, each installed once, and returns the outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.catalogue.catalogue import case_digest
from concordat.catalogue.release_record import load_past, write_past
from concordat.checks import Verdict
from concordat.clients import select
from concordat.errors import ClientUnavailable, UsageError
from concordat.runner.session import Session
from concordat.runner.settings import RunSettings
from concordat.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from concordat.catalogue.release_record import Word

__all__ = ["Releases", "releases_of", "worst_word"]

_WORDS = {
    Verdict.PASS: "ok",
    Verdict.OBSERVATION: "ok",
    Verdict.UNEXPECTED_PASS: "ok",
    Verdict.FAIL: "fails",
    Verdict.KNOWN_FAILURE: "fails",
    Verdict.NOT_APPLICABLE: "n/a",
}
_WORST = ("fails", "unknown", "ok", "n/a", "unavailable")


def releases_of(client: str) -> list[str]:
    """Return the versions in a client's manifest, the oldest first.

    Raises ManifestError for an unknown client, UsageError for a client without releases.
    """
    name = client.partition("@")[0]
    choices = [choice for choice in select([f"{name}@all"]) if choice.manifest.registry != "builtin"]
    versions = [choice.version for choice in choices if choice.manifest.versions]
    if not versions or name != client:
        message = f"`{client}` has no published releases"
        raise UsageError(message, hint="name a published client, without a version")
    return sorted(versions, key=parse_version)


def worst_word(words: Sequence[Word]) -> Word:
    """Return the outcome of a table: it fails when one row fails."""
    return min(words, key=_WORST.index) if words else "n/a"


class Releases:
    """One client's releases, with the outcomes of those that were run, by release and case."""

    def __init__(
        self, client: str, cases: Sequence[str], *, offline: bool = False, progress: Callable[[str], None] | None = None
    ) -> None:
        self.client = client
        self.versions = releases_of(client)
        self._cases = tuple(cases)
        self._offline = offline
        self._progress = progress
        self._outcomes: dict[str, dict[str, Word]] = {}
        self._digests: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        """Reasons of unavailable releases, by version."""

    def run(self, version: str) -> Mapping[str, Word]:
        """Return the outcome of each case with a release, by the case's key. Each release runs once.

        Raises CatalogueError for an unknown case.
        """
        if version not in self._outcomes:
            self._outcomes[version] = self._run(version)
        return self._outcomes[version]

    def word(self, version: str) -> Word:
        """Return the worst outcome of the cases with a release."""
        return worst_word(list(self.run(version).values()))

    def _run(self, version: str) -> dict[str, Word]:
        settings = RunSettings(clients=(f"{self.client}@{version}",), cases=self._cases, offline=self._offline)
        session = Session(settings, progress=self._progress)
        jobs = session.jobs()
        if session.pool.unavailable:
            self.reasons[version] = session.pool.unavailable[0].reason or "unavailable"
            return {"": "unavailable"}
        self._digests |= {job.case.key: case_digest(job.case) for job in jobs}
        words: dict[str, Word] = {}
        try:
            session.start(jobs)
            for job in jobs:
                result = session.wait(job).result
                words[result.key] = _WORDS.get(result.verdict, "unknown")
        except ClientUnavailable as error:
            self.reasons[version] = str(error)
            return {"": "unavailable"}
        finally:
            session.stop()
        return words

    def by_case(self) -> dict[str, dict[str, Word]]:
        """Return the outcomes of each case by its key and then by version, the oldest first."""
        found: dict[str, dict[str, Word]] = {key: {} for key in self._digests}
        for version in self.versions:
            outcomes = self._outcomes.get(version)
            if outcomes is not None:
                for key, words in found.items():
                    words[version] = outcomes.get("", outcomes.get(key, "n/a"))
        return found

    def save(self) -> Path:
        """Write the outcomes beside the client's manifest in the user's project. Cases that never fail are omitted."""
        past = load_past(self.client)
        for key, outcomes in self.by_case().items():
            decisive = {version: word for version, word in outcomes.items() if word in ("ok", "fails")}
            if "fails" in decisive.values() or key in past.cases:
                past = past.with_results(key, self._digests[key], decisive)
        return write_past(past)
