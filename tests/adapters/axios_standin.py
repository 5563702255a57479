"""A package with the public API of the axios generation, file by file, and the names that its models declare."""

from __future__ import annotations

import json

__all__ = ["MODULE", "NAMES", "PACKAGE"]

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
          forbidden: () => answer(403, {}),
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
