"""The records of a live target: those that the discovery found, under those that environment variables name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from concordat.sandbox.core.stock import too_few
from concordat.targets.permission import changed_records, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract
    from concordat.sandbox import Stock
    from concordat.values import Json

__all__ = ["GivenRecords"]


class GivenRecords:
    """Binds the names of cases. `stocks` are the discovered records by contract; a variable overrides a found value."""

    def __init__(
        self, stocks: Mapping[str, Stock], given_bindings: Mapping[str, Json], given_offers: Mapping[str, int]
    ) -> None:
        self._stocks = stocks
        self._given_bindings = given_bindings
        self._given_offers = given_offers

    def bind(self, case: Case, contract: Contract) -> dict[str, Any]:
        """Return the values of references by name, for a case with `needs`.

        Raises UnmetNeed, and CatalogueError for needs outside of the vocabulary.
        """
        stock, needs = self._stocks.get(contract.name), dict(case.needs or {})
        for kind, least in list(needs.items()):
            offered = self._given_offers.get(kind, None if stock else 0)
            if offered is None:
                continue
            if not isinstance(least, int) or offered < least:
                raise too_few(kind, least, offered)
            del needs[kind]
        found = {} if stock is None else stock.bind(needs, names_of(case), changed_records(case, contract))
        return {**found, **self._given_bindings}
