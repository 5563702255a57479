"use strict";
// What the generations of SDKs share that answer with an envelope: statusCode, contentType, rawResponse and one further
// attribute that is set. Requests are built from wire names; a returned failure stays returned.

const { className, decode, render, unrepresentable, withStatus } = require("./concordat-values.js");

const ENVELOPE = new Set(["statusCode", "contentType", "rawResponse"]);
const ERROR_ATTRIBUTE = "errorMessage";

/** Follows `resource.method` from the client; undefined when the method is not there, else a function to call. */
function methodOf(client, call) {
  const path = call.split(".");
  const name = path.pop();
  const resource = path.reduce((owner, part) => owner?.[part], client);
  return typeof resource?.[name] === "function" ? (...given) => resource[name](...given) : undefined;
}

/** The request object of a call; `known` holds the properties it may have, undefined when that is not known. */
function requestOf(spec, given, known) {
  const request = {};
  if (spec.body === "*") {
    const stray = Object.keys(given).find((name) => name !== "body");
    if (stray !== undefined) throw unrepresentable(stray);
    return decode(given.body, "body");
  }
  for (const [name, value] of Object.entries(given)) {
    const property = name === "body" ? spec.body : (spec.arguments[name] ?? name);
    if (property === null || (known !== undefined && !known.has(property))) throw unrepresentable(name);
    request[property] = decode(value, name);
  }
  return request;
}

/** What the envelope offers; its error attribute, or another than the payload's, is shown as the error. */
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
 * What these generations' errors offer: SDKError has statusCode and body, a typed error the fields of the decoded body,
 * any of them a response. `decoded(error)` returns those fields of a class that declares them; `data$` holds them in
 * others. The response's status comes first: an error's own `statusCode` may be a field of the decoded body.
 */
function look(error, decoded = () => undefined, names = undefined) {
  const seen = { http: [error?.rawResponse?.status, error?.response?.status, error?.statusCode] };
  if (typeof error?.body === "string") seen.body = error.body.toWellFormed();
  const fields = error?.data$ ?? decoded(error);
  if (typeof fields === "object" && fields !== null) seen.fields = render(fields, names);
  return seen;
}

module.exports = { look, methodOf, outcomeOf, requestOf };
