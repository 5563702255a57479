"use strict";
// The public API of a package of the axios generation: methods of a built client, and the properties of its request
// classes, with the wire names from their decorators. Only the package's type declarations (`name?: type`) show whether a
// property is required; if they are unreadable, `required` is null.

const { readFileSync, statSync } = require("node:fs");
const path = require("node:path");
const { methodOf } = require("../protocol/typescript/concordat-envelope.js");

const NOWHERE = "http://127.0.0.1:9"; // the server URL of a client that sends no request
const MAX_DECLARATIONS = 256 * 1024; // bytes of one file of declarations
const PLACES = ["pathParam", "queryParam", "header"];

/** Returns the public API of the package `config.module`; `sdk` and `models` are its namespaces. */
function describePublicApi(config, sdk, models) {
  const errors = require(`${config.module}/dist/sdk/models/errors`);
  const built = new sdk[config.class]({ serverURL: NOWHERE });
  const read = reader(path.join(path.dirname(require.resolve(`${config.module}/package.json`)), "dist", "sdk"));
  const operations = {};
  for (const [operation, spec] of Object.entries(config.operations)) {
    if (methodOf(built, spec.call) === undefined) continue;
    const [resource, method] = spec.call.split(".").slice(-2);
    const declared = signature(read(`${resource.toLowerCase()}.d.ts`), method);
    const taken = argumentsOf(spec, models, read, declared);
    operations[operation] = { method, arguments: taken, returns: declared.returns };
  }
  const raised = Object.keys(errors).filter((name) => errors[name]?.prototype instanceof Error);
  return { operations, errors: raised.sort() };
}

/** Returns a method's arguments: the properties of its request's class, or with body `*` the request as the body. */
function argumentsOf(spec, models, read, declared) {
  if (spec.body === "*") return [{ name: "body", parameter: declared.request, required: declared.required }];
  const [space, name] = spec.request?.includes(".") ? spec.request.split(".") : ["operations", String(spec.request)];
  const prototype = models[space]?.[name]?.prototype;
  const file = `${name.replace(/Request$/, "").toLowerCase()}.d.ts`;
  const required = properties(read(path.join("models", space, file)), name);
  const wire = Object.fromEntries(Object.entries(spec.arguments).map(([argument, property]) => [property, argument]));
  return (prototype?.__props__ ?? []).map(({ key }) => ({
    name: key === spec.body ? "body" : (wire[key] ?? wireName(prototype, key)),
    parameter: key,
    required: required.get(key) ?? null,
  }));
}

/** Returns the wire name from a property's decorator, or the property's name without one. */
function wireName(prototype, key) {
  for (const place of PLACES) {
    const found = /(?:^|;)name=([^;]+)/.exec(Reflect.getMetadata?.(place, prototype, key) ?? "");
    if (found !== null) return found[1];
  }
  return key;
}

/** Returns a function that reads each file of declarations once; a missing or too large file is empty. */
function reader(folder) {
  const texts = new Map();
  return (name) => {
    if (!texts.has(name)) {
      const file = path.join(folder, name);
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? Infinity;
      texts.set(name, size > MAX_DECLARATIONS ? "" : readFileSync(file, "utf8"));
    }
    return texts.get(name);
  };
}

/** Returns the request's name, whether it is required, and the return type, from a method's declaration. */
function signature(text, method) {
  const found = new RegExp(`^\\s+${method}\\((\\w+)(\\??): .*\\): (.+);$`, "m").exec(text);
  if (found === null) return { request: "request", required: null, returns: null };
  return { request: found[1], required: found[2] === "", returns: found[3] };
}

/** Returns for each property of a declared class whether it is required. */
function properties(text, className) {
  const body = new RegExp(`declare class ${className} [^{]*\\{([\\s\\S]*?)^\\}`, "m").exec(text)?.[1] ?? "";
  return new Map([...body.matchAll(/^ {4}(\w+)(\??): /gm)].map(([, name, optional]) => [name, optional === ""]));
}

module.exports = { describePublicApi };
