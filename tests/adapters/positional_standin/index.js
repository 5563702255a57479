"use strict";
// A stand-in with the surface that the document of the positional generation describes: operations take their
// arguments one by one, then options; list and update take one object. It is no SDK: it sends what it is given with
// fetch, so that an adapter and a whole run can be tested with it.

class SDKError extends Error {
  constructor(message, rawResponse, body) {
    super(message);
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
    return this.#json("GET", ["companies", companyId, "data", "customers", customerId], {}, "customer", options);
  }

  list({ companyId, ...query }, options) {
    return this.#json("GET", ["companies", companyId, "data", "customers"], query, "customers", options);
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

  async #json(method, path, query, attribute, options, body) {
    const response = await this.#send(method, path, query, options, body);
    return { ...envelope(response), [attribute]: await response.json() };
  }

  async #send(method, path, query, options, body) {
    const { authHeader, retryConfig, serverURL } = this.#settings;
    const url = new URL(`${serverURL}/${path.map(encodeURIComponent).join("/")}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const headers = { Authorization: authHeader, "x-retries": JSON.stringify(retryConfig ?? "default") };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(url, { ...options?.fetchOptions, method, headers, body: JSON.stringify(body) });
    if (response.status >= 400) throw new SDKError("API error occurred", response, await response.text());
    return response;
  }
}

const envelope = (response) =>
  ({ statusCode: response.status, contentType: response.headers.get("content-type"), rawResponse: response });

exports.Accounting = class Accounting {
  constructor(settings) {
    if (settings.serverURL === "refused") throw new TypeError("Invalid URL");
    this.customers = new Customers(settings);
  }
};
