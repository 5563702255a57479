"use strict";
// Common parts of the adapters typescript-axios and typescript-positional. The methods of these SDKs return an envelope:
// an object with statusCode, contentType, rawResponse and one further attribute, the payload. Some failures are returned
// as an envelope with the error instead of the payload; their outcome is `returned` with an error, not `raised`.
//
// `spec` is the binding of an operation in CONFIG.json:
//   call       path of the method below the client, such as `customers.list`
//   arguments  property of the request by wire name of an argument, if the two names differ
//   body       property of the request for the body; "*" if the request is the body itself; null without a body
//   payload    attribute of the envelope for the payload; null if it is not known

const { className, decode, render, unrepresentable, withStatus } = require("./concordat-values.js");

const ENVELOPE_ATTRIBUTES = new Set(["statusCode", "contentType", "rawResponse"]);
const ERROR_ATTRIBUTE = "errorMessage";

/** Returns the method at the dotted path `call` of the client as a function, undefined if there is none. */
function methodOf(client, call) {
  const path = call.split(".");
  const name = path.pop();
  const resource = path.reduce((owner, part) => owner?.[part], client);
  return typeof resource?.[name] === "function" ? (...given) => resource[name](...given) : undefined;
}

/**
 * Returns the request object of a call with the arguments `given`, by wire name. `known` are the properties that the
 * request's class declares, undefined if they are unknown. Throws `unrepresentable` for an argument without a property.
 */
function requestOf(spec, given, known) {
  const request = {};
  if (spec.body === "*") {
    const extra = Object.keys(given).find((name) => name !== "body");
    if (extra !== undefined) throw unrepresentable(extra);
    return decode(given.body, "body");
  }
  for (const [name, value] of Object.entries(given)) {
    const property = name === "body" ? spec.body : (spec.arguments[name] ?? name);
    if (property === null || (known !== undefined && !known.has(property))) throw unrepresentable(name);
    request[property] = decode(value, name);
  }
  return request;
}

/**
 * Returns the outcome of an envelope. The attribute `errorMessage` is an error; so is any further attribute but
 * `spec.payload`, if that is not null. Otherwise the further attribute is the payload. `names` is as for `render`.
 */
function outcomeOf(spec, response, names) {
  const outcome = { phase: "call", ended: "returned" };
  if (typeof response?.statusCode === "number") outcome.status = response.statusCode;
  if (typeof response?.contentType === "string") outcome.content_type = response.contentType;
  for (const [attribute, value] of Object.entries(response ?? {})) {
    if (ENVELOPE_ATTRIBUTES.has(attribute) || value === undefined) continue;
    if (attribute === ERROR_ATTRIBUTE || (spec.payload !== null && attribute !== spec.payload)) {
      outcome.error = withStatus({ class: className(value), fields: render(value, names) }, [outcome.status]);
    } else {
      outcome.payload = render(value, names);
    }
  }
  return outcome;
}

/**
 * Returns the parts of a raised error for `theirs`: statuses, body, fields. An SDKError has `statusCode` and `body`. An
 * error of a class for one kind of response has the decoded fields of the body in `data$`; without `data$`,
 * `decoded(error)` returns them, undefined if the class declares none. Both may have the response.
 */
function errorParts(error, decoded = () => undefined, names = undefined) {
  // The response's status comes first, because the error's `statusCode` may be a field of the body.
  const parts = { statuses: [error?.rawResponse?.status, error?.response?.status, error?.statusCode] };
  // A lone surrogate is not valid in the protocol's JSON.
  if (typeof error?.body === "string") parts.body = error.body.toWellFormed();
  const fields = error?.data$ ?? decoded(error);
  if (typeof fields === "object" && fields !== null) parts.fields = render(fields, names);
  return parts;
}

module.exports = { errorParts, methodOf, outcomeOf, requestOf };
