"""Clients that mistreat attachments and downloads."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from tests.mutants.client_registry import change_payloads, change_routed_answers, mutant, refuse, wrap

from concordat_reference import codec
from concordat_reference.errors import ApiError
from concordat_reference.models import Attachment
from concordat_reference.transport import Answer, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.client_registry import Original

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _downloaded(change: Callable[[Answer], Answer]) -> None:
    change_routed_answers(
        lambda _method, template, answer: change(answer) if template.endswith("/download") else answer
    )


def _listed(change: Callable[[Any], Any]) -> None:
    """Change each attachment of a list."""
    _list(lambda files: [change(file) for file in files])


def _list(change: Callable[[list[Any]], list[Any]]) -> None:
    def changed(page: Any) -> Any:
        return {**page, "attachments": change(page["attachments"])} if page.get("attachments") else page

    change_payloads("/attachments", changed)


def _described(change: Callable[[Any], Any]) -> None:
    change_payloads("/attachments/{attachmentId}", change)


def _held(part: str, check: Callable[[Any], bool], reason: str) -> None:
    """Refuse a read of files whose JSON does not pass."""

    def hold(_method: str, template: str, answer: Answer) -> Answer:
        if template.endswith(part) and not check(answer.json(dict)):
            refuse(answer, reason)
        return answer

    change_routed_answers(hold)


# Lists and descriptions


@mutant
def file_names_in_ascii() -> None:
    """Shows the names of files in ASCII."""
    _listed(lambda it: {**it, "name": (it.get("name") or "").encode("ascii", "replace").decode()})


@mutant
def files_in_another_order() -> None:
    """Shows the files of a list in another order than the list's."""
    _list(lambda files: files[::-1])


@mutant
def missing_parts_of_files_made_up() -> None:
    """Shows a size of zero for a file of which none was said."""
    _listed(lambda it: {"fileSize": 0, "dateCreated": "1970-01-01T00:00:00Z", **it})


@mutant
def files_need_every_part() -> None:
    """Refuses a list with a file that lacks a property."""
    parts = {"name", "contentType", "fileSize", "dateCreated", "id"}
    _held(
        "/attachments", lambda page: all(parts <= it.keys() for it in page.get("attachments") or []), "it is not whole"
    )


@mutant
def files_need_an_id() -> None:
    """Refuses a list with a file that has no id."""
    _held("/attachments", lambda page: all(it.get("id") for it in page.get("attachments") or []), "a file has no id")


@mutant
def file_ids_must_be_uuids() -> None:
    """Refuses a list with a file whose id is no UUID."""
    _held(
        "/attachments",
        lambda page: all(
            UUID.fullmatch(it.get("id") or str(UUID)) for it in page.get("attachments") or [] if "id" in it
        ),
        "an id is no UUID",
    )


@mutant
def unknown_fields_of_files_refused() -> None:
    """Refuses a list with a field that it does not know."""
    known = {"name", "contentType", "fileSize", "dateCreated", "id", "includeWhenSent", "attachments"}
    _held(
        "/attachments",
        lambda page: known >= page.keys() and all(known >= it.keys() for it in page.get("attachments") or []),
        "it holds unknown fields",
    )


@mutant
def lists_of_files_may_not_be_missing() -> None:
    """Refuses an answer without a list of files."""
    _held("/attachments", lambda page: page.get("attachments") is not None, "it holds no list")


@mutant
def no_list_of_files_read_as_empty() -> None:
    """Returns a list without files for an answer that is no list."""

    def lenient(own: Original, self: Transport, method: str, template: str, *given: object, **named: object) -> Any:
        answer = own(self, method, template, *given, **named)
        if template.endswith("/attachments") and not answer.body.startswith(b'{"attachments"'):
            return answer._replace(content_type="application/json", body=b'{"attachments":[]}')
        return answer

    wrap(Transport, "request", lenient)


@mutant
def descriptions_without_nulls() -> None:
    """Refuses the description of a file in which something is null or missing."""
    parts = {"name", "contentType", "fileSize"}
    _held("/{attachmentId}", lambda it: all(it.get(name) is not None for name in parts), "a part is null")


@mutant
def file_sizes_in_24_bits() -> None:
    """Shows the size of a file modulo 2 to 24."""
    _described(lambda it: {**it, "fileSize": it["fileSize"] % 2**24} if it.get("fileSize") else it)


