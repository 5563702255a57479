from __future__ import annotations

import struct
import zlib
from uuid import UUID

import msgspec
import pytest

from concordat.contract import load_contract
from concordat.errors import CatalogueError
from concordat.sandbox.codat.attachments import LARGEST, Kind, attachment, content_of


def test_the_default_content_holds_every_byte_value() -> None:
    assert content_of(Kind.ALL_BYTES) == bytes(range(256))


def test_an_empty_content_is_empty() -> None:
    assert content_of(Kind.EMPTY) == content_of(Kind.EMPTY, 0) == b""


def test_the_image_is_a_whole_png() -> None:
    data = content_of(Kind.IMAGE)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at, names = 8, list[bytes]()
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        assert checksum == zlib.crc32(name + body)
        names.append(name)
        at += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]


def test_the_text_is_utf_8_with_a_mark_both_line_ends_and_characters_of_all_lengths() -> None:
    text = content_of(Kind.TEXT).decode("utf-8")
    assert text.startswith("\ufeff")
    assert "\r\n" in text
    assert not text.endswith("\n")
    assert {len(character.encode()) for character in text} == {1, 2, 3, 4}


@pytest.mark.parametrize("kind", [Kind.ALL_BYTES, Kind.IMAGE, Kind.TEXT, Kind.RANDOM])
@pytest.mark.parametrize("size", [0, 1, 255, 257, 1024, LARGEST])
def test_a_size_is_kept_to_the_byte(kind: Kind, size: int) -> None:
    assert len(content_of(kind, size)) == size


@pytest.mark.parametrize(("kind", "size"), [(Kind.RANDOM, -1), (Kind.ALL_BYTES, LARGEST + 1), (Kind.EMPTY, 1)])
def test_an_impossible_size_is_refused(kind: Kind, size: int) -> None:
    with pytest.raises(CatalogueError):
        content_of(kind, size)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_attachment_is_the_same_each_time_and_valid_under_the_contract(kind: Kind) -> None:
    first, again = attachment("c1", 1, kind), attachment("c1", 1, kind)
    assert first == again
    assert UUID(first.id).version == 5
    assert first.record["fileSize"] == len(first.content)
    assert "modifiedDate" not in first.record
    contract = load_contract("accounting")
    operation = contract.operation("customers.getAttachment")
    body = msgspec.json.encode(first.record)
    assert contract.check_response(operation, 200, (("Content-Type", "application/json"),), body) == ()


def test_attachments_differ_by_record_and_number() -> None:
    ids = {attachment(customer, number).id for customer in ("a", "b") for number in (1, 2)}
    contents = {attachment("a", number, Kind.RANDOM).content for number in (1, 2)}
    assert (len(ids), len(contents)) == (4, 2)


def test_given_content_and_name_are_kept() -> None:
    stored = attachment("a", 1, name="../odd \u20ac.txt", content=b"\x00")
    assert (stored.record["name"], stored.record["fileSize"], stored.content) == ("../odd \u20ac.txt", 1, b"\x00")
