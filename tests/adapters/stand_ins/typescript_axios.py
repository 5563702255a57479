"""The stand-in of the axios generation, file by file, and the table of names that its models declare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.adapters.stand_ins.stand_in import (
    BACKOFF,
    Call,
    OutcomeRow,
    StandIn,
    binding,
    raised,
    returned,
    typescript_command,
    unrepresentable,
    unsupported,
    write_files,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adapters.adapter_process import AdapterCommand, JsonObject

__all__ = ["MODULE", "OPERATIONS", "TYPESCRIPT_AXIOS", "lay_out"]

MODULE = "@concordat/standin"
PACKAGE = {
    "package.json": json.dumps(
        {"name": MODULE, "version": "1.2.3", "main": "dist/index.js", "dependencies": {"class-transformer": "*"}}
    ),
    "dist/index.js": """
        const operations = require("./sdk/models/operations");
        const shared = require("./sdk/models/shared");
        class SDKError extends Error {
          constructor(message, statusCode, body) {
            super(message);
            Object.assign(this, { statusCode, body, rawResponse: { secret: true } });
          }
        }
        class Customers {
          constructor(settings) { this.settings = settings; }
          async create(request) { return answer(200, { createCustomerResponse: echo(request) }); }
          async list(request) {
            return answer(200, { customers: new shared.Customers({ links: { href: "/" }, has: echo(request) }) });
          }
          async downloadAttachment() {
            const backing = Buffer.from("--\\0\\xffpdf--", "latin1");
            return answer(200, { data: backing.subarray(2, 7) });
          }
          async get(request, retries, config) { return ANSWERS[request.customerId](config, this.settings); }
        }
        // Says of each property of a request whether it was passed, and as what.
        const echo = (value) => value === undefined ? "undefined" : value === null || typeof value !== "object" ? value
          : value instanceof Uint8Array ? value : Array.isArray(value) ? value.map(echo)
          : Object.fromEntries(Object.keys(value).map((key) => [key, echo(value[key])]));
        class ErrorMessage extends Error {
          constructor(fields, status) {
            super("no such customer");
            Object.assign(this, { error: "no such customer", ...fields, rawResponse: status && { status } });
          }
        }
        exports.ErrorMessage = ErrorMessage;
        const answer = (statusCode, parts) =>
          Object.assign(new operations.Response(), { contentType: "application/json", ...parts, statusCode, ...RAW });
        const RAW = { rawResponse: { data: "secret" } };
        const customer = (fields) => answer(200, { customer: Object.assign(new shared.Customer(), fields) });
        const raise = (error) => { throw error; };
        const NO_SUCH = { error: "no such", statusCode: 404 };
        const FREE = { content: { a: { none: null } } };
        const CAUSED = { cause: new Error("outer", { cause: new RangeError("inner") }) };
        const ANSWERS = {
          sparse: () => customer({ id: "sparse", phone: undefined, name: null, list: [undefined, null] }),
          numbers: () => customer({ big: 2 ** 53, huge: 1e300, tiny: 0.1, minus: -0, nan: NaN, int: 10n, n: 3.0 }),
          text: () => customer({ broken: "\\ud83da", whole: "\\ud83d\\ude00", $ref: 1, constructor: "x" }),
          objects: () => customer({ day: new Date(0), map: new Map(), fn() {}, stream: { pipe() {} } }),
          cyclic: () => { const c = {}; c.self = c; return customer(c); },
          "error.returned-alone": () => answer(403, {}),
          missing: () => answer(404, { errorMessage: Object.assign(new shared.ErrorMessage(), NO_SUCH) }),
          "error.returned": () => answer(403, { errorMessage: { error: "no such customer", statusCode: 429 } }),
          "error.http-status": () => raise(new SDKError("unknown content-type", 502, "<h1>no</h1>")),
          "error.decoded-status": () => raise(new ErrorMessage({ statusCode: 404 })),
          "error.both-equal": () => raise(new ErrorMessage({ statusCode: 404 }, 404)),
          "error.both-different": () => raise(new ErrorMessage({ statusCode: 404 }, 409)),
          "error.decoded-fields": () => raise(new ErrorMessage({ correlationId: "c1" })),
          "error.decoded-zero": () => raise(new ErrorMessage({ statusCode: 0 })),
          "error.neither": () => raise(new Error("connect ECONNREFUSED")),
          "value.absent-and-null": () =>
            customer({ id: "1", status: "Active", phone: undefined, supplementalData: FREE }),
          "value.null": () => customer({ id: "1", status: "Active", phone: null }),
          null: () => answer(200, { customer: null }),
          nothing: () => undefined,
          html: () => raise(new SDKError("unknown content-type", 502, "<h1>no</h1>")),
          refused: () => raise(new TypeError("fetch failed", CAUSED)),
          text_thrown: () => raise("just text"),
          null_thrown: () => raise(null),
          endless: () => raise(new Error("x".repeat(9999))),
          settings: (config, settings) => customer({ timeout: config.timeout, settings: echo(settings) }),
          slow: (config) => new Promise((_, refuse) =>
            config.signal.addEventListener("abort", () => refuse(new SDKError("canceled")))),
        };
        exports.Standin = class Standin {
          constructor(settings) {
            if (settings.serverURL === "refused") throw new TypeError("Invalid URL");
            console.log("an SDK may print what it likes");
            this.customers = new Customers(settings);
            const create = async (request) => answer(200, { company: echo(request) });
            this.companies = { create, broken: "no function" };
          }
        };
    """,
    "dist/internal/utils/index.js": """
        const RENAMED = { timeoutInMinutes: "style=form;explode=true;name=timeout-in-minutes" };
        Reflect.getMetadata = (place, prototype, key) => (place === "queryParam" ? RENAMED[key] : undefined);
        exports.BackoffStrategy = class BackoffStrategy {
          constructor(initialInterval, maxInterval, exponent, maxElapsedTime) {
            Object.assign(this, { initialInterval, maxInterval, exponent, maxElapsedTime });
          }
        };
        exports.RetryConfig = class RetryConfig {
          constructor(strategy, backoff, retryConnectionErrors = true) {
            Object.assign(this, { strategy, backoff, retryConnectionErrors });
          }
        };
    """,
    "dist/sdk/models/operations/index.js": """
        exports.Response = class Response {};
        exports.CreateCustomerRequest = class CreateCustomerRequest {};
        exports.CreateCustomerRequest.prototype.__props__ =
          ["customer", "companyId", "connectionId", "timeoutInMinutes"].map((key) => ({ key }));
    """,
    "dist/sdk/models/errors/index.js": "exports.SDKError = class SDKError extends Error {}; exports.notOne = () => {};",
    "dist/sdk/customers.d.ts": """
