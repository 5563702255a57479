"""The sandbox's state: one SQLite database, in memory for a run or in a file for `concordat serve --db`.

The customers of a company are kept twice in one row: `source` is the record in the accounting software, `cached` is
what a read serves. They meet at a refresh only (domain: a written record can be read after the next refresh). JSON
is kept as text, so that a page is assembled without decoding it.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["State"]

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE companies (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE connections (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL, integration TEXT NOT NULL,
    status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX connections_of ON connections (company, seq);
CREATE TABLE customers (
    seq INTEGER PRIMARY KEY, company TEXT NOT NULL, connection TEXT NOT NULL, id TEXT NOT NULL,
    source TEXT, cached TEXT, dirty INTEGER NOT NULL DEFAULT 0, UNIQUE (connection, id));
CREATE INDEX readable ON customers (company, seq) WHERE cached IS NOT NULL;
CREATE TABLE attachments (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, connection TEXT NOT NULL, customer TEXT NOT NULL, body TEXT NOT NULL,
    content BLOB NOT NULL);
CREATE TABLE pushes (
    seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, company TEXT NOT NULL, connection TEXT NOT NULL,
    operation TEXT NOT NULL, record TEXT, target TEXT, plan TEXT NOT NULL, due REAL, expires REAL, body TEXT NOT NULL);
CREATE TABLE pulls (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL, connection TEXT NOT NULL,
    type TEXT NOT NULL, due REAL, ending TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX pulls_of ON pulls (company, type);
CREATE INDEX unfinished ON pulls (connection, type) WHERE due IS NOT NULL;
CREATE INDEX completions ON pulls (connection, json_extract(body, '$.completed')) WHERE status = 'Complete';
"""


@cache
def _template() -> bytes:
    """Return an empty database; copying its pages is many times cheaper than running the schema again."""
    database = sqlite3.connect(":memory:")
    database.executescript(_SCHEMA)
    pages = database.serialize()
    database.close()
    return bytes(pages)


class State:
    """An open database of the sandbox. `path` is a file, or `:memory:`.

    `pages` is a database made earlier (`pages()`), to start from it instead of from an empty one.
    Raises sqlite3.DatabaseError when `path` is a file of something else.
    """

    def __init__(self, path: str = ":memory:", pages: bytes | None = None) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.fresh = True
        if path == ":memory:":
            self._database.deserialize(pages or _template())
            self.fresh = pages is None
        else:
            self._database.execute("PRAGMA journal_mode = WAL")
            self.fresh = self.one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") is None
            if self.fresh:
                self._database.executescript(_SCHEMA)

    def one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        row: tuple[Any, ...] | None = self._database.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return every row."""
        return self._database.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        """Execute a change and return how many rows it touched."""
        return self._database.execute(sql, values).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one change for many rows."""
        self._database.executemany(sql, rows)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep all changes of the block, or none when it raises."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def note(self, name: str, value: str) -> None:
        """Keep a named value, such as the clock's time."""
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def noted(self, name: str) -> str | None:
        """Return a named value."""
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else str(row[0])

    def pages(self) -> bytes:
        """Return the whole database as bytes."""
        return bytes(self._database.serialize())

    def size(self) -> int:
        """Return the bytes of the database."""
        row = self.one("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the database; what is in memory is gone."""
        self._database.close()
