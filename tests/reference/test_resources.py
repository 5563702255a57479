from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from concordat_reference import Client

if TYPE_CHECKING:
    from tests.reference.conftest import Double

C = "/companies/c"
K = C + "/connections/k"
PAGE: dict[str, Any] = {"page": 2, "page_size": 10, "query": "a=b", "order_by": "-id"}
PAGED = "?page=2&pageSize=10&query=a%3Db&orderBy=-id"
BODY = {"x": 1}

CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("customers.list", ("c",), PAGE, f"GET {C}/data/customers{PAGED}"),
    ("customers.get", ("c", "1"), {}, f"GET {C}/data/customers/1"),
    (
        "customers.create",
        ("c", "k", BODY),
        {"timeout_in_minutes": 3, "allow_sync_on_push_complete": False},
        f"POST {K}/push/customers?timeoutInMinutes=3&allowSyncOnPushComplete=false",
    ),
    (
        "customers.update",
        ("c", "k", "1", BODY),
        {"force_update": True, "timeout_in_minutes": 0},
        f"PUT {K}/push/customers/1?timeoutInMinutes=0&forceUpdate=true",
    ),
    ("customers.get_create_update_model", ("c", "k"), {}, f"GET {K}/options/customers"),
    ("customers.list_attachments", ("c", "k", "1"), {}, f"GET {K}/data/customers/1/attachments"),
    ("customers.get_attachment", ("c", "k", "1", "a"), {}, f"GET {K}/data/customers/1/attachments/a"),
    ("customers.download_attachment", ("c", "k", "1", "a"), {}, f"GET {K}/data/customers/1/attachments/a/download"),
    ("companies.list", (), {**PAGE, "tags": "t=1"}, f"GET /companies{PAGED}&tags=t%3D1"),
    ("companies.get", ("c",), {}, f"GET {C}"),
    ("companies.create", (BODY,), {}, "POST /companies"),
    ("companies.replace", ("c", BODY), {}, f"PUT {C}"),
    ("companies.update", ("c", BODY), {}, f"PATCH {C}"),
    ("companies.delete", ("c",), {}, f"DELETE {C}"),
    ("connections.list", ("c",), PAGE, f"GET {C}/connections{PAGED}"),
    ("connections.get", ("c", "k"), {}, f"GET {K}"),
    ("connections.create", ("c", BODY), {}, f"POST {C}/connections"),
    ("connections.delete", ("c", "k"), {}, f"DELETE {K}"),
    ("connections.unlink", ("c", "k", BODY), {}, f"PATCH {K}"),
    ("data_status.get", ("c",), {}, f"GET {C}/dataStatus"),
    ("refresh.all", ("c",), {}, f"POST {C}/data/all"),
    (
        "refresh.data_type",
        ("c", "customers"),
        {"connection_id": "k"},
        f"POST {C}/data/queue/customers?connectionId=k",
    ),
    ("pull_operations.list", ("c",), PAGE, f"GET {C}/data/history{PAGED}"),
    ("pull_operations.get", ("c", "d"), {}, f"GET {C}/data/history/d"),
    ("push_operations.list", ("c",), PAGE, f"GET {C}/push{PAGED}"),
    ("push_operations.get", ("c", "p"), {}, f"GET {C}/push/p"),
    ("push_options.get", ("c", "k", "customers"), {}, f"GET {K}/options/customers"),
]


@pytest.mark.parametrize(("name", "args", "query", "line"), CALLS, ids=[call[0] for call in CALLS])
def test_each_operation_sends_its_own_request(
    double: Double, name: str, args: tuple[Any, ...], query: dict[str, Any], line: str
) -> None:
    double.script = [double.json({"id": "x"})]
    resource, method = name.split(".")
    with Client("k", double.url) as api:
        getattr(getattr(api, resource), method)(*args, **query)
    [sent] = double.sent
    assert f"{sent.method} {sent.target}" == line
    assert sent.body == (b'{"x":1}' if BODY in args else b"")


@pytest.mark.parametrize("name", ["companies.delete", "connections.delete", "refresh.all"])
def test_an_answer_without_content_is_none(double: Double, name: str) -> None:
    double.script = [b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"]
    resource, method = name.split(".")
    with Client("k", double.url) as api:
        assert getattr(getattr(api, resource), method)(*(["c", "k"] if resource == "connections" else ["c"])) is None
