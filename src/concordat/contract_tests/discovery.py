"""Finds out what a target has, by asking it: the ids that generated requests are to name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["known_at"]

_TIMEOUT = 20.0
_LOOKED_AT = 20
"""Companies, and customers of the chosen one, that are looked at."""
_found: dict[str, dict[str, str]] = {}


def known_at(base_url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return ids that exist at `base_url`, by the names of the path parameters; asked for once.

    They are those of the company with the most customers. What the target does not have, or refuses to show, is left
    out; a target that does not answer has nothing.
    """
    if base_url not in _found:
        _found[base_url] = _Asking(base_url, headers).known()
    return _found[base_url]


class _Asking:
    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        self._base = base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(headers)

    def known(self) -> dict[str, str]:
        """Ask for one thing after another."""
        with self._session:
            company = self._company()
            if company is None:
                return {}
            here = f"/companies/{company}"
            linked = [one for one in self._results(f"{here}/connections") if one.get("status") == "Linked"]
            connection = linked[0].get("id") if linked else None
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
        """Find a customer, if possible one with a file attached."""
        customers = [one["id"] for one in self._results(f"{here}/data/customers") if isinstance(one.get("id"), str)]
        for customer in customers if connection is not None else ():
            path = f"{here}/connections/{connection}/data/customers/{customer}/attachments"
            attached = _objects(self._get(path).get("attachments"))
            if attached:
                return {"customerId": customer, "attachmentId": attached[0].get("id")}
        return {"customerId": customers[0]} if customers else {}

    def _results(self, path: str) -> list[dict[str, Any]]:
        return _objects(self._get(path, pageSize=_LOOKED_AT).get("results"))

    def _get(self, path: str, **query: int) -> dict[str, Any]:
        try:
            answer = self._session.get(self._base + path, params=query, timeout=_TIMEOUT, allow_redirects=False)
            page = answer.json() if answer.ok else {}
        except (requests.RequestException, ValueError, RecursionError):
            return {}
        return page if isinstance(page, dict) else {}


def _objects(listed: object) -> list[dict[str, Any]]:
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
