"""The data of the page's script: an index of every result, and the cases in compressed pieces.

The index serves the matrix and its filters. The page decompresses a piece when the reader opens one of its cases. No
text of a server or an SDK can end its element: JSON in `<script type="application/json">` has `<` escaped, and
compressed data (RFC 1951) is base64.
"""

from __future__ import annotations

import base64
import re
import zlib
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from concordat.checks import Verdict
from concordat.printable import json_text
from concordat.runner.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from concordat.runner.result import Report

__all__ = ["LIMIT", "Index", "Payload", "compressed", "inline_json", "pack"]

LIMIT = 12_000_000
"""Limit of all pieces together, in characters. Texts are shortened until the pieces fit."""
PIECE = 192 * 1024
"""Bytes of JSON in a piece: a few milliseconds to decompress and parse."""
CAPS = (None, 8192, 1024, 128)
"""Longest texts to keep, in characters, tried in turn."""
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TO_ESCAPE = re.compile("[<>&\u2028\u2029]")


class CaseEntry(msgspec.Struct, frozen=True, array_like=True):
    """One row of the matrix; its case is at `place` in the piece number `piece`.

    `verdicts` and `notes` have an item for each client: an index into the list of that name in `Index`, or -1 without a
    result or note.
    """

    key: str
    title: str
    area: str
    level: str
    piece: int
    place: int
    verdicts: list[int]
    notes: list[int]


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """The matrix and its filters. `notes` are the texts that a search finds: checks, causes, write safety."""

    clients: tuple[str, ...]
    verdicts: tuple[str, ...]
    notes: list[str]
    cases: list[CaseEntry]
    about: dict[str, Any]


class CaseDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One case with every client's result, each without the fields of the case."""

    key: str
    title: str
    why: str
    source: tuple[str, ...]
    path: str
    area: str
    level: str
    results: dict[str, Result]


class Payload(msgspec.Struct, frozen=True):
    """The index and the pieces; `cap` is the largest length of a text on the page, None without a limit."""

    index: Index
    pieces: list[str]
    cap: int | None


def pack(report: Report, clients: Sequence[str], about: dict[str, Any], *, limit: int = LIMIT) -> Payload:
    """Return the data of a page whose columns are `clients`. Texts are shortened when the pieces exceed `limit`."""
    by_key: dict[str, list[Result]] = {}
    for result in report.results:
        by_key.setdefault(result.key, []).append(result)
    tried = ((cap, *_pieces(by_key, cap)) for cap in CAPS)
    cap, pieces, places = next(found for found in tried if found[0] == CAPS[-1] or sum(map(len, found[1])) <= limit)
    return Payload(_index(by_key, clients, about, places), pieces, cap)


def _pieces(by_key: dict[str, list[Result]], cap: int | None) -> tuple[list[str], dict[str, tuple[int, int]]]:
    pieces: list[str] = []
    places: dict[str, tuple[int, int]] = {}
    piece: list[bytes] = []
    size = 0
    for key, results in by_key.items():
        data = msgspec.json.encode(_detail(key, results, cap))
        if piece and size + len(data) > PIECE:
            pieces.append(compressed(b"[" + b",".join(piece) + b"]"))
            piece, size = [], 0
        places[key] = (len(pieces), len(piece))
        piece.append(data)
        size += len(data)
    if piece:
        pieces.append(compressed(b"[" + b",".join(piece) + b"]"))
    return pieces, places


def _detail(key: str, results: Sequence[Result], cap: int | None) -> CaseDetail:
    first = results[0]
    return CaseDetail(
        key=key,
        title=first.title,
        why=first.why,
        source=first.source,
        path=first.path,
        area=first.area,
        level=first.level,
        results={result.client: _own(result, cap) for result in results},
    )


def _own(result: Result, cap: int | None) -> Result:
    """Return a result without the fields of its case, with long texts shortened."""
    own = msgspec.structs.replace(result, case="", row=None, client="", title="", why="", source=(), path="", area="")
    if cap is None or len(msgspec.json.encode(own)) <= cap:
        return own
    plain = _shortened(msgspec.to_builtins(own), cap)
    return msgspec.convert(plain, Result)


def _shortened(value: Any, cap: int) -> Any:
    if isinstance(value, str):
        whole = len(value)
        return value if whole <= cap else f"{value[: cap // 2]} ... ({whole} characters, whole in report.json)"
    if isinstance(value, list | tuple):
        return [_shortened(item, cap) for item in value]
    if isinstance(value, dict):
        return {key: _shortened_member(key, item, cap) for key, item in value.items()}
    return value


def _shortened_member(key: str, value: Any, cap: int) -> Any:
    if key in ("body_base64", "unparsable_base64") and isinstance(value, str) and len(value) > cap:
        return value[: cap // 4 * 4]  # still base64
    return _shortened(value, cap)


def _index(
    by_key: dict[str, list[Result]],
    clients: Sequence[str],
    about: dict[str, Any],
    places: dict[str, tuple[int, int]],
) -> Index:
    columns = {client: number for number, client in enumerate(clients)}
    ordinals = {verdict: number for number, verdict in enumerate(Verdict)}
    notes: dict[str, int] = {}
    entries = []
    for key, results in by_key.items():
        verdicts, noted = [-1] * len(columns), [-1] * len(columns)
        for result in results:
            column = columns[result.client]
            verdicts[column] = ordinals[result.verdict]
            if note := _note(result):
                noted[column] = notes.setdefault(note, len(notes))
        first = results[0]
        entries.append(CaseEntry(key, first.title, first.area, first.level, *places[key], verdicts, noted))
    return Index(
        clients=tuple(clients),
        verdicts=tuple(str(verdict) for verdict in Verdict),
        notes=list(notes),
        cases=entries,
        about=about,
    )


def _note(result: Result) -> str:
    """Return the text that the search compares, in addition to the case's own."""
    rule = None if result.decoding is None else result.decoding.rule
    words: list[str | None] = [result.write_safety, result.reason, rule, "flaky" if result.flaky else None]
    for check in result.checks:
        if check.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.BLOCKED):
            words += [check.id, check.cause, check.error_class]
    return " ".join(_once(words))


def _once(words: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word for word in words if word))


def inline_json(value: object) -> Markup:
    """Return a value as JSON for a script element, without `<!--`, `</script` and JavaScript's line separators."""
    text = json_text(msgspec.json.encode(value).decode("utf-8"))
    return Markup(_TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], text))  # noqa: S704 - escaped for a script element


def compressed(data: bytes) -> str:
    """Return bytes as raw DEFLATE data (RFC 1951) in base64."""
    packer = zlib.compressobj(level=6, wbits=-15)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode("ascii")
