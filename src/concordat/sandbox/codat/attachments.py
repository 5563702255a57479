"""Attachment records and their bytes, the same for the same arguments, on every machine.

Kinds of content are chosen for what breaks a download: bytes that are no text, nothing at all, a binary signature
with line ends in it (which text mode would rewrite), text beyond ASCII with a byte order mark, and size.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import shake_128
from struct import pack
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from zlib import compress, crc32

import msgspec

from concordat.errors import CatalogueError
from concordat.sandbox.codat.timestamps import timestamp
from concordat.sandbox.core.clock import START
from concordat.values import Json

if TYPE_CHECKING:
    from datetime import datetime


__all__ = ["LARGEST", "Kind", "StoredAttachment", "attachment", "content_of", "size_of"]

LARGEST = 5 * 1024 * 1024
"""The largest content that can be asked for, in bytes."""


class Kind(StrEnum):
    """A kind of content."""

    ALL_BYTES = "all-bytes"
    """Every byte value once, in order."""
    EMPTY = "empty"
    IMAGE = "image"
    """A whole PNG of one pixel."""
    TEXT = "text"
    """UTF-8 with a byte order mark, both line ends and characters of one to four bytes."""
    RANDOM = "random"
    """`size` bytes without any pattern."""


class StoredAttachment(msgspec.Struct, frozen=True):
    """An attachment: its record, valid under the contract's Attachment, and its bytes."""

    id: str
    record: dict[str, Json]
    content: bytes


def _chunk(name: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + name + data + pack(">I", crc32(name + data))


_PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", compress(b"\x00\xff\x00\x7f", 9))
    + _chunk(b"IEND", b"")
)
_TEXT = "\ufeffInvoice for Zo\u00eb \u2014 \u20ac 12\r\n\u6771\u4eac \U0001f9fe\nlast line without an end".encode()
_FIXED = {Kind.ALL_BYTES: bytes(range(256)), Kind.EMPTY: b"", Kind.IMAGE: _PNG, Kind.TEXT: _TEXT}
_TYPES = {
    Kind.ALL_BYTES: ("application/octet-stream", "bin"),
    Kind.EMPTY: ("text/plain", "txt"),
    Kind.IMAGE: ("image/png", "png"),
    Kind.TEXT: ("text/plain", "txt"),
    Kind.RANDOM: ("application/pdf", "pdf"),
}
_DEFAULT_SIZE = 1024


def content_of(kind: Kind, size: int | None = None, *, seed: str = "") -> bytes:
    """Return the bytes of a kind: with `size`, that many of them, repeated or cut as need be.

    `seed` tells random contents apart. Raises CatalogueError for a negative size, for one above LARGEST, and for a
    size of nothing but nothing.
    """
    if size is not None and not 0 <= size <= LARGEST:
        message = f"an attachment of {size} bytes is not possible"
        raise CatalogueError(message, hint=f"from 0 to {LARGEST} bytes")
    if kind is Kind.RANDOM:
        return shake_128(f"concordat:attachment:{seed}".encode()).digest(_DEFAULT_SIZE if size is None else size)
    whole = _FIXED[kind]
    if size is None or size == len(whole):
        return whole
    if not whole:
        message = "an empty attachment has no size"
        raise CatalogueError(message, hint="leave out the size, or choose another kind")
    return (whole * (size // len(whole) + 1))[:size]


def size_of(kind: Kind, size: int | None = None) -> int:
    """Return how many bytes `content_of` returns for a size that it takes."""
    if size is not None:
        return max(0, size)
    return _DEFAULT_SIZE if kind is Kind.RANDOM else len(_FIXED[kind])


def attachment(
    customer: str,
    number: int,
    kind: Kind = Kind.ALL_BYTES,
    *,
    size: int | None = None,
    created: datetime | None = None,
    name: str | None = None,
    content: bytes | None = None,
) -> StoredAttachment:
    """Return the `number`-th attachment (from 1) of the record with the id `customer`.

    `content` overrides kind and size. Its id is a UUID, as the path parameter asks; modification dates are left out,
    because they are not given for attachments (domain 3.3).
    """
    identifier = str(uuid5(NAMESPACE_URL, f"concordat:attachment:{customer}:{number}"))
    data = content_of(kind, size, seed=identifier) if content is None else content
    media_type, suffix = _TYPES[kind]
    record: dict[str, Json] = {
        "id": identifier,
        "name": name or f"{kind}-{number}.{suffix}",
        "contentType": media_type,
        "dateCreated": timestamp(created or START),
        "fileSize": len(data),
        "includeWhenSent": number % 2 == 0,
    }
    return StoredAttachment(identifier, record, data)
