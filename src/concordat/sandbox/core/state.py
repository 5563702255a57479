"""The sandbox's state: one SQLite database, in memory for a run or in a file for `concordat serve --db`."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["State"]

_META = "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"


@cache
def _template(schema: str) -> bytes:
    """Return an empty database; copying its pages is many times cheaper than running the schema again."""
    database = sqlite3.connect(":memory:")
    database.executescript(_META + schema)
    pages = database.serialize()
    database.close()
    return bytes(pages)


class State:
    """An open database of the sandbox. `schema` creates the API's tables; `path` is a file, or `:memory:`.

    `pages` is a database made earlier (`pages()`), to start from it instead of from an empty one.
    Raises sqlite3.DatabaseError when `path` is a file of something else.
    """

    def __init__(self, schema: str, path: str = ":memory:", pages: bytes | None = None) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.fresh = True
        if path == ":memory:":
            self._database.deserialize(pages or _template(schema))
            self.fresh = pages is None
        else:
            self._database.execute("PRAGMA journal_mode = WAL")
            self.fresh = self.one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") is None
            if self.fresh:
                self._database.executescript(_META + schema)

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
        """Close the database; a state in memory is lost."""
        self._database.close()
