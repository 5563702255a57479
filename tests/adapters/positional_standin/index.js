"use strict";
// A stand-in with the public shapes of the positional generation: operations take their arguments one by one, then
// options; list and update take one object; a failure in JSON is returned in the envelope, any other thrown; answers are
// read by exported schemas, which rename. It is no SDK: it sends what it is given with fetch, so that an adapter and a
// whole run can be tested with it.

const { Customers$ } = require("./schemas.js");

class SDKError extends Error {
  constructor(message, rawResponse, body = "") {
    super(`${message}: Status ${rawResponse.status}`);
    Object.assign(this, { rawResponse, body, statusCode: rawResponse.status });
  }
}

class Customers {
  #settings;

  constructor(settings) {
    this.#settings = settings;
  }

  create(companyId, connectionId, customer, timeoutInMinutes, options) {
    const path = ["companies", companyId, "connections", connectionId, "push", "customers"];
    return this.#json("POST", path, { timeoutInMinutes }, "createCustomerResponse", options, customer);
  }

  get(companyId, customerId, options) {
    if (Object.hasOwn(ERRORS, customerId)) return Promise.reject(ERRORS[customerId]());
    if (Object.hasOwn(ANSWERS, customerId)) return Promise.resolve(ANSWERS[customerId]);
    return this.#json("GET", ["companies", companyId, "data", "customers", customerId], {}, "customer", options);
  }

  list({ companyId, ...query }, options) {
    const path = ["companies", companyId, "data", "customers"];
    return this.#json("GET", path, query, "customers", options, undefined, Customers$.inboundSchema);
  }

  update({ companyId, connectionId, customerId, customer, ...query }, options) {
    const path = ["companies", companyId, "connections", connectionId, "push", "customers", customerId];
    return this.#json("PUT", path, query, "updateCustomerResponse", options, customer);
  }

  async downloadAttachment(attachmentId, companyId, connectionId, customerId, options) {
    const own = ["customers", customerId, "attachments", attachmentId, "download"];
    const response = await this.#send("GET", ["companies", companyId, "connections", connectionId, "data", ...own], {}, options);
    return { ...envelope(response), data: response.body };
  }

  async #json(method, path, query, attribute, options, body, schema) {
    const response = await this.#send(method, path, query, options, body);
    const json = await response.json();
    if (response.status >= 400) return { ...envelope(response), errorMessage: json };
    return { ...envelope(response), [attribute]: schema === undefined ? json : schema.parse(json) };
  }

  async #send(method, path, query, options, body) {
    const { authHeader, retryConfig, serverURL } = this.#settings;
    const url = new URL(`${serverURL}/${path.map(encodeURIComponent).join("/")}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers = { Authorization: authHeader, "x-retries": JSON.stringify(retryConfig ?? "default") };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(url, { ...options?.fetchOptions, method, headers, body: JSON.stringify(body) });
    const json = (response.headers.get("content-type") ?? "").startsWith("application/json");
    if (response.status >= 400 && !json) throw new SDKError("Unexpected API response", response, await response.text());
    return response;
  }
}

/** A failure that is decoded and thrown, as this generator's next releases do: the body in `data$` and in properties. */
class ErrorMessage extends Error {
  constructor(data, rawResponse) {
    super(JSON.stringify(data));
    Object.assign(this, { data$: data, rawResponse, ...data });
  }
}

const NO_SUCH = { error: "no such customer" };
const ERRORS = {
  "error.http-status": () => new SDKError("Unexpected API response", new Response("", { status: 502 }), "<h1>no</h1>"),
  "error.decoded-status": () => new ErrorMessage({ ...NO_SUCH, statusCode: 404 }),
  "error.both-equal": () => new ErrorMessage({ ...NO_SUCH, statusCode: 404 }, new Response("", { status: 404 })),
  "error.both-different": () => new ErrorMessage({ ...NO_SUCH, statusCode: 404 }, new Response("", { status: 409 })),
  "error.decoded-fields": () => new ErrorMessage({ ...NO_SUCH, correlationId: "c1", statusCode: undefined }),
  "error.decoded-zero": () => new ErrorMessage({ ...NO_SUCH, statusCode: 0 }),
  "error.neither": () => new TypeError("fetch failed", { cause: new Error("connection refused") }),
};

const OK = { statusCode: 200, contentType: "application/json" };
const ANSWERS = {
  "error.returned-alone": { ...OK, statusCode: 403 },
  "error.returned": { ...OK, statusCode: 403, errorMessage: { ...NO_SUCH, statusCode: 429 } },
  "value.absent-and-null": { ...OK, customer: { id: "1", status: "Active", supplementalData: { content: { a: { none: null } } } } },
  "value.null": { ...OK, customer: { id: "1", status: "Active", phone: null } },
};

const envelope = (response) =>
  ({ statusCode: response.status, contentType: response.headers.get("content-type"), rawResponse: response });

exports.Accounting = class Accounting {
  constructor(settings) {
    if (settings.serverURL === "refused") throw new TypeError("Invalid URL");
    this.customers = new Customers(settings);
  }
};