@mutant
def file_sizes_as_text() -> None:
    """Shows the size of a file as text."""

    def shown(own: Original, self: Answer, kind: object) -> Any:
        found = own(self, kind)
        return {**found, "fileSize": str(found["fileSize"])} if kind is Attachment and "fileSize" in found else found

    wrap(Answer, "json", shown)


@mutant
def ids_of_files_dropped() -> None:
    """Lists files without their ids."""
    _listed(lambda it: {name: x for name, x in it.items() if name != "id"})


# Downloads


@mutant
def empty_files_refused() -> None:
    """Raises an error for a file of no bytes."""

    def whole(answer: Answer) -> Answer:
        return answer if answer.body else refuse(answer, "it is empty")

    _downloaded(whole)


@mutant
def downloads_in_one_spelling() -> None:
    """Takes a download only under one exact spelling of its media type."""

    def exact(answer: Answer) -> Answer:
        return answer if answer.content_type == "application/octet-stream" else refuse(answer, "its type is another")

    _downloaded(exact)


@mutant
def files_of_another_type_lost() -> None:
    """Hands out nothing for a file that comes under a media type of its own."""

    def lost(answer: Answer) -> Answer:
        return answer if "octet-stream" in (answer.content_type or "").lower() else answer._replace(body=b"")

    _downloaded(lost)


@mutant
def damaged_codings_unpacked_as_far_as_they_go() -> None:
    """Unpacks a damaged content coding as far as it goes."""

    def lenient(own: Original, coding: str, body: bytes) -> bytes:
        try:
            return bytes(own(coding, body))
        except ValueError:
            unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                return unpacker.decompress(body)
            except zlib.error:
                return body

    wrap(codec, "uncoded", lenient)


@mutant
def refused_downloads_handed_out() -> None:
    """Hands out the reason of a refused download as the file."""

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        try:
            return own(self, method, target, *given)
        except ApiError as error:
            if not target.endswith("/download"):
                raise
            return Answer(200, "application/octet-stream", error.body.encode())

    wrap(Transport, "_once", once)


@mutant
def reasons_of_refused_downloads_lost() -> None:
    """Loses the body of a refused download, as one that is not read."""

    def once(own: Original, self: Transport, method: str, target: str, *given: object) -> Any:
        try:
            return own(self, method, target, *given)
        except ApiError as error:
            if not target.endswith("/download"):
                raise
            raise ApiError(error.status, "", {}, error.headers) from None

    wrap(Transport, "_once", once)


@mutant
def answers_with_a_disposition_refused() -> None:
    """Takes an answer with a Content-Disposition for something to be saved, and shows none of it."""
    import requests  # noqa: PLC0415 - as late as the client itself does

    def send(own: Original, session: object, request: object, **given: object) -> Any:
        response = own(session, request, **given)
        if "Content-Disposition" in response.headers:
            response.raw.read()
        return response

    wrap(requests.Session, "send", send)


@mutant
def first_piece_taken_for_the_whole() -> None:
    """Takes the first piece of an answer that arrives for the whole of it."""
    from urllib3 import HTTPResponse  # noqa: PLC0415 - comes with requests

    wrap(HTTPResponse, "read", lambda _own, response, **_given: response.read1(decode_content=False))


@mutant
def pieces_decoded_one_by_one() -> None:
    """Decodes the text of an answer piece by piece, whatever characters the pieces split."""
    from urllib3 import HTTPResponse  # noqa: PLC0415 - comes with requests

    def read(own: Original, response: Any, **given: Any) -> bytes:
        if "json" not in response.headers.get("Content-Type", "") or response.headers.get("Content-Encoding"):
            return bytes(own(response, **given))
        pieces = []
        while piece := response.read1(decode_content=False):
            pieces.append(piece.decode("utf-8", "replace"))
        return "".join(pieces).encode()

    wrap(HTTPResponse, "read", read)


@mutant
def chunks_put_together_without_their_last() -> None:
    """Loses the last bytes of an answer in chunks."""
    from urllib3 import HTTPResponse  # noqa: PLC0415 - comes with requests

    def read(own: Original, response: Any, **given: Any) -> bytes:
        body = bytes(own(response, **given))
        return body[:-1] if response.chunked else body

    wrap(HTTPResponse, "read", read)
