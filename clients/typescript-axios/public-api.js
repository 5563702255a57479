"use strict";
// What a package of the axios generation offers: methods of a built client, and the properties that its request classes
// declare, with the wire names that their decorators keep. What is required is told only by the declarations that the
// package ships (`name?: type`); where they cannot be read, nobody knows: null.

const { readFileSync, statSync } = require("node:fs");
const path = require("node:path");
const { methodOf } = require("../protocol/typescript/concordat-envelope.js");

const NOWHERE = "http://127.0.0.1:9"; // a client is built upon it to look at its methods; nothing is ever sent there
const MAX_DECLARATIONS = 256 * 1024; // bytes of one file of declarations
const PLACES = ["pathParam", "queryParam", "header"];

/** The public API of the package `config.module`; `sdk` and `models` are its namespaces. */
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

/** The arguments of one method: the properties of its request's class; the request itself is the body at `*`. */
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

/** The name that a property's decorator gives it on the wire; its own where none does. */
function wireName(prototype, key) {
  for (const place of PLACES) {
    const found = /(?:^|;)name=([^;]+)/.exec(Reflect.getMetadata?.(place, prototype, key) ?? "");
    if (found !== null) return found[1];
  }
  return key;
}

/** Reads each file of declarations once, bounded; one that is not there or too long is empty. */
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

/** The request's name, whether it is required, and what comes back, as a method's declaration says. */
function signature(text, method) {
  const found = new RegExp(`^\\s+${method}\\((\\w+)(\\??): .*\\): (.+);$`, "m").exec(text);
  if (found === null) return { request: "request", required: null, returns: null };
  return { request: found[1], required: found[2] === "", returns: found[3] };
}

/** Whether each property of a declared class is required, by name. */
function properties(text, className) {
  const body = new RegExp(`declare class ${className} [^{]*\\{([\\s\\S]*?)^\\}`, "m").exec(text)?.[1] ?? "";
  return new Map([...body.matchAll(/^ {4}(\w+)(\??): /gm)].map(([, name, optional]) => [name, optional === ""]));
}

module.exports = { describePublicApi };
