"""The Java stand-in: the adapter is compiled with `java_standin`, which has the documented public API of the SDKs."""

from __future__ import annotations

import json
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

__all__ = ["JAVA"]

COMPILE = scaled(300)
OPERATIONS = {
    "customers.create": binding("customers.create", body="customer", payload="customer"),
    "customers.get": binding("customers.get", payload="customer"),
    "customers.list": binding("customers.list", payload="customer"),
    "customers.downloadAttachment": binding("customers.downloadAttachment"),
    "customers.update": binding("customers.update"),
    "suppliers.list": binding("suppliers.list"),
}


def _javac(target: Path, *words: str | Path) -> None:
    command = ("javac", "-Xlint:all", "-Werror", "--release", "11", "-d", str(target), *map(str, words))
    subprocess.run(command, check=True, timeout=COMPILE)


def lay_out(folder: Path) -> AdapterCommand:
    """Compile as provisioning does, with the stand-in where Maven puts a package."""
    package = folder / "lib" / "local" / "concordat" / "stand.in" / "1.2.3" / "stand.in-1.2.3.jar"
    package.mkdir(parents=True)
    _javac(package, *(HERE / "java_standin").rglob("*.java"))
    sources = (CLIENTS / "java-speakeasy", CLIENTS / "protocol" / "java")
    _javac(folder / "classes", "-cp", package, *(path for source in sources for path in source.glob("*.java")))
    config = {"style": "java-speakeasy", "module": "standin", "class": "Standin", "operations": OPERATIONS}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    path = f"{folder / 'classes'}:{package}"
    program = ("concordat.adapter.Adapter", str(folder / "config.json"))
    return AdapterCommand(("java", "-XX:TieredStopAtLevel=1", "-cp", path, *program))


def _get(customer: str) -> Call:
    return Call("customers.get", {"companyId": "c", "customerId": customer})


BODY: JsonObject = {
    "customerName": 'Ada "\\\n\u00fc',
    "status": "Active",
    "phone": None,
    "tags": ["a"],
    "limit": 1.5,
    "balance": {"$number": "12345678901234567890.5"},
    "since": "2022-10-23",
    "content": {"a": {"$$x": [1, None, True], "y": {"z": "t"}}},
    "parent": {"id": "1", "customerName": "Bob"},
}
ENVELOPES = (
    OutcomeRow(
        "an empty Optional is absent and null is null",
        _get("sparse"),
        returned(payload={"customerName": None}),
    ),
    OutcomeRow(
        "digits, dates, enums, nulls and dollar keys survive",
        _get("rich"),
        returned(
            payload={
                "customerName": "\U0001f600",
                "status": "Archived",
                "phone": None,
                "tags": [{"$utf16": [0xD83D]}],
                "limit": 0.1,
                "balance": {"$number": "0.10000000000000000001"},
                "since": "2022-10-23",
                "content": {"a": {"$$ref": {"$number": "9007199254740993"}}},
            }
        ),
    ),
    OutcomeRow(
        "another accessor than the payload's is the error of a returned call",
        _get("missing"),
        returned(404, error={"class": "ErrorMessage", "status": 404, "fields": {"error": "no such customer"}}),
    ),
)
ERRORS = tuple(
    OutcomeRow(name, _get(customer), raised(error))
    for name, customer, error in (
        (
            "the class and message of an error with a status",
            "error.http-status",
            {"class": "SDKError", "message": "API error occurred", "status": 502, "body": "<h1>no</h1>"},
        ),
        ("a decoded null in an error", "null", {"class": "ErrorMessage", "fields": {"validation": None}}),
        (
            "an error about the credential",
            "auth",
            {"class": "AuthException", "message": "no credential", "status": 401},
        ),
        (
            "an error with its cause",
            "unreachable",
            {"class": "IOException", "chain": ["IllegalStateException"], "message": "sending failed"},
        ),
        ("an error that is not an exception", "else", {"class": "AssertionError", "message": "a crash"}),
    )
)
ARGUMENTS = (
    OutcomeRow(
        "a body is built with the models' builders",
        Call("customers.create", {"companyId": "c", "body": BODY}),
        parts={"payload": BODY},
    ),
    OutcomeRow(
        "an argument that is not passed is left to the SDK",
        Call("customers.list", {"companyId": "c"}),
        parts={"payload": {"customerName": "c 1"}},
    ),
    OutcomeRow(
        "an argument that is passed reaches the SDK",
        Call("customers.list", {"companyId": "c", "page": 2}),
        parts={"payload": {"customerName": "c 2"}},
    ),
    OutcomeRow(
        "an operation that its resource does not have", Call("customers.update"), unsupported("customers.update")
    ),
)
UNREPRESENTABLE = tuple(
    OutcomeRow(name, Call(operation, arguments), unrepresentable(detail))
    for name, operation, arguments, detail in (
        ("an argument that another operation has not", "customers.list", {"colour": "red"}, "colour"),
        ("text for a number", "customers.list", {"page": "two"}, "page"),
        ("a fraction for a whole number", "customers.list", {"page": 1.5}, "page"),
        ("null where there is none", "customers.list", {"page": None}, "page"),
        ("undefined", "customers.list", {"page": {"$undefined": True}}, "page"),
        ("an unknown field of the body", "customers.create", {"body": {"colour": 1}}, "body"),
        ("an unknown constant of an enum", "customers.create", {"body": {"status": "Away"}}, "body"),
        ("text that is not a date", "customers.create", {"body": {"since": "soon"}}, "body"),
        (
            "more digits than a double",
            "customers.create",
            {"body": {"limit": {"$number": "0.10000000000000000555"}}},
            "body",
        ),
    )
)
SETTINGS = (
    *(
        OutcomeRow(
            f"a client with {name}",
            _get("settings"),
            parts={"payload.customerName": f"http://127.0.0.1:1 {reported}"},
            settings={"auth": auth, "retries": retries},
        )
        for name, auth, retries, reported in (
            ("no retries", "Basic k", "none", "Basic k none"),
            ("nothing of its own", None, "default", "null null"),
            (
                "a retry policy in numbers",
                "k",
                {**BACKOFF, "retryConnectionErrors": True},
                "k backoff, initial 20, most 50, in all 400, factor 1.5, connections true",
            ),
        )
    ),
    OutcomeRow(
        "the error of a client that cannot be built",
        _get("sparse"),
        raised({"class": "IllegalArgumentException", "message": "no such server"}, phase="build"),
        settings={"serverUrl": "refused"},
    ),
)

JAVA = StandIn(
    name="java",
    style="java-speakeasy",
    language="java",
    package="local.concordat:stand.in",
    version="1.2.3",
    lay_out=lay_out,
    operations=tuple(OPERATIONS),
    features=("cancel", "retries"),
    tool="javac",
    slow=_get("slow"),
    rows=(*ENVELOPES, *ERRORS, *ARGUMENTS, *UNREPRESENTABLE, *SETTINGS),
)
