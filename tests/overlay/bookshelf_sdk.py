"""The SDK of the bookshelf API, as its own people would publish it."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener


class ShelfError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"the shelf answered {status}")
        self.status = status
        self.body = body


class Bookshelf:
    """Shelves at a URL."""

    def __init__(self, url: str, credential: str | None) -> None:
        self._url = url
        self._headers = {"Accept": "application/json"} | ({"Authorization": credential} if credential else {})
        self._opener = build_opener(ProxyHandler({}))

    def list_books(self, shelf: str, author: str | None = None) -> Any:
        """Return a shelf's books."""
        query = "" if author is None else "?" + urlencode({"author": author})
        return self._send("GET", shelf, query, None)

    def add_book(self, shelf: str, book: dict[str, Any]) -> Any:
        """Put a book on a shelf."""
        return self._send("POST", shelf, "", json.dumps(book).encode())

    def _send(self, method: str, shelf: str, query: str, body: bytes | None) -> Any:
        target = f"{self._url}/shelves/{quote(shelf, safe='')}/books{query}"
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
        try:
            with self._opener.open(Request(target, body, headers, method=method)) as answer:
                return json.loads(answer.read())
        except HTTPError as error:
            raise ShelfError(error.code, error.read().decode()) from error