export declare class Customers {
    /**
     * create(req: shared.Customer): Promise<never>;
     */
    create(req: operations.CreateCustomerRequest, config?: Config): Promise<operations.CreateCustomerResponse>;
}
""",
    "dist/sdk/companies.d.ts": "\n    create(req?: shared.Company): Promise<shared.Company>;\n",
    "dist/sdk/models/operations/createcustomer.d.ts": """
export declare class CreateCustomerRequest extends SpeakeasyBase {
    customer?: shared.Customer;
    /**
     * Unique identifier for a company.
     */
    companyId: string;
    timeoutInMinutes?: number;
}
export declare class CreateCustomerResponse extends SpeakeasyBase {
    connectionId?: string;
}
""",
    "dist/sdk/models/shared/index.js": """
        exports.Customer = class Customer {};
        exports.Customers = class Customers { constructor(fields) { Object.assign(this, fields); } };
        exports.ErrorMessage = class ErrorMessage {};
    """,
}
NAMES = """
    const { Customers } = require("@concordat/standin/dist/sdk/models/shared");
    const exposed = (...names) => names.map(([propertyName, name]) => ({ propertyName, options: { name } }));
    const getExposedMetadatas = (type) => {
      if (type === Customers) return exposed(["links", "_links"]);
      const { ErrorMessage } = require("@concordat/standin");
      return type === ErrorMessage ? exposed(["error", "error"], ["correlationId"], ["statusCode", "statusCode"]) : [];
    };
    exports.defaultMetadataStorage = { getExposedMetadatas };
