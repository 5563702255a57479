"""Hypothesis as an engine: many scenarios from one seed, and a smaller one for each that is worth it.

An example's choices are taken down while it runs. The second search gets them as a database would hand them to
Hypothesis, which is how Hypothesis itself starts from an example that it met before.
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
"""The end of the key under which Hypothesis looks for examples that are not yet as small as can be."""


_FRESH: Final = "concordat"
_TRIES: Final = 4
"""Examples that are drawn for one that is new: small operations have few."""

_GONE: Final = (Unsatisfiable, Flaky)
"""How Hypothesis says that an example that it was handed cannot be drawn any more."""

_CONTROL: Final = (StopTest, UnsatisfiedAssumption)
"""With these Hypothesis steers its own examples."""


class _Fresh(HypothesisProvider):
    """Draws each example afresh and evenly.

    Hypothesis itself goes on from large examples by copying parts of them about, which is of no use here, and takes
    values from the modules that happen to be loaded, which would make a seed mean something else elsewhere.
    """

    def _maybe_draw_constant(self, *_given: object, **_named: object) -> None:
        return None


AVAILABLE_PROVIDERS[_FRESH] = _Fresh


class _Holds(Exception):  # noqa: N818 - a signal to Hypothesis
    """The condition holds for this example."""


class _Known(ExampleDatabase):
    """Holds one example, whatever it is asked for, and keeps none."""

    def __init__(self, choices: bytes) -> None:
        super().__init__()
        self._choices = choices

    def save(self, key: bytes, value: bytes) -> None:
        """Keep nothing."""

    def delete(self, key: bytes, value: bytes) -> None:
        """Keep what there is."""

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """Yield the example as one that is still to be shrunk."""
        return (self._choices,) if key.endswith(_SECONDARY) else ()


class Search:
    """Searches one strategy. `folder` keeps what was found from run to run; None keeps nothing."""

    def __init__(self, scenarios: SearchStrategy[Scenario], name: str, folder: Path | None = None) -> None:
        self._scenarios = scenarios
        self._key = b"concordat explore " + name.encode()
        self._kept: ExampleDatabase | None = None if folder is None else DirectoryBasedExampleDatabase(folder)

    def generate(self, examples: int, number: int, run: Callable[[Scenario, bytes], None]) -> None:
        """Run so many scenarios, all different, each with the bytes that `shrink` starts from.

        They are the same ones, in the same order, for the same number. What `run` raises ends it, and is raised here.
        """
        before: set[bytes] = set()

        def each(scenario: Scenario) -> bool:
            if len(before) < examples and scenario.key not in before:
                before.add(scenario.key)
                run(scenario, _choices())
            return len(before) >= examples

        how = settings(_quiet(Phase.generate), max_examples=_TRIES * examples, backend=_FRESH)
        self._run(each, how, number, gone=())

    def again(self, run: Callable[[Scenario, bytes], None]) -> None:
        """Run what was kept from earlier runs, in order."""
        for choices in () if self._kept is None else sorted(self._kept.fetch(self._key)):

            def each(scenario: Scenario, choices: bytes = choices) -> bool:
                run(scenario, choices)
                return False

            self._run(each, settings(_quiet(Phase.reuse), database=_Known(choices)))

    def keep(self, choices: bytes) -> None:
        """Keep what was found, where there is a folder for it."""
        if self._kept is not None:
            self._kept.save(self._key, choices)

    def shrink(self, choices: bytes, holds: Callable[[Scenario], bool], most: int) -> tuple[Scenario | None, bytes]:
        """Return the smallest scenario for which `holds`, starting from a known one, and its choices.

        `holds` is asked `most` times at most, and never twice for one scenario. None when it does not hold for the
        scenario that was handed in.
        """
        known: dict[bytes, bool] = {}
        best: list[tuple[Scenario | None, bytes]] = [(None, choices)]

        def each(scenario: Scenario) -> bool:
            answer = known.get(scenario.key)
            if answer is None:
                if len(known) >= most:
                    return False
                answer = known[scenario.key] = holds(scenario)
            if answer:
                # Hypothesis ends with the smallest one, which it runs once more
                best[0] = (scenario, _choices())
            return answer

        self._run(each, settings(_quiet(Phase.reuse, Phase.shrink), database=_Known(choices)))
        return best[0]

    def _run(
        self,
        condition: Callable[[Scenario], bool],
        how: settings,
        number: int = 0,
        gone: tuple[type[Exception], ...] = _GONE,
    ) -> None:
        broken: list[Exception] = []

        # `seed` takes the database away, and the settings above it bring it back
        @how
        @seed(number)
        @given(self._scenarios)
        def each(scenario: Scenario) -> None:
            try:
                end = bool(broken) or condition(scenario)
            except _CONTROL:
                raise
            except Exception as error:  # noqa: BLE001 - raised again below
                # to Hypothesis it would be a finding, played once more; the second time nothing fails
                broken.append(error)
                end = True
            if end:
                raise _Holds

        with contextlib.suppress(_Holds, *gone):
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
