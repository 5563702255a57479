"""Search for scenarios with Hypothesis: it generates them from a seed, and shrinks a given one to its smallest form.

A scenario is an example of a Hypothesis strategy, which Hypothesis identifies by its choices. Search passes the choices
on as bytes. To shrink an example, Search gives Hypothesis a database with only these bytes, because Hypothesis starts
from the examples in its database.
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
"""Suffix of the database key under which Hypothesis looks for examples that it has not shrunk yet."""
_PROVIDER: Final = "concordat"
_DRAWS_PER_EXAMPLE: Final = 4
"""Draws allowed per distinct scenario wanted; an operation with few distinct scenarios needs many draws."""
_UNDRAWABLE: Final = (Unsatisfiable, Flaky)
"""The errors of Hypothesis for a saved example that the strategy cannot draw any more."""
_CONTROL: Final = (StopTest, UnsatisfiedAssumption)
"""The exceptions by which Hypothesis ends or rejects an example; `_run` must pass them on."""


class _IndependentProvider(HypothesisProvider):
    """Draws each example from the seed only, independently of earlier examples and of the process.

    Under any backend name but its own, Hypothesis neither mutates earlier examples nor prefers unseen ones: hence the
    registration as `concordat`. Hypothesis's provider also draws constants that it collects from the loaded modules,
    which differ between processes, so one seed would give different scenarios: hence the method below.
    """

    def _maybe_draw_constant(self, *_given: object, **_named: object) -> None:
        """Return None: no constant."""


AVAILABLE_PROVIDERS[_PROVIDER] = _IndependentProvider


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    """Ends the search at an example. Hypothesis takes it for a failure of the example, and may shrink it."""


class _SingleExample(ExampleDatabase):
    """A read-only database with one example, which Hypothesis replays and, in the phase `shrink`, shrinks."""

    def __init__(self, choices: bytes) -> None:
        super().__init__()
        self._choices = choices

    def save(self, key: bytes, value: bytes) -> None:
        """Ignore the example."""

    def delete(self, key: bytes, value: bytes) -> None:
        """Ignore the deletion."""

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Return the example if `key` is that of examples which are not shrunk yet, else nothing."""
        return (self._choices,) if key.endswith(_SECONDARY) else ()


class Search:
    """Generates, replays and shrinks scenarios of one Hypothesis strategy.

    `folder` keeps examples between runs; with None, `save` does nothing.
    """

    def __init__(self, scenarios: SearchStrategy[Scenario], name: str, folder: Path | None = None) -> None:
        self._scenarios = scenarios
        self._key = b"concordat explore " + name.encode()
        self._database: ExampleDatabase | None = None if folder is None else DirectoryBasedExampleDatabase(folder)

    def generate(self, examples: int, seed_number: int, visit: Callable[[Scenario, bytes], None]) -> None:
        """Call `visit` with each of `examples` different scenarios and its choices, from which `shrink` can start.

        There are fewer scenarios when the draws run out first. The same seed gives the same scenarios in the same
        order. Raises Unsatisfiable when the strategy is empty, and any error of `visit`.
        """
        seen: set[bytes] = set()

        def visit_new(scenario: Scenario) -> bool:
            if len(seen) < examples and scenario.key not in seen:
                seen.add(scenario.key)
                visit(scenario, _choices())
            return len(seen) >= examples

        options = settings(
            _base_settings(Phase.generate), max_examples=_DRAWS_PER_EXAMPLE * examples, backend=_PROVIDER
        )
        self._run(visit_new, options, seed_number, ignored=())

    def replay_saved(self, visit: Callable[[Scenario, bytes], None]) -> None:
        """Call `visit` with each scenario that an earlier run saved and its choices, in the order of the choices.

        Skips choices from which the strategy draws no scenario any more.
        """
        if self._database is None:
            return
        for choices in sorted(self._database.fetch(self._key)):

            def visit_saved(scenario: Scenario, choices: bytes = choices) -> bool:
                visit(scenario, choices)
                return False

            self._run(visit_saved, settings(_base_settings(Phase.reuse), database=_SingleExample(choices)))

    def save(self, choices: bytes) -> None:
        """Save an example, if there is a folder."""
        if self._database is not None:
            self._database.save(self._key, choices)

    def shrink(self, choices: bytes, holds: Callable[[Scenario], bool], limit: int) -> tuple[Scenario | None, bytes]:
        """Return the smallest scenario found for which `holds` is true, and its choices.

        The search starts from `choices` and calls `holds` at most `limit` times, once per scenario. Returns None as the
        scenario when `holds` is false for the first one. Raises any error of `holds`.
        """
        known: dict[bytes, bool] = {}
        best: list[tuple[Scenario | None, bytes]] = [(None, choices)]

        def keep_if_holds(scenario: Scenario) -> bool:
            answer = known.get(scenario.key)
            if answer is None:
                if len(known) >= limit:
                    return False
                answer = known[scenario.key] = holds(scenario)
            if answer:
                # Hypothesis runs the smallest example once more at its end, so the last assignment is the smallest.
                best[0] = (scenario, _choices())
            return answer

        self._run(keep_if_holds, settings(_base_settings(Phase.reuse, Phase.shrink), database=_SingleExample(choices)))
        return best[0]

    def _run(
        self,
        until: Callable[[Scenario], bool],
        options: settings,
        seed_number: int = 0,
        ignored: tuple[type[Exception], ...] = _UNDRAWABLE,
    ) -> None:
        """Call `until` with one scenario after another, which Hypothesis draws by `options`, until it returns True.

        In the phase `shrink`, Hypothesis then goes on with smaller scenarios. Raises the first error of `until`, and
        errors of Hypothesis other than `ignored`.
        """
        raised: list[Exception] = []

        # `seed` removes the database from the settings; `options` is applied after it and restores the database
        @options
        @seed(seed_number)
        @given(self._scenarios)
        def run_example(scenario: Scenario) -> None:
            try:
                stop = bool(raised) or until(scenario)
            except _CONTROL:
                raise
            except Exception as error:  # noqa: BLE001 - raised again below
                # Hypothesis reruns an example that raised, and reports Flaky if the error does not occur again. So
                # this example and all later ones end with _Stop.
                raised.append(error)
                stop = True
            if stop:
                raise _Stop

        with contextlib.suppress(_Stop, *ignored):
            run_example()
        if raised:
            raise raised[0]


def _choices() -> bytes:
    """Return the choices of the example that Hypothesis runs at the moment."""
    return choices_to_bytes(current_build_context().data.choices)


def _base_settings(*phases: Phase) -> settings:
    """Return settings for the phases that print, check and store nothing and set no deadline."""
    return settings(
        database=None,
        deadline=None,
        phases=phases,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        max_examples=1,
    )
