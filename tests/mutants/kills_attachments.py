"""Kills of the area `attachments`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

__all__ = ["KILLS"]

KILLS = (
    Kill("file-sizes-as-text", "attachments.describe.same-as-in-the-list", "described:outcome.payload"),
    Kill("file-sizes-as-text", "attachments.describe.each-of-several[all-bytes]", "outcome.payload"),
    Kill("descriptions-without-nulls", "attachments.describe.null-and-absent-fields[null-name]", "outcome.reported"),
    Kill("file-sizes-in-24-bits", "attachments.describe.largest-size[dynamics-limit]", "outcome.payload"),
    Kill(
        "sandbox:files-of-everybody",
        "attachments.describe.only-under-its-own-customer[description-of-another-customer]",
        "another:outcome.reported",
    ),
    Kill("sandbox:files-need-a-sync", "attachments.describe.without-a-sync", "describe:outcome.reported"),
    Kill("downloads-without-the-credential", "attachments.download.known-one", "outcome.reported"),
    Kill("downloads-handed-out-once", "attachments.download.twice-the-same", "second:outcome.payload"),
    Kill("files-cut-at-64-kib", "attachments.download.byte-for-byte[every-byte-often]", "outcome.payload"),
    Kill("files-read-as-text", "attachments.download.byte-for-byte[image]", "outcome.payload"),
    Kill("sandbox:files-cut", "attachments.download.byte-for-byte[image]", "outcome.payload"),
    Kill("files-without-last-newline", "attachments.download.byte-for-byte[line-ends]", "outcome.payload"),
    Kill("empty-files-refused", "attachments.download.empty", "outcome.reported"),
    Kill("files-cut-at-64-kib", "attachments.download.of-five-megabytes[xero-limit]", "outcome.payload"),
    Kill("codings-not-undone", "attachments.download.content-coding-undone[gzip]", "outcome.payload"),
    Kill("downloads-in-one-spelling", "attachments.download.spellings-of-the-type[charset]", "outcome.reported"),
    Kill("answers-with-a-disposition-refused", "attachments.download.further-headers[disposition]", "outcome.payload"),
    Kill("files-read-as-text", "attachments.download.in-pieces[small]", "outcome.payload"),
    Kill("first-piece-taken-for-the-whole", "attachments.download.in-pieces[small]", "outcome.payload"),
    Kill("cut-bodies-read-as-whole", "attachments.download.without-its-end[nothing-arrived]", "outcome.reported"),
    Kill("pieces-of-a-cut-download-kept", "attachments.download.tried-again-after-a-cut[half]", "outcome.payload"),
    Kill("damaged-codings-unpacked-as-far-as-they-go", "attachments.download.damaged-coding[cut]", "outcome.reported"),
    Kill("files-of-another-type-lost", "attachments.download.of-another-type[image]", "outcome.payload"),
    Kill("refused-downloads-handed-out", "attachments.download.refusal-that-is-no-json[html]", "outcome.reported"),
    Kill("downloads-without-the-credential", "attachments.list.from-the-list-to-each", "content:outcome.reported"),
    Kill("file-descriptions-cut", "attachments.list.every-field-of-every-file", "outcome.payload"),
    Kill("files-in-another-order", "attachments.list.only-of-that-customer[first]", "outcome.payload"),
    Kill("sandbox:files-of-everybody", "attachments.list.only-of-that-customer[first]", "outcome.payload"),
    Kill("sandbox:files-of-everybody", "attachments.list.empty-after-a-full-one", "empty:outcome.payload"),
    Kill("file-names-in-ascii", "attachments.list.names-in-any-script[accents]", "outcome.payload"),
    Kill(
        "missing-parts-of-files-made-up", "attachments.list.absent-fields-stay-absent[date-created]", "outcome.payload"
    ),
    Kill("files-need-an-id", "attachments.list.nothing-is-required[bare]", "outcome.reported"),
    Kill("files-need-every-part", "attachments.list.nothing-is-required[bare]", "outcome.reported"),
    Kill("file-ids-must-be-uuids", "attachments.list.ids-that-are-no-uuid[prefixed]", "outcome.reported"),
    Kill("unknown-fields-of-files-refused", "attachments.list.unknown-fields[beside-the-list]", "outcome.reported"),
    Kill("pieces-decoded-one-by-one", "attachments.list.in-small-pieces[of-one-byte]", "outcome.payload"),
    Kill("no-list-of-files-read-as-empty", "attachments.list.of-another-kind[html]", "outcome.reported"),
)
