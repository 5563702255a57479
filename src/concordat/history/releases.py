"""Plays cases with published releases of one client, each installed once, and tells how they came out."""

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
    """Return the versions that a client's manifest lists, the oldest first.

    Raises ManifestError for a name that no client has, UsageError for a client without releases.
    """
    name = client.partition("@")[0]
    choices = [choice for choice in select([f"{name}@all"]) if choice.manifest.registry != "builtin"]
    versions = [choice.version for choice in choices if choice.manifest.versions]
    if not versions or name != client:
        message = f"`{client}` has no releases to go through"
        raise UsageError(message, hint="name a published client, without a version")
    return sorted(versions, key=parse_version)


def worst_word(words: Sequence[Word]) -> Word:
    """Return how a whole table went: it fails where one row does."""
    return min(words, key=_WORST.index) if words else "n/a"


class Releases:
    """One client's releases; what was played is remembered by release and case."""

    def __init__(
        self, client: str, cases: Sequence[str], *, offline: bool = False, progress: Callable[[str], None] | None = None
    ) -> None:
        self.client = client
        self.versions = releases_of(client)
        self._cases = tuple(cases)
        self._offline = offline
        self._progress = progress
        self._seen: dict[str, dict[str, Word]] = {}
        self._digests: dict[str, str] = {}
        self.reasons: dict[str, str] = {}
        """Why a release could not be had, by version."""

    def play(self, version: str) -> Mapping[str, Word]:
        """Return how every case went with a release, by its key; plays it once.

        Raises CatalogueError for a case that is none.
        """
        if version not in self._seen:
            self._seen[version] = self._played(version)
        return self._seen[version]

    def word(self, version: str) -> Word:
        """Return how the chosen cases went together with a release."""
        return worst_word(list(self.play(version).values()))

    def _played(self, version: str) -> dict[str, Word]:
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
        """Return what was seen of every case, by its key and then by version, the oldest first."""
        found: dict[str, dict[str, Word]] = {key: {} for key in self._digests}
        for version in self.versions:
            seen = self._seen.get(version)
            if seen is not None:
                for key, words in found.items():
                    words[version] = seen.get("", seen.get(key, "n/a"))
        return found

    def remember(self) -> Path:
        """Write what was seen beside the client's manifest in the user's project; what never fails is left out."""
        past = load_past(self.client)
        for key, seen in self.by_case().items():
            telling = {version: word for version, word in seen.items() if word in ("ok", "fails")}
            if "fails" in telling.values() or key in past.cases:
                past = past.with_seen(key, self._digests[key], telling)
        return write_past(past)
