"""Two Go stand-ins: `go_standin` has the public shapes of the releases of 2023, `go_standin_v5` those of later ones.

The adapter is compiled with the stand-in, as provisioning compiles it with an SDK. Failures of the first are returned,
failures of the second are errors.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from tests.adapters.adapter_process import AdapterCommand
from tests.adapters.stand_ins.stand_in import (
    BACKOFF,
    CLIENTS,
    HERE,
    Call,
    OutcomeRow,
    StandIn,
    binding,
    raised,
    returned,
    unrepresentable,
    unsupported,
)
from tests.timeouts import scaled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import JsonObject

__all__ = ["GO", "GO_2023"]

MODULE = "concordat.local/standin"
COMPILE = scaled(600)
OPERATIONS = {
    "customers.create": binding("Customers.Create", body="Customer", payload="CreateCustomerResponse"),
    "customers.get": binding("Customers.Get", payload="Customer"),
    "customers.list": binding("Customers.List", payload="Customers"),
    "customers.downloadAttachment": binding("Customers.DownloadAttachment"),
    "companies.create": binding("Companies.Create", body="*", payload="Company"),
    "companies.list": binding("Companies.List"),
    "suppliers.list": binding("Suppliers.List"),
}


def _compile(folder: Path, module: str, version: str, source: Path) -> AdapterCommand:
    """Lay the sources out as provisioning does, and compile them without any network."""
    build = folder / "build"
    shutil.copytree(CLIENTS / "go-speakeasy", build)
    shutil.copytree(CLIENTS / "protocol" / "go", build / "protocol")
    for template in build.glob("*.tmpl"):
        filled = re.sub(r"\{\{module\}\}", module, template.read_text("utf-8"))
        template.with_suffix("").write_text(filled, "utf-8")
        template.unlink()
    (build / "go.mod").write_text(
        f"module concordat.local/adapter\n\ngo 1.21\n\nrequire {module} {version}\nreplace {module} => {source}\n",
        "utf-8",
    )
    env = os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    for step in (["vet", "./..."], ["build", "-o", str(folder / "adapter"), "."]):
        subprocess.run(["go", *step], cwd=build, env=env, check=True, timeout=COMPILE)
    config = {"style": "go-speakeasy", "module": module, "class": "Standin", "operations": OPERATIONS, "settings": {}}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return AdapterCommand((str(folder / "adapter"), str(folder / "config.json")))


def lay_out_2023(folder: Path) -> AdapterCommand:
    """Compile the adapter with the shapes of the releases of 2023."""
    return _compile(folder, MODULE, "v1.2.3", HERE / "go_standin")


def lay_out_later(folder: Path) -> AdapterCommand:
    """Compile the adapter with the shapes of later releases."""
    return _compile(folder, f"{MODULE}/v5", "v5.0.0", HERE / "go_standin_v5")


def _get(customer: str) -> Call:
    return Call("customers.get", {"companyId": "c", "customerId": customer})


NUMBERS = {**BACKOFF, "retryConnectionErrors": True}
NUMBERS_SHOWN = "backoff {InitialInterval:20 MaxInterval:50 Exponent:1.5 MaxElapsedTime:400} true"
FREE: JsonObject = {"content": {"a": {"$$x": None, "y": [1, "z"]}}}

ENVELOPES = (
    OutcomeRow(
        "a nil field is absent, an empty one is empty, a required one has its zero value",
        _get("sparse"),
        returned(payload={"id": "sparse", "customerName": "", "addresses": [], "status": ""}),
    ),
    OutcomeRow(
        "digits, dates, nulls and dollar keys survive",
        _get("rich"),
        returned(
            payload={
                "id": "rich",
                "revision": {"$number": "9007199254740993"},
                "creditLimit": 0.1,
                "opened": "2022-10-23",
                "status": "",
                "supplementalData": {"content": {"a": {"$$ref": 1.5, "none": None, "text": "ü"}, "nothing": None}},
            }
        ),
    ),
    OutcomeRow(
        "a returned error field is shown as the error of a returned call",
        _get("missing"),
        returned(
            404,
            error={"class": "Schema", "status": 404, "fields": {"error": "no such customer", "statusCode": 404}},
        ),
    ),
    OutcomeRow(
        "an error field of one operation's own",
        _get("syncing"),
        returned(409, error={"class": "GetCustomer409ApplicationJSON", "status": 409, "fields": {"statusCode": 409}}),
    ),
)
ERRORS = (
    OutcomeRow(
        "a transport error has no status",
        _get("unreachable"),
        raised(
            {
                "class": "wrapError",
                "chain": ["errorString"],
                "message": "error sending request: connection refused",
            }
        ),
    ),
    OutcomeRow(
        "a panic inside the client is an outcome",
        _get("broken"),
        raised({"class": "panic", "message": "runtime error: invalid memory address or nil pointer dereference"}),
    ),
)
ARGUMENTS = (
    OutcomeRow(
        "arguments find their fields by the tags",
        Call(
            "customers.create",
            {
                "companyId": "a/b",
                "connectionId": "n",
                "timeoutInMinutes": 3,
                "body": {"id": "1", "nickname": None, "supplementalData": FREE},
            },
        ),
        parts={
            "payload": {
                "data": {"id": "1", "status": "", "supplementalData": FREE},
                "companyId": "a/b",
                "timeoutInMinutes": 3,
            }
        },
    ),
    OutcomeRow(
        "an argument that is not passed stays nil",
        Call("customers.list", {"companyId": "c"}),
        parts={"payload": {"_links": {"self": {"href": "/c"}}, "pageNumber": 1}},
    ),
    OutcomeRow("an operation that its resource does not have", Call("companies.list"), unsupported("companies.list")),
)
UNREPRESENTABLE = tuple(
    OutcomeRow(name, Call(operation, arguments), unrepresentable(detail))
    for name, operation, arguments, detail in (
        ("an argument that another operation has not", "customers.list", {"companyId": "c", "colour": "red"}, "colour"),
        ("text for a number", "customers.list", {"page": "two"}, "page"),
        ("a fraction for a whole number", "customers.list", {"page": 1.5}, "page"),
        ("undefined", "customers.list", {"page": {"$undefined": True}}, "page"),
        ("null for a parameter", "customers.list", {"orderBy": None}, "orderBy"),
        ("an unpaired surrogate", "customers.list", {"orderBy": {"$utf16": [55357]}}, "orderBy"),
        ("an unknown field of the body", "customers.create", {"body": {"colour": 1}}, "body"),
        ("null where nil leaves the field out", "customers.create", {"body": {"id": None}}, "body"),
        (
            "more digits than a double",
            "customers.create",
            {"body": {"creditLimit": {"$number": "0.10000000000000000555"}}},
            "body",
        ),
    )
)
SETTINGS = (
    *(
        OutcomeRow(
            f"a client with {name}",
            _get("settings"),
            parts={"payload.customerName": f"http://127.0.0.1:1 Basic key {reported}"},
            settings={"retries": retries},
        )
        for name, retries, reported in (
            ("no retries", "none", "none"),
            ("its own retries", "default", "default"),
            ("a retry policy in numbers", NUMBERS, NUMBERS_SHOWN),
        )
    ),
    OutcomeRow(
        "the class of the error of a client that cannot be built",
        _get("sparse"),
        parts={"phase": "build", "ended": "raised", "error.class": "panic"},
        settings={"serverUrl": "refused"},
    ),
    OutcomeRow(
        "the timeout is the deadline of the context",
        _get("slow"),
        parts={"ended": "raised", "error.chain": ["deadlineExceededError"]},
        settings={"timeout": 50},
    ),
)

GO_2023 = StandIn(
    name="go-2023",
    style="go-speakeasy",
    language="go",
    package=MODULE,
    version="v1.2.3",
    lay_out=lay_out_2023,
    operations=tuple(sorted(OPERATIONS)),
    features=("cancel", "timeout", "retries"),
    tool="go",
    slow=_get("slow"),
    rows=(*ENVELOPES, *ERRORS, *ARGUMENTS, *UNREPRESENTABLE, *SETTINGS),
)
GO = StandIn(
    name="go",
    style="go-speakeasy",
    language="go",
    package=f"{MODULE}/v5",
    version="v5.0.0",
    lay_out=lay_out_later,
    operations=tuple(sorted(OPERATIONS)),
    features=("cancel", "timeout", "retries"),
    tool="go",
    rows=(
        *(
            OutcomeRow(
                f"a client with {name}",
                _get("x"),
                parts={
                    "payload": {"id": "x", "customerName": f"http://127.0.0.1:1 {reported}", "status": "Active"},
                },
                settings={"auth": auth, "retries": retries},
            )
            for name, auth, retries, reported in (
                ("a credential that is a string", "Basic key", "none", "Basic key none"),
                ("no credential", None, "default", " default"),
                ("a retry policy from a package of its own", "k", NUMBERS, f"k {NUMBERS_SHOWN}"),
            )
        ),
        OutcomeRow(
            "the message of a stream that breaks",
            Call("customers.downloadAttachment", {"attachmentId": "cut"}),
            parts={"phase": "read", "ended": "raised", "error.message": "unexpected EOF"},
        ),
        OutcomeRow(
            "status and body of an error are found in its chain",
            _get("error.wrapped"),
            raised(
                {
                    "class": "wrapError",
                    "chain": ["SDKError"],
                    "message": "error reading: odd: Status 502\n<h1>no</h1>",
                    "status": 502,
                    "body": "<h1>no</h1>",
                }
            ),
        ),
    ),
)
