"""The search engine, which is Hypothesis: scenarios generated from a seed, and shrunk one by one.

Each generated example comes with its choices as bytes. To shrink an example, Hypothesis gets these bytes from a
database, the way it starts from an example of an earlier run.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.control import current_build_context
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, choices_to_bytes
from hypothesis.errors import Flaky, StopTest, Unsatisfiable, UnsatisfiedAssumption
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from concordat.explore.scenario import Scenario

__all__ = ["Search"]

_SECONDARY: Final = b".secondary"
"""The end of the database key of examples that Hypothesis has not shrunk yet."""
_PROVIDER: Final = "concordat"
_DRAWS_PER_EXAMPLE: Final = 4
"""Examples to draw for each different one: small operations have few."""
_UNDRAWABLE: Final = (Unsatisfiable, Flaky)
"""The errors of Hypothesis for a saved example that the strategy cannot draw any more."""
_CONTROL: Final = (StopTest, UnsatisfiedAssumption)
"""The exceptions by which Hypothesis controls an example."""


class _EvenProvider(HypothesisProvider):
    """Draws each example independently and evenly.

    Hypothesis's own provider draws constants from the loaded modules, so that a seed means something else in another
    process, and mutates large examples, which has no use here.
    """

    def _maybe_draw_constant(self, *_given: object, **_named: object) -> None:
        return None


AVAILABLE_PROVIDERS[_PROVIDER] = _EvenProvider


class _Holds(Exception):  # noqa: N818 - a signal, not an error
    """Signals to Hypothesis that the condition holds for an example."""


class _SingleExample(ExampleDatabase):
    """An example database with one example to shrink, which saves and deletes nothing."""

    def __init__(self, choices: bytes) -> None:
        super().__init__()
        self._choices = choices

    def save(self, key: bytes, value: bytes) -> None:
        """Ignore the example."""

    def delete(self, key: bytes, value: bytes) -> None:
        """Ignore the deletion."""

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return the example under the key of examples to shrink."""
        return (self._choices,) if key.endswith(_SECONDARY) else ()


class Search:
    """Searches one strategy. `folder` saves examples between runs; with None, nothing is saved."""

    def __init__(self, scenarios: SearchStrategy[Scenario], name: str, folder: Path | None = None) -> None:
        self._scenarios = scenarios
        self._key = b"concordat explore " + name.encode()
        self._database: ExampleDatabase | None = None if folder is None else DirectoryBasedExampleDatabase(folder)

    def generate(self, examples: int, seed_number: int, run: Callable[[Scenario, bytes], None]) -> None:
        """Call `run` with each of `examples` different scenarios and its choices, which `shrink` starts from.

        The same seed gives the same scenarios in the same order. Raises what `run` raises.
        """
        before: set[bytes] = set()

        def each(scenario: Scenario) -> bool:
            if len(before) < examples and scenario.key not in before:
                before.add(scenario.key)
                run(scenario, _choices())
            return len(before) >= examples

        how = settings(_quiet(Phase.generate), max_examples=_DRAWS_PER_EXAMPLE * examples, backend=_PROVIDER)
        self._run(each, how, seed_number, ignored=())

    def replay_saved(self, run: Callable[[Scenario, bytes], None]) -> None:
        """Call `run` with each scenario that an earlier run saved, in order."""
        for choices in () if self._database is None else sorted(self._database.fetch(self._key)):

            def each(scenario: Scenario, choices: bytes = choices) -> bool:
                run(scenario, choices)
                return False

            self._run(each, settings(_quiet(Phase.reuse), database=_SingleExample(choices)))

    def save(self, choices: bytes) -> None:
        """Save an example, if there is a folder."""
        if self._database is not None:
            self._database.save(self._key, choices)

    def shrink(self, choices: bytes, holds: Callable[[Scenario], bool], limit: int) -> tuple[Scenario | None, bytes]:
        """Return the smallest scenario found for which `holds` is true, and its choices.

        The search starts from `choices` and calls `holds` at most `limit` times, once per scenario. Returns None as the
        scenario when `holds` is false for the first one.
        """
        known: dict[bytes, bool] = {}
        best: list[tuple[Scenario | None, bytes]] = [(None, choices)]

        def each(scenario: Scenario) -> bool:
            answer = known.get(scenario.key)
            if answer is None:
                if len(known) >= limit:
                    return False
                answer = known[scenario.key] = holds(scenario)
            if answer:
                # Hypothesis runs the smallest example once more at its end
                best[0] = (scenario, _choices())
            return answer

        self._run(each, settings(_quiet(Phase.reuse, Phase.shrink), database=_SingleExample(choices)))
        return best[0]

    def _run(
        self,
        condition: Callable[[Scenario], bool],
        how: settings,
        seed_number: int = 0,
        ignored: tuple[type[Exception], ...] = _UNDRAWABLE,
    ) -> None:
        broken: list[Exception] = []

        # `seed` removes the database, and the settings above it restore it
        @how
        @seed(seed_number)
        @given(self._scenarios)
        def each(scenario: Scenario) -> None:
            try:
                end = bool(broken) or condition(scenario)
            except _CONTROL:
                raise
            except Exception as error:  # noqa: BLE001 - raised again below
                # Hypothesis would rerun the example, which might not fail again: so it ends as if the condition held
                broken.append(error)
                end = True
            if end:
                raise _Holds

        with contextlib.suppress(_Holds, *ignored):
            each()
        if broken:
            raise broken[0]


def _choices() -> bytes:
    return choices_to_bytes(current_build_context().data.choices)


def _quiet(*phases: Phase) -> settings:
    return settings(
        database=None,
        deadline=None,
        phases=phases,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        max_examples=1,
    )
