"""Discovery of the ids that a target has, for generated requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["known_at"]

_TIMEOUT = 20.0
_PAGE_SIZE = 20
"""Companies to look at, and customers of the chosen company."""
_ids_by_url: dict[str, dict[str, str]] = {}


def known_at(base_url: str, headers: Mapping[str, str], chosen: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """Return ids that exist at `base_url`, by path parameter. Requests them once and caches the result.

    The ids belong to the company with the most customers, or to the `company` and the `connection` in `chosen`.
    Records that the target lacks or refuses have no entry; a target that does not answer has none.
    """
    if base_url not in _ids_by_url:
        _ids_by_url[base_url] = _Discovery(base_url, headers, chosen or {}).known()
    return _ids_by_url[base_url]


class _Discovery:
    def __init__(self, base_url: str, headers: Mapping[str, str], chosen: Mapping[str, str]) -> None:
        self._base = base_url.rstrip("/")
        self._chosen = chosen
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(headers)

    def known(self) -> dict[str, str]:
        """Request one collection after the other and return the ids."""
        with self._session:
            company = self._chosen.get("company") or self._company()
            if company is None:
                return {}
            here = f"/companies/{company}"
            linked = [one for one in self._results(f"{here}/connections") if one.get("status") == "Linked"]
            connection = self._chosen.get("connection") or (linked[0].get("id") if linked else None)
            found = {"companyId": company, "connectionId": connection}
            found |= self._customer(here, connection)
            for name, path, key in (
                ("pushOperationKey", "push", "pushOperationKey"),
                ("datasetId", "data/history", "id"),
            ):
                listed = self._results(f"{here}/{path}")
                found[name] = listed[0].get(key) if listed else None
            return {name: value for name, value in found.items() if isinstance(value, str)}

    def _company(self) -> str | None:
        counted = []
        for company in (one for one in self._results("/companies") if isinstance(one.get("id"), str)):
            page = self._get(f"/companies/{company['id']}/data/customers")
            total = page.get("totalResults")
            counted.append((total if isinstance(total, int) else -1, company["id"]))
        return max(counted, key=lambda pair: pair[0])[1] if counted else None

    def _customer(self, here: str, connection: str | None) -> dict[str, Any]:
        """Return the ids of a customer, preferably of one with an attachment."""
        customers = [one["id"] for one in self._results(f"{here}/data/customers") if isinstance(one.get("id"), str)]
        for customer in customers if connection is not None else ():
            path = f"{here}/connections/{connection}/data/customers/{customer}/attachments"
            attached = _objects(self._get(path).get("attachments"))
            if attached:
                return {"customerId": customer, "attachmentId": attached[0].get("id")}
        return {"customerId": customers[0]} if customers else {}

    def _results(self, path: str) -> list[dict[str, Any]]:
        return _objects(self._get(path, pageSize=_PAGE_SIZE).get("results"))

    def _get(self, path: str, **query: int) -> dict[str, Any]:
        try:
            answer = self._session.get(self._base + path, params=query, timeout=_TIMEOUT, allow_redirects=False)
            page = answer.json() if answer.ok else {}
        except (requests.RequestException, ValueError, RecursionError):
            return {}
        return page if isinstance(page, dict) else {}


def _objects(listed: object) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
