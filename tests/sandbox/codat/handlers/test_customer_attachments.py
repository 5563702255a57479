from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from concordat.http1.exchange import header

if TYPE_CHECKING:
    from tests.sandbox.conftest import OpenDesk

DATA = bytes(range(256)) + b"\r\n\x00"


def test_attachments_are_listed_unpaged_and_downloaded_byte_for_byte(desk: OpenDesk) -> None:
    encoded = base64.b64encode(DATA).decode()
    opened = desk({"attachments": [{"base64": encoded, "name": "a.png", "contentType": "image/png"}, {"text": "hé"}]})
    base = f"{opened.connection}/data/customers/{opened.sandbox.bindings['customer']}/attachments"
    listed = opened.get(base)
    assert list(listed) == ["attachments"]
    first, second = listed["attachments"]
    assert (first["name"], first["contentType"], first["fileSize"]) == ("a.png", "image/png", len(DATA))
    assert opened.get(f"{base}/{first['id']}") == first
    download = opened.ask("GET", f"{base}/{first['id']}/download")
    assert (download.body, header(download.headers, "content-type")) == (DATA, "application/octet-stream")
    assert opened.ask("GET", f"{base}/{second['id']}/download").body == "hé".encode()


def test_every_counted_attachment_has_its_bytes(desk: OpenDesk) -> None:
    opened = desk({"attachments": 5})
    base = f"{opened.connection}/data/customers/{opened.sandbox.bindings['customer']}/attachments"
    for record in opened.get(base)["attachments"]:
        assert len(opened.ask("GET", f"{base}/{record['id']}/download").body) == record["fileSize"]


def test_one_file_needs_no_sync_but_belongs_to_its_customer(desk: OpenDesk) -> None:
    opened = desk({"attachments": 1, "synced": []})
    bound = opened.sandbox.bindings
    base = f"{opened.connection}/data/customers"
    assert opened.get(f"{base}/{bound['customer']}/attachments/{bound['attachment']}")["id"] == bound["attachment"]
    assert opened.ask("GET", f"{base}/{bound['customer2']}/attachments/{bound['attachment']}").status == 404
    missing = f"{base}/{bound['customer']}/attachments/00000000-0000-4000-8000-000000000000"
    assert opened.ask("GET", missing).status == 404
    assert opened.ask("GET", f"{missing}/download").json["statusCode"] == 404


def test_a_customer_without_files_has_an_empty_list(desk: OpenDesk) -> None:
    opened = desk()
    customer = opened.sandbox.bindings["customer"]
    assert opened.get(f"{opened.connection}/data/customers/{customer}/attachments") == {"attachments": []}
