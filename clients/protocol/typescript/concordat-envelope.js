"use strict";
// The common parts of SDK generations that return an envelope: statusCode, contentType, rawResponse and one further
// attribute with a value. Requests are built from wire names; a returned failure is reported as returned.

const { className, decode, render, unrepresentable, withStatus } = require("./concordat-values.js");

const ENVELOPE = new Set(["statusCode", "contentType", "rawResponse"]);
const ERROR_ATTRIBUTE = "errorMessage";

/** Returns the method at `resource.method` of the client as a function, undefined when the method does not exist. */
function methodOf(client, call) {
  const path = call.split(".");
  const name = path.pop();
  const resource = path.reduce((owner, part) => owner?.[part], client);
  return typeof resource?.[name] === "function" ? (...given) => resource[name](...given) : undefined;
}

/** Returns the request object of a call; `known` lists its valid properties, undefined when they are unknown. */
function requestOf(spec, given, known) {
  const request = {};
  if (spec.body === "*") {
    const unknown = Object.keys(given).find((name) => name !== "body");
    if (unknown !== undefined) throw unrepresentable(unknown);
    return decode(given.body, "body");
  }
  for (const [name, value] of Object.entries(given)) {
    const property = name === "body" ? spec.body : (spec.arguments[name] ?? name);
    if (property === null || (known !== undefined && !known.has(property))) throw unrepresentable(name);
    request[property] = decode(value, name);
  }
  return request;
}

/** Returns the outcome of an envelope; its error attribute, or one other than the payload's, becomes the error. */
function outcomeOf(spec, response, names) {
  const shown = { phase: "call", ended: "returned" };
  if (typeof response?.statusCode === "number") shown.status = response.statusCode;
  if (typeof response?.contentType === "string") shown.content_type = response.contentType;
  for (const [attribute, value] of Object.entries(response ?? {})) {
    if (ENVELOPE.has(attribute) || value === undefined) continue;
    if (attribute === ERROR_ATTRIBUTE || (spec.payload !== null && attribute !== spec.payload)) {
      shown.error = withStatus({ class: className(value), fields: render(value, names) }, [shown.status]);
    } else {
      shown.payload = render(value, names);
    }
  }
  return shown;
}

/**
 * Returns the parts of an error: an SDKError has statusCode and body, a typed error has the fields of the decoded body,
 * and each may have a response. `decoded(error)` returns those fields for a class that declares them; others have them
 * in `data$`. The response's status comes first, because the error's `statusCode` may be a field of the body.
 */
function look(error, decoded = () => undefined, names = undefined) {
  const parts = { http: [error?.rawResponse?.status, error?.response?.status, error?.statusCode] };
  if (typeof error?.body === "string") parts.body = error.body.toWellFormed();
  const fields = error?.data$ ?? decoded(error);
  if (typeof fields === "object" && fields !== null) parts.fields = render(fields, names);
  return parts;
}

module.exports = { look, methodOf, outcomeOf, requestOf };
