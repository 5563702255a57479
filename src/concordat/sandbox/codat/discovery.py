"""Discovery of a live endpoint of the APIs: its companies with their records, and the names that meet a case's needs.

An endpoint's answers are data: a member of another type makes the answer foreign, a missing one makes a record poorer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from concordat.sandbox.codat.integrations import INTEGRATIONS
from concordat.sandbox.codat.needs import Needs, parse_needs
from concordat.sandbox.core.stock import ChosenMissing, UnmetNeed, too_few

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from concordat.sandbox.core.stock import Ask
    from concordat.values import Json

__all__ = ["CodatStock", "discover"]

_PAGE_SIZE = 100
_COMPANIES = 20
"""Companies whose customers are read."""
_DETAILED = 3
"""Companies whose pushes, refreshes and attachments are read: those with the most customers."""
_ATTACHED = 10
"""Customers of a company whose attachments are read."""
_NAMED = 9
"""Records of a kind that have a name, as in a world."""
_LONGEST_ID = 500
_EMPTY = frozenset({b"null", b'""', b"[]", b"{}"})
_CONNECTION_KIND = "connection"
_COMPANIES_KIND = "companies"
_COUNTED = (_COMPANIES_KIND, "connections", "customers", "attachments", "pushes", "pulls")
_KINDS = frozenset({"company", "connection", "customer", "attachment", "push", "pull"})
_DIGITS = "0123456789"


class _Connection(msgspec.Struct, frozen=True, rename="camel"):
    id: str | int
    status: str | None = None
    platform_name: str | None = None
    integration_key: str | None = None


class _Company(msgspec.Struct, frozen=True, rename="camel"):
    id: str | int
    data_connections: list[_Connection] | None = None


class _Companies(msgspec.Struct, frozen=True, rename="camel"):
    results: list[_Company] | None = None
    total_results: int | None = None


class _Connections(msgspec.Struct, frozen=True, rename="camel"):
    results: list[_Connection] | None = None


class _Customers(msgspec.Struct, frozen=True, rename="camel"):
    results: list[dict[str, msgspec.Raw]] | None = None
    total_results: int | None = None

    def __post_init__(self) -> None:
        """Read each id. Raises msgspec.DecodeError, which the decoder passes on, for one of another type."""
        for record in self.results or ():
            _id_of(record)


class _Item(msgspec.Struct, frozen=True, rename="camel"):
    id: str | int | None = None
    push_operation_key: str | None = None


class _Items(msgspec.Struct, frozen=True, rename="camel"):
    results: list[_Item] | None = None
    attachments: list[_Item] | None = None
    total_results: int | None = None


class _DataStatus(msgspec.Struct, frozen=True, rename="camel"):
    last_successful_sync: str | None = None


@dataclass(frozen=True, slots=True)
class _Customer:
    id: str | int
    fields: frozenset[str]
    """The names of its members that are neither null nor empty."""


@dataclass(frozen=True, slots=True)
class _Stocked:
    """One company with what the discovery read of it."""

    id: str | int
    connections: tuple[_Connection, ...]
    """The linked ones."""
    known: tuple[_Connection, ...] = ()
    """The linked ones and the others."""
    customers: tuple[_Customer, ...] = ()
    total: int = 0
    """Its readable customers, of which `customers` are the first."""
    synced: frozenset[str] = frozenset()
    pushes: tuple[str, ...] = ()
    push_total: int = 0
    pulls: tuple[str | int, ...] = ()
    pull_total: int = 0
    attached: str | int | None = None
    """The customer with the attachments."""
    attachments: tuple[str | int, ...] = ()


class CodatStock:
    """The records of a live endpoint; implements `core.stock.Stock`."""

    def __init__(self, companies: Sequence[_Stocked], total: int) -> None:
        self._companies = companies
        self._total = total

    def bind(
        self, needs: Mapping[str, Any], used: Collection[str] = (), changed: Collection[str] = ()
    ) -> dict[str, Json]:
        """Return the names of records that meet `needs`, those of a world. Raises UnmetNeed and CatalogueError.

        The first company that meets the needs and has every name in `used` serves the case, else the first that meets
        the needs. A case that changes a customer or a connection gets the last ones, which others read least.
        """
        parsed = parse_needs(needs)
        least = {name: getattr(parsed, name) for name in _COUNTED if name in needs}
        if "connection" in changed:
            least["connections"] = max(parsed.connections, 2)
        if self._total < least.get(_COMPANIES_KIND, 1):
            raise too_few(_COMPANIES_KIND, least.get(_COMPANIES_KIND, 1), self._total)
        poorer: dict[str, Json] | None = None
        unmet: UnmetNeed | None = None
        for company in self._companies:
            try:
                _check(company, parsed, least)
            except UnmetNeed as error:
                unmet = unmet or error
                continue
            names = self._names(company, parsed, changed)
            if all(name in names for name in used if name.rstrip(_DIGITS) in _KINDS):
                return names
            poorer = poorer or names
        if poorer is None:
            raise unmet or too_few(_COMPANIES_KIND, 1, 0)
        return poorer

    def _names(self, company: _Stocked, needs: Needs, changed: Collection[str]) -> dict[str, Json]:
        others = [one for one in self._companies if one is not company]
        suited = [one for one in company.connections if _suits(one, needs)]
        if "connection" in changed:
            suited.reverse()
        connections = [*suited, *(one for one in company.connections if one not in suited)]
        if connections:  # `$connection` is always one of `$company`
            connections += [one for other in others for one in other.connections]
        wanted: str | int | None = company.attached
        if needs.fields:
            wanted = next(one.id for one in company.customers if one.fields.issuperset(needs.fields))
        customers = [one.id for one in company.customers]
        if "customer" in changed:
            customers.reverse()
            wanted = None if needs.attachments == 0 else wanted
        if wanted is not None:
            customers = [wanted, *(one for one in customers if one != wanted)]
        listed: Mapping[str, Iterable[Json]] = {
            "company": [company.id, *(one.id for one in others)],
            "connection": [one.id for one in connections],
            "customer": customers,
            "attachment": [] if needs.fields and wanted != company.attached else company.attachments,
            "push": company.pushes,
            "pull": company.pulls,
        }
        return dict(_numbered(listed))


def _numbered(listed: Mapping[str, Iterable[Json]]) -> Iterator[tuple[str, Json]]:
    for name, values in listed.items():
        for number, value in enumerate(values, 1):
            if number <= _NAMED:
                yield name if number == 1 else f"{name}{number}", value


def _check(company: _Stocked, needs: Needs, least: Mapping[str, int]) -> None:
    """Raise UnmetNeed for the first need that a company does not meet; `least` are the numbers that the case names."""
    offers = {
        "connections": len(company.connections),
        "customers": company.total,
        "attachments": len(company.attachments),
        "pushes": company.push_total,
        "pulls": company.pull_total,
    }
    for kind, offered in offers.items():
        if offered < least.get(kind, 0):
            raise too_few(kind, least[kind], offered)
    if (needs.integration or needs.offline) and not any(_suits(one, needs) for one in company.connections):
        name = "software that may be switched off"
        if needs.integration is not None:
            name = INTEGRATIONS[needs.integration].name
        message = f"the case needs a linked connection to {name}; the target offers none"
        raise UnmetNeed(message)
    unread = [name for name in needs.synced if name not in company.synced]
    if unread:
        message = f"the case needs {', '.join(unread)} that were read before; no company of the target has them"
        raise UnmetNeed(message)
    if needs.fields and not any(one.fields.issuperset(needs.fields) for one in company.customers):
        message = f"the case needs a customer with {' and '.join(needs.fields)}; the target offers none"
        raise UnmetNeed(message)


def _suits(connection: _Connection, needs: Needs) -> bool:
    """Return whether a connection belongs to the accounting software that the needs name."""
    if needs.integration is None and not needs.offline:
        return True
    for key, integration in INTEGRATIONS.items():
        named = (connection.platform_name or "").casefold() == integration.name.casefold()
        if named or connection.integration_key == integration.platform_key:
            return key == needs.integration if needs.integration else integration.offline
    return False


async def discover(ask: Ask, chosen: Mapping[str, str]) -> CodatStock:
    """Return the records of an endpoint; `chosen` may name the one `company` and the one `connection` to use.

    Raises ChosenMissing without the chosen connection, and what `ask` raises: an answer of another form, and a refusal
    of the first request.
    """
    company, connection = chosen.get("company"), chosen.get("connection")
    if company is None:
        page = await ask.must("companies.list", {"pageSize": _PAGE_SIZE}, _Companies)
        found, total = page.results or [], page.total_results
    else:
        found, total = [await ask.must("companies.get", {"companyId": company}, _Company)], 1
    stocked = []
    for one in found[:_COMPANIES]:
        if _usable(one.id):
            stocked.append(await _stocked(ask, one))  # noqa: PERF401 - one request after the other
    if connection is not None:
        stocked = await _with_connection(ask, stocked, connection)
    stocked.sort(key=lambda one: one.total, reverse=True)
    detailed = [await _detailed(ask, one) for one in stocked[:_DETAILED]]
    return CodatStock([*detailed, *stocked[_DETAILED:]], _at_least(total, found))


def _usable(identifier: str | int | None) -> bool:
    """Return whether a case can use an id of the endpoint."""
    return identifier is not None and 0 < len(str(identifier)) <= _LONGEST_ID


async def _with_connection(ask: Ask, companies: Sequence[_Stocked], connection: str) -> list[_Stocked]:
    """Return the one company with the connection, linked or not, and the others. Raises ChosenMissing without it."""
    for index, company in enumerate(companies):
        found = next((one for one in company.known if str(one.id) == connection), None)
        if found is not None:
            return _chosen(companies, index, found)
    for index, company in enumerate(companies):  # a list of connections has pages
        place: dict[str, Json] = {"companyId": company.id, "connectionId": connection}
        found = await ask.may("connections.get", place, _Connection)
        if found is not None and str(found.id) == connection:
            return _chosen(companies, index, found)
    raise ChosenMissing(_CONNECTION_KIND)


def _chosen(companies: Sequence[_Stocked], index: int, connection: _Connection) -> list[_Stocked]:
    """Return the companies with one connection alone, that of the company at an index."""
    return [replace(one, connections=(connection,) if at == index else ()) for at, one in enumerate(companies)]


async def _stocked(ask: Ask, company: _Company) -> _Stocked:
    """Return a company with its connections and customers."""
    known = company.data_connections
    if known is None:
        page = await ask.may("connections.list", {"companyId": company.id, "pageSize": _PAGE_SIZE}, _Connections)
        known = (page.results if page else None) or []
    usable = tuple(one for one in known if _usable(one.id))
    linked = tuple(one for one in usable if one.status == "Linked")
    read = await ask.if_allowed("customers.list", {"companyId": company.id, "pageSize": _PAGE_SIZE}, _Customers)
    if read is None:
        return _Stocked(company.id, linked, usable)
    customers = tuple(one for one in map(_customer, read.results or []) if one is not None)
    total = _at_least(read.total_results, customers)
    return _Stocked(company.id, linked, usable, customers, total, frozenset({"customers"}))


def _at_least(total: int | None, listed: Sequence[object]) -> int:
    """Return the number of records that an endpoint names, and at least that of those which it lists."""
    return max(total or 0, len(listed))


def _id_of(record: Mapping[str, msgspec.Raw]) -> str | int | None:
    return msgspec.json.decode(record.get("id", b"null"), type=str | int | None)


def _customer(record: Mapping[str, msgspec.Raw]) -> _Customer | None:
    """Return a customer of a list, None for one without a usable id."""
    identifier = _id_of(record)
    if identifier is None or not _usable(identifier):
        return None
    return _Customer(identifier, frozenset(name for name, value in record.items() if bytes(value) not in _EMPTY))


async def _detailed(ask: Ask, company: _Stocked) -> _Stocked:
    """Return a company with its data status, pushes, refreshes and attachments."""
    here = {"companyId": company.id}
    status = await ask.may("dataStatus.get", here, dict[str, _DataStatus]) or {}
    synced = company.synced | {name for name, one in status.items() if one.last_successful_sync}
    pushes = await ask.may("pushOperations.list", {**here, "pageSize": _NAMED}, _Items) or _Items()
    pulls = await ask.may("pullOperations.list", {**here, "pageSize": _NAMED}, _Items) or _Items()
    push_keys = tuple(one.push_operation_key for one in pushes.results or () if _usable(one.push_operation_key))
    pull_ids = tuple(one.id for one in pulls.results or () if _usable(one.id))
    attached, attachments = await _attachments(ask, company)
    return replace(
        company,
        synced=synced,
        pushes=tuple(key for key in push_keys if key is not None),
        push_total=_at_least(pushes.total_results, push_keys),
        pulls=tuple(key for key in pull_ids if key is not None),
        pull_total=_at_least(pulls.total_results, pull_ids),
        attached=attached,
        attachments=attachments,
    )


async def _attachments(ask: Ask, company: _Stocked) -> tuple[str | int | None, tuple[str | int, ...]]:
    """Return the first customer of a company that has attachments, and their ids."""
    if not company.connections:
        return None, ()
    for customer in company.customers[:_ATTACHED]:
        place = {"companyId": company.id, "connectionId": company.connections[0].id, "customerId": customer.id}
        found = await ask.may("customers.listAttachments", place, _Items)
        ids = tuple(one.id for one in (found.attachments if found else None) or () if _usable(one.id))
        if ids:
            return customer.id, tuple(one for one in ids if one is not None)
    return None, ()