"""
OPERATIONS = {
    "customers.create": binding(
        "customers.create", request="CreateCustomerRequest", body="customer", payload="createCustomerResponse"
    ),
    "customers.get": binding("customers.get", payload="customer"),
    "customers.list": binding("customers.list", payload="customers"),
    "customers.downloadAttachment": binding("customers.downloadAttachment", payload="data"),
    "customers.update": binding("customers.update"),
    "companies.create": binding("companies.create", body="*", payload="company"),
    "companies.delete": binding("companies.broken"),
    "suppliers.list": binding("suppliers.list"),
}


def lay_out(folder: Path) -> AdapterCommand:
    """Write the package beside the adapter, as npm installs it."""
    write_files(folder / "node_modules" / MODULE, PACKAGE)
    write_files(folder / "node_modules" / "class-transformer" / "cjs", {"storage.js": NAMES})
    config = {
        "style": "typescript-axios",
        "module": MODULE,
        "class": "Standin",
        "operations": OPERATIONS,
        "settings": {},
    }
    return typescript_command("typescript-axios", folder, config)


def _get(customer: str) -> Call:
    return Call("customers.get", {"customerId": customer})


PAYLOADS = tuple(
    OutcomeRow(name, _get(customer), returned(payload=payload))
    for name, customer, payload in (
        (
            "an undefined property is absent and a null one is null",
            "sparse",
            {"id": "sparse", "name": None, "list": [{"$undefined": True}, None]},
        ),
        (
            "numbers that JSON would change are text",
            "numbers",
            {
                "big": {"$number": "9007199254740992"},
                "huge": {"$number": "1e+300"},
                "tiny": 0.1,
                "minus": {"$number": "-0"},
                "nan": {"$number": "NaN"},
                "int": {"$number": "10"},
                "n": 3,
            },
        ),
        (
            "unpaired surrogates and dollar keys are tagged",
            "text",
            {"broken": {"$utf16": [0xD83D, 0x61]}, "whole": "\U0001f600", "$$ref": 1, "constructor": "x"},
        ),
        (
            "an object without a JSON form is named",
            "objects",
            {
                "day": "1970-01-01T00:00:00.000Z",
                "map": {"$object": "Map"},
                "fn": {"$object": "Function"},
                "stream": {"$object": "Object"},
            },
        ),
        ("a null payload is null", "null", None),
    )
)
ENVELOPES = (
    OutcomeRow(
        "a returned error attribute is shown as the error of a returned call",
        _get("missing"),
        returned(
            404, error={"class": "ErrorMessage", "status": 404, "fields": {"error": "no such", "statusCode": 404}}
        ),
    ),
    OutcomeRow("nothing at all", _get("nothing"), {"phase": "call", "ended": "returned"}),
    OutcomeRow(
        "a payload without an end",
        _get("cyclic"),
        {"phase": "render", "ended": "unrepresentable", "detail": "nested too deep"},
    ),
    OutcomeRow(
        "properties are named as the package says the wire does",
        Call("customers.list"),
        parts={"payload": {"_links": {"href": "/"}, "has": {}}},
    ),
)
ERRORS = tuple(
    OutcomeRow(name, _get(customer), raised(error))
    for name, customer, error in (
        (
            "an SDK error",
            "html",
            {"class": "SDKError", "message": "unknown content-type", "status": 502, "body": "<h1>no</h1>"},
        ),
        (
            "an error with its causes",
            "refused",
            {"class": "TypeError", "chain": ["Error", "RangeError"], "message": "fetch failed"},
        ),
        ("thrown text", "text_thrown", {"class": "String", "message": "just text"}),
        ("thrown null", "null_thrown", {"class": "null", "message": "null"}),
        ("a message without an end", "endless", {"class": "Error", "message": "x" * 2000}),
    )
)
ARGUMENTS = (
    OutcomeRow(
        "absent, undefined and null arguments stay apart",
        Call("customers.list", {"companyId": None, "page": {"$undefined": True}}),
        parts={"payload.has": {"companyId": None, "page": "undefined"}},
    ),
    OutcomeRow(
        "tags of arguments become values of the language",
        Call(
            "customers.create",
            {
                "companyId": "c",
                "body": {
                    "data": {"$bytes": "AP8="},
                    "n": {"$number": "0.10"},
                    "half": {"$utf16": [0xD83D]},
                    "$$ref": {"x": [None]},
                    "gone": {"$undefined": True},
                },
            },
        ),
        parts={
            "payload": {
                "companyId": "c",
                "customer": {
                    "data": {"$bytes": "AP8="},
                    "n": 0.1,
                    "half": {"$utf16": [0xD83D]},
                    "$$ref": {"x": [None]},
                    "gone": "undefined",
                },
            }
        },
    ),
    *(
        OutcomeRow(name, Call(operation, arguments), unrepresentable(detail))
        for name, operation, arguments, detail in (
            ("a property that the request has not", "customers.create", {"colour": "red"}, "colour"),
            ("an argument beside the whole body", "companies.create", {"body": {}, "page": 1}, "page"),
            ("more than a double", "customers.list", {"page": {"$number": "9007199254740993"}}, "page"),
            ("another language's object", "customers.list", {"page": {"$object": "Unset"}}, "page"),
        )
    ),
    *(
        OutcomeRow(f"an operation that is not there: {operation}", Call(operation), unsupported(operation))
        for operation in ("customers.update", "companies.delete", "toString")
    ),
)
SERVER: JsonObject = {"serverURL": "http://127.0.0.1:1"}
SETTINGS = (
    *(
        OutcomeRow(
            f"a client with {name}",
            _get("settings"),
            parts={"payload": {"timeout": 250, "settings": SERVER | reported}},
            settings={"timeout": 250, **settings},
        )
        for name, settings, reported in (
            (
                "no retries",
                {"retries": "none"},
                {
                    "security": {"authHeader": "Basic key"},
                    "retryConfig": {"strategy": "none", "backoff": "undefined", "retryConnectionErrors": True},
                },
            ),
            ("nothing of its own", {"retries": "default", "auth": None}, {}),
            (
                "a retry policy in numbers",
                {"retries": {**BACKOFF, "retryConnectionErrors": False}, "auth": ""},
                {
                    "security": {"authHeader": ""},
                    "retryConfig": {"strategy": "backoff", "backoff": BACKOFF, "retryConnectionErrors": False},
                },
            ),
        )
    ),
    OutcomeRow(
        "the error of a client that cannot be built",
        _get("sparse"),
        raised({"class": "TypeError", "message": "Invalid URL"}, phase="build"),
        settings={"serverUrl": "refused"},
    ),
)

TYPESCRIPT_AXIOS = StandIn(
    name="typescript-axios",
    style="typescript-axios",
    language="typescript",
    package=MODULE,
    version="1.2.3",
    lay_out=lay_out,
    operations=tuple(OPERATIONS),
    features=("cancel", "timeout", "retries", "undefined", "describe"),
    tool="node",
    slow=_get("slow"),
    rows=(*PAYLOADS, *ENVELOPES, *ERRORS, *ARGUMENTS, *SETTINGS),
)
